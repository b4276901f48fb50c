"""What would turn the observed Cassandra into the desired one. Pure.

A keyspace that is not the tenant's to change refuses everything within it: tables, logins and
permissions.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from inkwell_api import names
from inkwell_operator.backends.cassandra.actions import (
    Action,
    ChangePermissions,
    DropKeyspace,
    DropLogin,
    Order,
    PutKeyspace,
    PutLogin,
    WriteMark,
)
from inkwell_operator.backends.cassandra.desire import Desired
from inkwell_operator.backends.cassandra.diff_tables import (
    diff_tables,
    replication_changes,
    replication_for,
)
from inkwell_operator.backends.cassandra.state import (
    OPERATOR_KEYSPACE,
    OWNERSHIP_TABLE,
    Kind,
    Login,
    Observed,
    Permission,
)
from inkwell_operator.model.ownership import (
    Mark,
    Ownership,
    is_earlier,
    judge,
    mark_of_data,
    may_remove,
    refusal,
)
from inkwell_operator.model.plan import FieldChange, Plan, PlanBuilder, Risk, Step, Verb

_SYSTEM: Final = "Cassandra"
_EVERYTHING: Final = {"data": "ALL KEYSPACES", "roles": "ALL ROLES"}
_MOST_NAMED: Final = 5


def diff(desired: Desired, observed: Observed) -> Plan[Action]:
    """Say what would turn `observed` into `desired`."""
    plan: PlanBuilder[Action] = PlanBuilder()
    if desired.is_absent:
        is_ours = may_remove(desired.claim, _mark_of_keyspace(desired, observed))
        _drop_logins(plan, desired, observed, leads_in=is_ours)
        if is_ours and desired.is_data_gone:
            _drop_keyspace(plan, desired, observed)
    elif _may_enter(plan, desired, observed):
        if desired.replication is not None:
            _diff_keyspace(plan, desired, desired.replication, observed)
            diff_tables(plan, desired, observed.keyspace)
            _revoke_from_others(plan, desired, observed)
        for _, login in sorted(desired.logins.items()):
            _diff_login(plan, desired, login, observed)
        _drop_logins(plan, desired, observed, leads_in=True)
    return plan.build()


def _judge(desired: Desired, observed: Observed, kind: Kind, name: str) -> Ownership:
    """Say what an object of a wanted name, or a row of the ledger without one, is to the subject.

    An earlier Tenant's data can be in a keyspace alone: its login, or its row, is taken over.
    """
    is_keyspace = kind is Kind.KEYSPACE
    found = (
        _mark_of_keyspace(desired, observed) if is_keyspace else observed.marks.get((kind, name))
    )
    keyspace = observed.keyspace if is_keyspace else None
    exists = keyspace is not None if is_keyspace else name in observed.logins
    if found is None and not exists:
        return Ownership.OURS
    ownership = judge(desired.claim, found)
    if keyspace is None and ownership in {Ownership.RETAINED, Ownership.ERASE}:
        return Ownership.REMARK
    return ownership


def _mark_of_keyspace(desired: Desired, observed: Observed) -> Mark | None:
    """Return the mark by which the keyspace, or a row of the ledger without one, is judged."""
    found = observed.marks.get((Kind.KEYSPACE, desired.keyspace))
    if observed.keyspace is None:
        return found
    gateway = observed.marks.get((Kind.ROLE, names.gateway_principal(desired.tenant)))
    return mark_of_data(desired.claim, found, gateway)


def _may_enter(plan: PlanBuilder[Action], desired: Desired, observed: Observed) -> bool:
    """Say whether the keyspace is the tenant's; otherwise plan or refuse what follows from that."""
    ownership = _judge(desired, observed, Kind.KEYSPACE, desired.keyspace)
    if ownership.is_ours:
        return True
    target = f"keyspace {desired.keyspace}"
    if ownership is not Ownership.ERASE:
        what = target if observed.keyspace is not None else _row_of(target)
        holds = _holds(observed)
        plan.add_refusal(refusal(ownership, what, _SYSTEM, desired.claim, holds))
    elif desired.replication is None:
        plan.wait(f"{target} of an earlier Tenant goes first")
    else:
        earlier = observed.marks[Kind.KEYSPACE, desired.keyspace]
        drop = DropKeyspace(desired.claim.mark, earlier, desired.keyspace)
        plan.add(Step(Verb.DELETE, target, drop, risk=Risk.LOSES_DATA))
        for (kind, name), found in sorted(observed.marks.items()):
            is_left = is_earlier(desired.claim, found) or may_remove(desired.claim, found)
            if kind is Kind.ROLE and is_left:
                gone = DropLogin(desired.claim.mark, found, name)
                plan.add(Step(Verb.DELETE, f"login {name}", gone, risk=Risk.INTERRUPTS))
    return False


def _row_of(target: str) -> str:
    """Name the row of the ledger that claims an object which is not there."""
    return f"row {target} of {OPERATOR_KEYSPACE}.{OWNERSHIP_TABLE}"


def _holds(observed: Observed) -> str:
    tables = sorted(observed.keyspace.tables) if observed.keyspace is not None else []
    more = ", ..." if len(tables) > _MOST_NAMED else ""
    return f"it holds {', '.join(tables[:_MOST_NAMED])}{more}" if tables else ""


def _diff_keyspace(
    plan: PlanBuilder[Action], desired: Desired, wanted: Mapping[str, str], observed: Observed
) -> None:
    name, mark = desired.keyspace, desired.claim.mark
    target, keyspace = f"keyspace {name}", observed.keyspace
    found = observed.marks.get((Kind.KEYSPACE, name))
    if keyspace is None:
        put = PutKeyspace(mark, found, name, wanted, exists=False)
        plan.add(Step(Verb.CREATE, target, put, order=Order.FIRST))
        return
    replication = replication_for(plan, name, wanted, keyspace.replication)
    changes = replication_changes(keyspace.replication, replication)
    if changes:
        put = PutKeyspace(mark, found, name, replication, exists=True)
        fields = (*_mark_change(found, mark), *changes)
        plan.add(Step(Verb.UPDATE, target, put, fields, Risk.INTERRUPTS, Order.FIRST))
    else:
        _remark(plan, target, WriteMark(mark, found, Kind.KEYSPACE, name))


def _diff_login(
    plan: PlanBuilder[Action], desired: Desired, wanted: Login, observed: Observed
) -> None:
    target, mark = f"login {wanted.name}", desired.claim.mark
    seen = observed.logins.get(wanted.name)
    ownership = _judge(desired, observed, Kind.ROLE, wanted.name)
    if not ownership.is_ours:
        what = target if seen is not None else _row_of(target)
        plan.add_refusal(refusal(ownership, what, _SYSTEM, desired.claim))
        return
    found = observed.marks.get((Kind.ROLE, wanted.name))
    if seen is None:
        put = PutLogin(mark, found, wanted, exists=False)
        plan.add(Step(Verb.CREATE, target, put, order=Order.FIRST))
    elif changes := _login_changes(wanted, seen):
        put = PutLogin(mark, found, wanted, True, seen.member_of, seen.members)  # noqa: FBT003 - it exists
        fields = (*_mark_change(found, mark), *changes)
        plan.add(Step(Verb.UPDATE, target, put, fields, Risk.INTERRUPTS, Order.FIRST))
    else:
        _remark(plan, target, WriteMark(mark, found, Kind.ROLE, wanted.name))
    held = seen.permissions if seen else frozenset()
    _change_permissions(plan, mark, wanted, held)


def _remark(plan: PlanBuilder[Action], target: str, write: WriteMark) -> None:
    if changes := _mark_change(write.found, write.mark):
        plan.add(Step(Verb.UPDATE, target, write, changes, order=Order.FIRST))


def _mark_change(found: Mark | None, mark: Mark) -> tuple[FieldChange, ...]:
    if found == mark:
        return ()
    return (FieldChange("mark", found.to_text() if found else None, mark.to_text()),)


def _login_changes(wanted: Login, seen: Login) -> tuple[FieldChange, ...]:
    changes = []
    if wanted.password_hash != seen.password_hash:
        changes.append(FieldChange("password"))
    if not seen.can_login:
        changes.append(FieldChange("LOGIN", "false", "true"))
    if seen.is_superuser:
        changes.append(FieldChange("SUPERUSER", "true", "false"))
    changes += [FieldChange(f"member of {role}", "", None) for role in sorted(seen.member_of)]
    changes += [FieldChange(f"granted to {role}", "", None) for role in sorted(seen.members)]
    return tuple(changes)


def _change_permissions(
    plan: PlanBuilder[Action], mark: Mark, login: Login, held: frozenset[Permission]
) -> None:
    grant, revoke = login.permissions - held, held - login.permissions
    if grant or revoke:
        fields = (
            *(FieldChange(_words(permission), None, "") for permission in sorted(grant)),
            *(FieldChange(_words(permission), "", None) for permission in sorted(revoke)),
        )
        verb = Verb.UPDATE if held else Verb.CREATE
        change = ChangePermissions(mark, login.name, grant, revoke)
        target = f"permissions of login {login.name}"
        plan.add(Step(verb, target, change, fields, order=Order.PERMISSIONS))


def _revoke_from_others(plan: PlanBuilder[Action], desired: Desired, observed: Observed) -> None:
    """Plan to take away what lets others in, and note who is let in everywhere.

    A permission on all keyspaces or all roles is not the tenant's to take away: a backup may
    need it.
    """
    own = {
        name
        for kind, name in observed.marks
        if kind is Kind.ROLE and _judge(desired, observed, kind, name).is_ours
    }
    by_role: defaultdict[str, set[Permission]] = defaultdict(set)
    for grant in observed.grants:
        root, _, name = grant.permission.resource.partition("/")
        is_on_another = root == "roles" and bool(name) and name not in own
        if grant.role not in own and not is_on_another:
            by_role[grant.role].add(grant.permission)
    for role, permissions in sorted(by_role.items()):
        for root, everything in _EVERYTHING.items():
            words = sorted(p.permission for p in permissions if p.resource == root)
            if words:
                plan.note(
                    f"role {role} has {', '.join(words)} on {everything}, which lets it in here "
                    "too: revoke what is not meant"
                )
        revoke = frozenset(p for p in permissions if p.resource not in _EVERYTHING)
        if revoke:
            fields = tuple(FieldChange(_words(one), "", None) for one in sorted(revoke))
            change = ChangePermissions(desired.claim.mark, role, revoke=revoke)
            target = f"permissions of role {role}"
            plan.add(Step(Verb.UPDATE, target, change, fields, order=Order.FIRST))


def _drop_logins(
    plan: PlanBuilder[Action], desired: Desired, observed: Observed, *, leads_in: bool
) -> None:
    """Drop what is not wanted any more and, of a keyspace of ours, an earlier Tenant's logins.

    Args:
        plan: to add to.
        desired: of which subject.
        observed: the marks of the logins.
        leads_in: the keyspace is the claim's: an old password would lead into it.
    """
    for (kind, name), found in sorted(observed.marks.items()):
        if kind is not Kind.ROLE or name in desired.logins:
            continue
        is_own = desired.claims_login(name) and may_remove(desired.claim, found)
        is_left = leads_in and desired.is_of_nobody(name) and is_earlier(desired.claim, found)
        if is_own or is_left:
            drop = DropLogin(desired.claim.mark, found, name)
            plan.add(Step(Verb.DELETE, f"login {name}", drop, risk=Risk.INTERRUPTS))


def _drop_keyspace(plan: PlanBuilder[Action], desired: Desired, observed: Observed) -> None:
    """Drop the claim's keyspace, or a row of the ledger without one.

    A mark of version 0.1 is written anew before: the gateway's login tells whose it is, and goes.
    """
    name, mark = desired.keyspace, desired.claim.mark
    found, target = observed.marks[Kind.KEYSPACE, name], f"keyspace {desired.keyspace}"
    if observed.keyspace is not None and not found.installation:
        write = WriteMark(mark, found, Kind.KEYSPACE, name)
        changes = _mark_change(found, mark)
        plan.add(Step(Verb.UPDATE, target, write, changes, order=Order.MARK))
        found = mark
    drop = DropKeyspace(mark, found, name)
    plan.add(Step(Verb.DELETE, target, drop, risk=Risk.LOSES_DATA))


def _words(permission: Permission) -> str:
    return f"{permission.permission} on {permission.resource.removeprefix('data/')}"
