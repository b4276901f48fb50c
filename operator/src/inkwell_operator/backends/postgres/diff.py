"""What would turn the observed PostgreSQL into the desired one. Pure."""

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from inkwell_api.conditions import Reason
from inkwell_api.tables import Migration
from inkwell_operator.backends.postgres.desire import Desired, DesiredLogin, digest_of
from inkwell_operator.backends.postgres.state import Login, ObjectKind, Observed, Right, Schema
from inkwell_operator.model.plan import FieldChange, Plan, PlanBuilder, Risk, Step, Verb


class Order(IntEnum):
    """Steps of one number are done at the same time.

    Migrations follow one another from `MIGRATE` on.
    """

    FIRST = 0
    DESTROY = 1
    MIGRATE = 10
    GRANT = 10_000


@dataclass(frozen=True, slots=True)
class CreateSchema:
    """Make the tenant's schema, marked."""

    tenant: str
    schema: str


@dataclass(frozen=True, slots=True)
class Migrate:
    """Run one migration; `done` is the digest of all up to and with it."""

    tenant: str
    schema: str
    migration: Migration
    done: str


@dataclass(frozen=True, slots=True)
class PutLogin:
    """Make a login, or bring its password, limits and attributes to what is wanted."""

    tenant: str
    wanted: DesiredLogin
    stale_settings: frozenset[str]
    excess: frozenset[str]


@dataclass(frozen=True, slots=True)
class ChangeRights:
    """Grant and revoke."""

    tenant: str
    schema: str
    login: str
    grant: frozenset[Right]
    revoke: frozenset[Right]


@dataclass(frozen=True, slots=True)
class DropLogin:
    """End the sessions of a login and drop it with all of its rights."""

    tenant: str
    schema: str
    login: str


@dataclass(frozen=True, slots=True)
class DropSchema:
    """Drop the schema with all data."""

    tenant: str
    schema: str


@dataclass(frozen=True, slots=True)
class DeleteRows:
    """Delete every row of one pipeline."""

    tenant: str
    schema: str
    pipeline: str


Action: TypeAlias = (
    CreateSchema | Migrate | PutLogin | ChangeRights | DropLogin | DropSchema | DeleteRows
)


def diff(desired: Desired, observed: Observed) -> Plan[Action]:
    """Say what would turn `observed` into `desired`."""
    plan: PlanBuilder[Action] = PlanBuilder()
    schema = observed.schemas.get(desired.schema)
    if desired.is_data_gone:
        _remove_data(plan, desired, schema)
    elif desired.migrations:
        _diff_schema(plan, desired, schema)
    wanted = {login.login.name: login for login in desired.logins}
    for name, login in sorted(wanted.items()):
        _diff_login(plan, desired, login, observed.logins.get(name))
    for name, seen in sorted(observed.logins.items()):
        if name not in wanted and desired.claims_login(name) and seen.mark is not None:
            plan.add(
                Step(
                    Verb.DELETE,
                    f"login {name}",
                    DropLogin(desired.tenant, desired.schema, name),
                    risk=Risk.INTERRUPTS,
                    order=Order.FIRST,
                )
            )
    return plan.build()


def _diff_schema(plan: PlanBuilder[Action], desired: Desired, seen: Schema | None) -> None:
    name, tenant = desired.schema, desired.tenant
    if seen is None:
        plan.add(Step(Verb.CREATE, f"schema {name}", CreateSchema(tenant, name), order=Order.FIRST))
    elif seen.mark is None or seen.mark.tenant != tenant:
        plan.refuse(_name_taken("schema", name, tenant), Reason.NAME_TAKEN)
        return
    done = seen.mark.facts if seen is not None and seen.mark is not None else ""
    count = int(done.partition(":")[0] or 0)
    if count > len(desired.migrations):
        plan.refuse(
            f"schema {name} is at migration {count}, which this version does not know:"
            " run the newer version"
        )
        return
    if digest_of(desired.migrations[:count]) != done:
        plan.refuse(
            f"schema {name} ran other migrations than these up to number {count}:"
            " restore their original text"
        )
        return
    for position, migration in enumerate(desired.migrations[count:], start=count + 1):
        action = Migrate(tenant, name, migration, digest_of(desired.migrations[:position]))
        target = f"migration {migration.name} of schema {name}"
        plan.add(Step(Verb.CREATE, target, action, order=Order.MIGRATE + position))


def _diff_login(
    plan: PlanBuilder[Action], desired: Desired, wanted: DesiredLogin, seen: Login | None
) -> None:
    login = wanted.login
    put = PutLogin(desired.tenant, wanted, frozenset(), frozenset())
    if seen is None:
        plan.add(Step(Verb.CREATE, f"login {login.name}", put, order=Order.FIRST))
    elif seen.mark is None or seen.mark.tenant != desired.tenant:
        plan.refuse(_name_taken("login", login.name, desired.tenant), Reason.NAME_TAKEN)
        return
    elif changes := _describe_changes(login, seen):
        put = PutLogin(
            desired.tenant, wanted, _setting_names(seen) - _setting_names(login), seen.excess
        )
        plan.add(
            Step(
                Verb.UPDATE,
                f"login {login.name}",
                put,
                fields=changes,
                risk=Risk.INTERRUPTS,
                order=Order.FIRST,
            )
        )
    held = seen.rights if seen else frozenset()
    _diff_rights(plan, desired, login, held)


def _diff_rights(
    plan: PlanBuilder[Action], desired: Desired, login: Login, held: frozenset[Right]
) -> None:
    missing, extra = login.rights - held, held - login.rights
    beyond = {right for right in extra if right.kind is ObjectKind.OTHER}
    for right in sorted(beyond):
        plan.refuse(
            f"login {login.name} holds {right}, which the operator did not give and cannot"
            " take: revoke it"
        )
    extra -= beyond
    if not missing and not extra:
        return
    fields = (
        *(FieldChange(str(right), None, "") for right in sorted(missing)),
        *(FieldChange(str(right), "", None) for right in sorted(extra)),
    )
    plan.add(
        Step(
            Verb.UPDATE if held else Verb.CREATE,
            f"rights of login {login.name}",
            ChangeRights(desired.tenant, desired.schema, login.name, missing, extra),
            fields=fields,
            order=Order.GRANT,
        )
    )


def _remove_data(plan: PlanBuilder[Action], desired: Desired, seen: Schema | None) -> None:
    if seen is None or seen.mark is None or seen.mark.tenant != desired.tenant:
        return
    if desired.pipeline is None:
        action = DropSchema(desired.tenant, seen.name)
        plan.add(
            Step(
                Verb.DELETE,
                f"schema {seen.name}",
                action,
                risk=Risk.LOSES_DATA,
                order=Order.DESTROY,
            )
        )
    elif desired.pipeline in seen.pipelines_with_rows:
        rows = DeleteRows(desired.tenant, seen.name, desired.pipeline)
        target = f"rows of pipeline {desired.pipeline} in schema {seen.name}"
        plan.add(Step(Verb.DELETE, target, rows, risk=Risk.LOSES_DATA, order=Order.DESTROY))


def _describe_changes(wanted: Login, seen: Login) -> tuple[FieldChange, ...]:
    existing = _by_name(seen.settings)
    desired = _by_name(wanted.settings)
    limits = (str(seen.connection_limit), str(wanted.connection_limit))
    changes = [
        (FieldChange("password"), wanted.mark != seen.mark),
        (FieldChange("connection limit", *limits), limits[0] != limits[1]),
        *(
            (FieldChange(key, existing.get(key), desired.get(key)), True)
            for key in sorted(existing.keys() | desired.keys())
            if existing.get(key) != desired.get(key)
        ),
        *((FieldChange(attribute, "", None), True) for attribute in sorted(seen.excess)),
    ]
    return tuple(change for change, is_needed in changes if is_needed)


def _by_name(settings: frozenset[str]) -> dict[str, str]:
    return dict(setting.split("=", 1) for setting in settings)


def _setting_names(login: Login) -> frozenset[str]:
    return frozenset(setting.partition("=")[0] for setting in login.settings)


def _name_taken(kind: str, name: str, tenant: str) -> str:
    return (
        f"{kind} {name} exists in PostgreSQL without the mark of tenant {tenant}:"
        " rename or drop it, or choose another name"
    )
