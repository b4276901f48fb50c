"""What would turn the observed Cassandra into the desired one. Pure."""

from inkwell_api.conditions import Reason
from inkwell_operator.backends.cassandra.actions import (
    Action,
    ChangePermissions,
    CreateTable,
    DropKeyspace,
    DropLogin,
    Order,
    PutKeyspace,
    PutLogin,
)
from inkwell_operator.backends.cassandra.desire import Desired
from inkwell_operator.backends.cassandra.state import Keyspace, Kind, Login, Observed, Permission
from inkwell_operator.model.plan import FieldChange, Plan, PlanBuilder, Risk, Step, Verb


def diff(desired: Desired, observed: Observed) -> Plan[Action]:
    """Say what would turn `observed` into `desired`."""
    plan: PlanBuilder[Action] = PlanBuilder()
    if desired.keyspace is not None:
        _diff_keyspace(plan, desired, desired.keyspace, observed)
    elif desired.is_data_gone:
        _remove_keyspace(plan, desired, observed)
    for _, login in sorted(desired.logins.items()):
        _diff_login(plan, desired.tenant, login, observed)
    marked = {name for kind, name in observed.marks if kind is Kind.ROLE}
    for name in sorted(marked - desired.logins.keys()):
        if desired.claims_login(name):
            action = DropLogin(desired.tenant, name)
            plan.add(Step(Verb.DELETE, f"login {name}", action, risk=Risk.INTERRUPTS))
    return plan.build()


def _diff_keyspace(
    plan: PlanBuilder[Action], desired: Desired, wanted: Keyspace, observed: Observed
) -> None:
    seen, target = observed.keyspace, f"keyspace {wanted.name}"
    if seen is not None and (Kind.KEYSPACE, wanted.name) not in observed.marks:
        plan.refuse(_name_taken(target, desired.tenant), Reason.NAME_TAKEN)
        return
    put = PutKeyspace(desired.tenant, wanted, exists=seen is not None)
    if seen is None:
        plan.add(Step(Verb.CREATE, target, put, order=Order.FIRST))
    elif seen.replication != wanted.replication:
        before, after = _words(seen.replication), _words(wanted.replication)
        after += "; run a repair of it afterwards"
        fields = (FieldChange("replication", before, after),)
        plan.add(Step(Verb.UPDATE, target, put, fields, Risk.INTERRUPTS, Order.FIRST))
    for table in sorted(desired.tables.keys() - (seen.tables if seen else frozenset())):
        create = CreateTable(desired.tenant, desired.tables[table])
        plan.add(Step(Verb.CREATE, f"table {wanted.name}.{table}", create, order=Order.TABLES))


def _remove_keyspace(plan: PlanBuilder[Action], desired: Desired, observed: Observed) -> None:
    name = desired.keyspace_name
    if (Kind.KEYSPACE, name) in observed.marks:
        drop = DropKeyspace(desired.tenant, name)
        plan.add(Step(Verb.DELETE, f"keyspace {name}", drop, risk=Risk.LOSES_DATA))


def _diff_login(plan: PlanBuilder[Action], tenant: str, wanted: Login, observed: Observed) -> None:
    seen, target = observed.logins.get(wanted.name), f"login {wanted.name}"
    if seen is None:
        put = PutLogin(tenant, wanted, exists=False)
        plan.add(Step(Verb.CREATE, target, put, order=Order.FIRST))
    elif (Kind.ROLE, wanted.name) not in observed.marks:
        plan.refuse(_name_taken(target, tenant), Reason.NAME_TAKEN)
        return
    elif changes := _describe_changes(wanted, seen):
        put = PutLogin(tenant, wanted, exists=True, excess_roles=seen.member_of)
        plan.add(Step(Verb.UPDATE, target, put, changes, Risk.INTERRUPTS, Order.FIRST))
    held = seen.permissions if seen else frozenset()
    grant, revoke = wanted.permissions - held, held - wanted.permissions
    if grant or revoke:
        fields = (
            *(FieldChange(_describe(p), None, "") for p in sorted(grant)),
            *(FieldChange(_describe(p), "", None) for p in sorted(revoke)),
        )
        change = ChangePermissions(tenant, wanted.name, grant, revoke)
        verb = Verb.UPDATE if held else Verb.CREATE
        target = f"permissions of login {wanted.name}"
        plan.add(Step(verb, target, change, fields, order=Order.PERMISSIONS))


def _describe_changes(wanted: Login, seen: Login) -> tuple[FieldChange, ...]:
    changes = [
        (FieldChange("password"), wanted.password_hash != seen.password_hash),
        (FieldChange("LOGIN", "false", "true"), wanted.can_login and not seen.can_login),
        (FieldChange("SUPERUSER", "true", "false"), seen.is_superuser),
        *((FieldChange(f"member of {role}", "", None), True) for role in sorted(seen.member_of)),
    ]
    return tuple(change for change, is_needed in changes if is_needed)


def _describe(permission: Permission) -> str:
    return f"{permission.permission} on {permission.resource.removeprefix('data/')}"


def _words(replication: frozenset[tuple[str, str]]) -> str:
    return ", ".join(f"{key} {value.rpartition('.')[2]}" for key, value in sorted(replication))


def _name_taken(what: str, tenant: str) -> str:
    return (
        f"{what} exists in Cassandra without the mark of tenant {tenant}:"
        " rename or drop it, or choose another name"
    )
