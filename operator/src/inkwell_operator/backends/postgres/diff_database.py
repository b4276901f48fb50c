"""What would bring a tenant's own database to what is wanted. Pure."""

from inkwell_operator.backends.postgres.actions import Action, DropDatabase, PutDatabase
from inkwell_operator.backends.postgres.desire import Desired
from inkwell_operator.backends.postgres.order import Order
from inkwell_operator.backends.postgres.state import NO_LIMIT, Database, Observed
from inkwell_operator.model.ownership import Ownership, judge, may_remove, refusal
from inkwell_operator.model.plan import FieldChange, PlanBuilder, Risk, Step, Verb


def diff_database(plan: PlanBuilder[Action], desired: Desired, observed: Observed) -> bool:
    """Plan the database, and say whether what is to be in it may be planned too.

    A database that is not the subject's stops all that leads into it.
    """
    found = observed.database
    if desired.is_absent:
        return found is None or _remove(plan, desired, observed, found)
    if desired.pipeline is not None:
        return _is_there_for_pipeline(plan, desired, found)
    if found is None or found.is_unfinished:
        _put(plan, desired, Verb.CREATE)
        return True
    ownership = judge(desired.claim, found.mark)
    if ownership is Ownership.ERASE:
        return _erase(plan, desired, observed, found)
    if not ownership.is_ours:
        what = f"database {found.name}"
        plan.add_refusal(refusal(ownership, what, "PostgreSQL", desired.claim))
        return False
    return _repair(plan, desired, found)


def _repair(plan: PlanBuilder[Action], desired: Desired, found: Database) -> bool:
    if not found.is_owned:
        plan.refuse(
            f"database {found.name} belongs to role {found.owner}:"
            f" ALTER DATABASE {found.name} OWNER TO the operator's login"
        )
    elif found.is_half_dropped:
        plan.refuse(
            f"database {found.name} was dropped in part and lets nobody in: DROP DATABASE"
            f" {found.name}, to have it made anew without any document, or restore the server"
        )
    elif changes := _changes(desired, found):
        shut_out = frozenset(right.partition(" ")[2] for right in found.others)
        _put(plan, desired, Verb.UPDATE, fields=changes, shut_out=shut_out)
    return found.is_owned and found.is_open


def _changes(desired: Desired, found: Database) -> tuple[FieldChange, ...]:
    marks = found.mark.to_text() if found.mark else None, desired.claim.mark.to_text()
    allows, limit = found.allows_connections, found.connection_limit
    changes = [
        (FieldChange("mark", *marks), marks[0] != marks[1]),
        (FieldChange("connections allowed", "no", "yes"), not allows),
        (FieldChange("connection limit", str(limit), str(NO_LIMIT)), limit != NO_LIMIT),
        *(
            (FieldChange(f"{right} of the operator", None, ""), True)
            for right in sorted(found.missing)
        ),
        *(
            (FieldChange(right.replace(" ", " to ", 1), "", None), True)
            for right in sorted(found.others)
        ),
    ]
    return tuple(change for change, is_needed in changes if is_needed)


def _put(
    plan: PlanBuilder[Action],
    desired: Desired,
    verb: Verb,
    *,
    fields: tuple[FieldChange, ...] = (),
    shut_out: frozenset[str] = frozenset(),
) -> None:
    action = PutDatabase(desired.claim, desired.database, shut_out)
    target = f"database {desired.database}"
    plan.add(Step(verb, target, action, fields=fields, order=Order.DATABASE))


def _is_there_for_pipeline(
    plan: PlanBuilder[Action], desired: Desired, found: Database | None
) -> bool:
    """Leave the database to the tenant, whose pass may come after its pipeline's."""
    if found is not None and not found.is_unfinished:
        ownership = judge(desired.claim, found.mark)
        if not ownership.is_ours and ownership is not Ownership.ERASE:
            what = f"database {found.name}"
            plan.add_refusal(refusal(ownership, what, "PostgreSQL", desired.claim))
            return False
        if ownership.is_ours and found.is_open:
            return True
    plan.wait(f"database {desired.database} is being made for its Tenant")
    return False


def _erase(
    plan: PlanBuilder[Action], desired: Desired, observed: Observed, found: Database
) -> bool:
    """Remove an earlier Tenant's database; what is in it is judged by its own marks as well."""
    if not found.is_open and not found.is_half_dropped:
        plan.refuse(
            f"database {found.name}, which is to be erased, lets the operator not in:"
            f" ALTER DATABASE {found.name} ALLOW_CONNECTIONS true, and GRANT CONNECT on it"
        )
        return False
    _drop(plan, desired, found)
    return desired.schema in observed.schemas


def _remove(
    plan: PlanBuilder[Action], desired: Desired, observed: Observed, found: Database
) -> bool:
    """Remove the database with its tenant; its logins go in any case, by their own marks.

    One that lets nobody in is opened first: a login that has rights inside cannot be dropped.
    """
    if not may_remove(desired.claim, found.mark):
        return True
    if not found.is_open and not found.is_half_dropped:
        is_needed = desired.is_data_gone or observed.logins
        return _repair(plan, desired, found) if is_needed else False
    if desired.pipeline is None and desired.is_data_gone:
        _drop(plan, desired, found)
    return True


def _drop(plan: PlanBuilder[Action], desired: Desired, found: Database) -> None:
    order = Order.DATABASE if found.is_half_dropped else Order.DESTROY_DATABASE
    action = DropDatabase(desired.claim, found.name)
    plan.add(Step(Verb.DELETE, f"database {found.name}", action, risk=Risk.LOSES_DATA, order=order))
