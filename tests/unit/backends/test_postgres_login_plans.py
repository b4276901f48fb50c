"""Pure parts of the PostgreSQL backend: logins, their rights and their share of connections."""

from dataclasses import replace

import pytest

from inkwell_api.conditions import Reason
from inkwell_api.names import Stage
from inkwell_operator.backends.postgres.actions import PutLogin
from inkwell_operator.backends.postgres.connection_room import ConnectionRoom
from inkwell_operator.backends.postgres.desire import desire
from inkwell_operator.backends.postgres.diff import diff
from inkwell_operator.backends.postgres.state import (
    Login,
    LoginFacts,
    ObjectKind,
    Observed,
    Right,
    parse_login_facts,
)
from inkwell_operator.model.ownership import Mark
from inkwell_operator.model.plan import FieldChange
from support import make
from support.postgres_world import (
    REFERENCE,
    existing,
    with_login,
)


def test_only_stages_with_a_grant_have_a_login() -> None:
    logins = desire(make.pipeline()).logins
    assert [one.login.name for one in logins] == [f"acme.invoices.{Stage.ARCHIVE.value}"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"is_let_in": False}, FieldChange("password")),
        ({"valid_until": "2020-01-01"}, FieldChange("valid until", "2020-01-01", None)),
        (
            {"database_settings": frozenset({"work_mem=1GB"})},
            FieldChange("work_mem in this database", "1GB", None),
        ),
        ({"members": frozenset({"globex"})}, FieldChange("member globex", "", None)),
        ({"excess": frozenset({"CREATEDB"})}, FieldChange("CREATEDB", "", None)),
    ],
)
def test_what_was_done_to_a_login_is_shown_field_by_field(
    changes: dict[str, object], field: FieldChange
) -> None:
    desired = desire(make.pipeline())
    (step,) = diff(desired, with_login(existing(desired), **changes)).steps
    assert step.fields == (field,)


def test_a_right_that_may_be_handed_on_is_one_too_many() -> None:
    desired = desire(make.pipeline())
    (login,) = existing(desired).logins.values()
    more = Right(ObjectKind.TABLE, "GRANT OPTION FOR SELECT", "tenant_acme", "results")
    (step,) = diff(desired, with_login(existing(desired), rights=login.rights | {more})).steps
    assert step.fields == (FieldChange("GRANT OPTION FOR SELECT on results", "", None),)


def test_a_login_without_our_mark_is_refused_and_gets_no_right() -> None:
    desired = desire(make.pipeline())
    plan = diff(desired, with_login(existing(desired), mark=None, rights=frozenset()))
    assert [refusal.reason for refusal in plan.refusals] == [Reason.NAME_TAKEN]
    assert plan.steps == ()


@pytest.mark.parametrize("text", ["abc connections=40", "abc", "", "abc connections=many", "a b"])
def test_facts_of_a_login_are_read_whatever_stands_there(text: str) -> None:
    facts = parse_login_facts(text)
    assert facts.fingerprint == text.partition(" ")[0]
    assert facts.connections == (40 if text.endswith("=40") else None)


def test_a_pipeline_asks_for_no_more_connections_than_its_tenant_may_have_pods() -> None:
    spec = make.pipeline_spec(scaling={"archive": {"maxReplicas": 64}})
    few = make.tenant(quotas={"pods": 3})
    (login,) = desire(make.pipeline(of=few, spec=spec)).logins
    assert login.login.connection_limit == 2 * 4 * 3


@pytest.mark.parametrize("count", [1, 3, 10, 73, 140])
@pytest.mark.parametrize("wish", [8, 40, 512])
def test_limits_of_all_logins_leave_a_reserve_to_the_server(count: int, wish: int) -> None:
    room = ConnectionRoom(200, 3, {16: 1, wish: count})
    step = room.step()
    assert step >= 1
    assert min(16, step) + min(wish, step) * count <= room.for_tenants < 200 - 3


def test_a_login_is_cut_to_what_is_left_for_all_and_raised_only_by_two_steps() -> None:
    desired = desire(make.tenant())
    crowded = replace(existing(desired), room=ConnectionRoom(200, 3, {40: 12}))
    (step,) = diff(desired, crowded).steps
    assert step.fields == (FieldChange("connection limit", "40", "12"),)
    at_eight = with_login(crowded, connection_limit=8)
    assert diff(desired, at_eight).is_empty
    (raised,) = diff(desired, with_login(crowded, connection_limit=6)).steps
    assert raised.fields == (FieldChange("connection limit", "6", "12"),)


def test_a_new_login_for_which_no_connection_is_left_is_refused() -> None:
    desired = desire(make.tenant())
    full = Observed({}, {}, REFERENCE, ConnectionRoom(200, 3, {1: 147}))
    plan = diff(desired, full)
    (refusal,) = plan.refusals
    assert "raise max_connections" in refusal.message
    assert not [step for step in plan.steps if isinstance(step.action, PutLogin)]
    one_less = replace(full, room=ConnectionRoom(200, 3, {1: 146}))
    assert not diff(desired, one_less).refusals


def test_a_login_of_version_0_1_is_written_anew_with_its_mark() -> None:
    desired = desire(make.pipeline())
    (login,) = existing(desired).logins.values()
    old: Login = replace(login, mark=Mark("acme"), facts=LoginFacts(login.facts.fingerprint))
    (step,) = diff(desired, replace(existing(desired), logins={login.name: old})).steps
    assert [change.field for change in step.fields] == ["mark", "connections asked for"]
