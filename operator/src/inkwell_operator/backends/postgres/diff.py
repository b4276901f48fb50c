"""What would turn the observed PostgreSQL into the desired one. Pure."""

from dataclasses import replace

from inkwell_api import names
from inkwell_operator.backends.postgres.actions import (
    Action,
    ChangeRights,
    DeleteRows,
    DropLogin,
    DropSchema,
    PutLogin,
)
from inkwell_operator.backends.postgres.connection_room import is_fair
from inkwell_operator.backends.postgres.desire import Desired, DesiredLogin
from inkwell_operator.backends.postgres.diff_database import diff_database
from inkwell_operator.backends.postgres.diff_schema import diff_schema, remark
from inkwell_operator.backends.postgres.order import Order
from inkwell_operator.backends.postgres.state import Login, ObjectKind, Observed, Schema
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

_SYSTEM = "PostgreSQL"
_MOST_NAMED = 5


def diff(desired: Desired, observed: Observed) -> Plan[Action]:
    """Say what would turn `observed` into `desired`.

    A schema that is not the subject's stops the whole plan: its logins and rights lead into it.
    """
    plan: PlanBuilder[Action] = PlanBuilder()
    if desired.has_database and not diff_database(plan, desired, observed):
        return plan.build()
    schema = observed.schemas.get(desired.schema)
    if desired.is_absent:
        _remove(plan, desired, observed, schema)
        return plan.build()
    mark = _mark_of(desired, observed, schema)
    ownership = judge(desired.claim, mark) if schema else Ownership.OURS
    if schema is not None and ownership is Ownership.ERASE:
        _erase(plan, desired, observed, schema)
    elif schema is not None and not ownership.is_ours:
        holds = f"{schema.tables} {'table' if schema.tables == 1 else 'tables'}"
        what = f"schema {schema.name}"
        plan.add_refusal(refusal(ownership, what, _SYSTEM, desired.claim, holds))
    else:
        if desired.migrations:
            diff_schema(plan, desired, observed)
        _diff_logins(plan, desired, observed)
        _drop_logins(plan, desired, observed, leads_in=True)
    return plan.build()


def _mark_of(desired: Desired, observed: Observed, schema: Schema | None) -> Mark | None:
    """Return the mark by which the schema is judged."""
    gateway = observed.logins.get(names.gateway_principal(desired.tenant))
    found = schema.mark if schema else None
    return mark_of_data(desired.claim, found, gateway.mark if gateway else None)


def _erase(plan: PlanBuilder[Action], desired: Desired, observed: Observed, schema: Schema) -> None:
    """Remove an earlier Tenant's data and logins; a pipeline leaves that to its tenant."""
    if desired.migrations:
        wanted = {login.login.name for login in desired.logins}
        for name, seen in sorted(observed.logins.items()):
            is_left = is_earlier(desired.claim, seen.mark) or may_remove(desired.claim, seen.mark)
            if seen.mark and is_left and name not in wanted:
                plan.add(_drop_login(desired, name, seen.mark))
        plan.add(_drop_schema(desired, schema))
    else:
        plan.wait(f"schema {schema.name} is being made anew for its Tenant")


def _remove(
    plan: PlanBuilder[Action], desired: Desired, observed: Observed, schema: Schema | None
) -> None:
    mark = _mark_of(desired, observed, schema)
    is_ours = schema is not None and may_remove(desired.claim, mark)
    _drop_logins(plan, desired, observed, leads_in=is_ours)
    if schema is None or not desired.is_data_gone or not is_ours:
        return
    if desired.pipeline is None:
        if schema.mark != desired.claim.mark:  # its logins, which go first, tell whose it is
            remark(plan, desired, schema, Order.MARK)
        plan.add(_drop_schema(desired, schema))
    elif desired.pipeline in schema.pipelines_with_rows:
        rows = DeleteRows(desired.claim, schema.name, desired.pipeline)
        target = f"rows of pipeline {desired.pipeline} in schema {schema.name}"
        plan.add(Step(Verb.DELETE, target, rows, risk=Risk.LOSES_DATA, order=Order.DESTROY))


def _drop_schema(desired: Desired, schema: Schema) -> Step[Action]:
    return Step(
        Verb.DELETE,
        f"schema {schema.name}",
        DropSchema(desired.claim, schema.name),
        risk=Risk.LOSES_DATA,
        order=Order.DESTROY,
    )


def _drop_logins(
    plan: PlanBuilder[Action], desired: Desired, observed: Observed, *, leads_in: bool
) -> None:
    """Drop what is not wanted any more and, of a schema that is ours, an earlier Tenant's logins.

    Args:
        plan: to add to.
        desired: of which subject.
        observed: the logins.
        leads_in: the schema is the claim's: an old password would lead into it.
    """
    wanted = {login.login.name for login in desired.logins}
    for name, seen in sorted(observed.logins.items()):
        if name in wanted or seen.mark is None:
            continue
        is_own = desired.claims_login(name) and may_remove(desired.claim, seen.mark)
        is_left = leads_in and desired.is_of_nobody(name) and is_earlier(desired.claim, seen.mark)
        if is_own or is_left:
            plan.add(_drop_login(desired, name, seen.mark))


def _drop_login(desired: Desired, name: str, found: Mark) -> Step[Action]:
    action = DropLogin(desired.claim, desired.schema, name, found)
    return Step(Verb.DELETE, f"login {name}", action, risk=Risk.INTERRUPTS, order=Order.FIRST)


def _diff_logins(plan: PlanBuilder[Action], desired: Desired, observed: Observed) -> None:
    new = [
        login.login.connection_limit
        for login in desired.logins
        if login.login.name not in observed.logins
    ]
    step = observed.room.step(new) if observed.room else None
    for login in sorted(desired.logins, key=lambda one: one.login.name):
        seen = observed.logins.get(login.login.name)
        if seen is None and step == 0 and observed.room is not None:
            plan.refuse(
                f"login {login.login.name} finds no room in PostgreSQL: {observed.room.for_tenants}"
                " connections are for the logins of tenants, and each needs one: raise"
                " max_connections, or give the class another server"
            )
            continue
        _diff_login(plan, desired, _limited(login, seen, step), seen)


def _limited(wanted: DesiredLogin, seen: Login | None, step: int | None) -> DesiredLogin:
    """Return the login with the connections that it is given of those that it asks for."""
    asked = wanted.login.connection_limit
    if step is None:
        return wanted
    limit = max(min(asked, step), 1)
    if seen is not None and is_fair(seen.connection_limit, asked, step):
        limit = seen.connection_limit
    return replace(wanted, login=replace(wanted.login, connection_limit=limit))


def _diff_login(
    plan: PlanBuilder[Action], desired: Desired, wanted: DesiredLogin, seen: Login | None
) -> None:
    login, claim = wanted.login, desired.claim
    target = f"login {login.name}"
    if seen is None:
        plan.add(Step(Verb.CREATE, target, PutLogin(claim, wanted), order=Order.FIRST))
    elif judge(claim, seen.mark) is Ownership.FOREIGN:
        plan.add_refusal(refusal(Ownership.FOREIGN, target, _SYSTEM, claim))
        return
    elif changes := _changes(login, seen):
        action = PutLogin(
            claim,
            wanted,
            stale_settings=frozenset(_by_name(seen.settings)) - _by_name(login.settings).keys(),
            has_database_settings=bool(seen.database_settings),
            excess=seen.excess,
            members=seen.members,
        )
        plan.add(
            Step(
                Verb.UPDATE,
                target,
                action,
                fields=changes,
                risk=Risk.INTERRUPTS,
                order=Order.FIRST,
            )
        )
    _diff_rights(plan, desired, login, seen)


def _changes(wanted: Login, seen: Login) -> tuple[FieldChange, ...]:
    existing, desired = _by_name(seen.settings), _by_name(wanted.settings)
    in_database = _by_name(seen.database_settings)
    marks = _text_of(seen), _text_of(wanted)
    is_password_other = seen.facts.fingerprint != wanted.facts.fingerprint or not seen.is_let_in
    asked = (str(seen.facts.connections or "unknown"), str(wanted.facts.connections))
    limits = (str(seen.connection_limit), str(wanted.connection_limit))
    changes = [
        (FieldChange("mark", *marks), marks[0] != marks[1]),
        (FieldChange("password"), is_password_other),
        (FieldChange("connections asked for", *asked), asked[0] != asked[1]),
        (FieldChange("connection limit", *limits), limits[0] != limits[1]),
        (FieldChange("valid until", seen.valid_until, None), bool(seen.valid_until)),
        *(
            (FieldChange(key, existing.get(key), desired.get(key)), True)
            for key in sorted(existing.keys() | desired.keys())
            if existing.get(key) != desired.get(key)
        ),
        *(
            (FieldChange(f"{key} in this database", value, None), True)
            for key, value in sorted(in_database.items())
        ),
        *((FieldChange(attribute, "", None), True) for attribute in sorted(seen.excess)),
        *((FieldChange(f"member {name}", "", None), True) for name in sorted(seen.members)),
    ]
    return tuple(change for change, is_needed in changes if is_needed)


def _diff_rights(
    plan: PlanBuilder[Action], desired: Desired, login: Login, seen: Login | None
) -> None:
    """Plan rights; what others gave on what is theirs is theirs to take: it leads to nothing here.

    Any login can give that to any other, by default privileges or on a temporary table.
    """
    held, others = (seen.rights, seen.others_rights) if seen else (frozenset(), frozenset())
    missing, extra = login.rights - held - others, held - login.rights
    if theirs := sorted(others - login.rights):
        more = " and more" if len(theirs) > _MOST_NAMED else ""  # not all that there are are read
        plan.note(
            f"login {login.name} holds what others gave it on what is theirs, to be revoked by"
            f" them: {', '.join(map(str, theirs[:_MOST_NAMED]))}{more}"
        )
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
            ChangeRights(desired.claim, desired.schema, login.name, missing, extra),
            fields=fields,
            order=Order.GRANT,
        )
    )


def _text_of(login: Login) -> str | None:
    return login.mark.to_text() if login.mark else None


def _by_name(settings: frozenset[str]) -> dict[str, str]:
    return dict(setting.split("=", 1) for setting in settings)
