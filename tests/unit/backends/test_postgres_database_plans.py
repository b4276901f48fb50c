"""Plans where each tenant has a PostgreSQL database of its own."""

from dataclasses import replace
from typing import Any

import pytest

from inkwell_api.class_endpoints import PostgresIsolation
from inkwell_api.conditions import Reason
from inkwell_api.names import Stage
from inkwell_api.tenant import RetainedData
from inkwell_operator.backends.postgres.desire import Desired, desire
from inkwell_operator.backends.postgres.diff import diff
from inkwell_operator.backends.postgres.order import Order
from inkwell_operator.backends.postgres.state import (
    UNFINISHED_LIMIT,
    Database,
    ObjectKind,
    Observed,
    Right,
)
from inkwell_operator.backends.workloads.stage_config import gateway_env, stage_env
from inkwell_operator.model.isolation import absent_canary, canary_subjects
from inkwell_operator.model.ownership import Mark
from inkwell_operator.model.plan_text import render_plan
from inkwell_operator.model.targets import ResolvedClass
from support import golden, make
from support.postgres_world import REFERENCE, ROOM, existing

GOLDEN = make.DATA / "postgres"
NAME = "tenant_acme"
EARLIER = Mark("acme", "test-installation", "uid-of-an-earlier-acme")


def resolved() -> ResolvedClass:
    spec = make.class_spec()
    postgres = spec.postgres.model_copy(update={"isolation": PostgresIsolation.DATABASE})
    return make.resolved(spec.model_copy(update={"postgres": postgres}))


def tenant(**spec: Any) -> Desired:
    return desire(replace(make.tenant(**spec), resolved=resolved()))


def pipeline() -> Desired:
    return desire(replace(make.pipeline(), resolved=resolved()))


def gone(**more: Any) -> Desired:
    return desire(replace(make.absent(**more), resolved=resolved()))


def world(desired: Desired, **database: Any) -> Observed:
    """Return what is there when all is as desired, but for some of the database."""
    found = Database(NAME, desired.claim.mark)
    return replace(existing(desired), database=replace(found, **database))


def without_inside(observed: Observed) -> Observed:
    """Return what is seen of a database that is not entered."""
    return replace(observed, schemas={}, logins={})


def test_everything_as_desired_needs_no_step() -> None:
    for desired in (tenant(), pipeline()):
        assert diff(desired, world(desired)).is_empty


def test_workers_and_logins_are_led_into_the_tenants_database() -> None:
    of = resolved()
    connect = Right(ObjectKind.DATABASE, "CONNECT", name=NAME)
    for desired in (tenant(), pipeline()):
        assert desired.database == NAME
        assert all(connect in one.login.rights for one in desired.logins)
    gateway = gateway_env(replace(make.tenant(), resolved=of)).postgres
    archive = stage_env(replace(make.pipeline(), resolved=of), Stage.ARCHIVE).postgres
    assert archive is not None
    for access in (gateway, archive):
        assert (access.database, access.schema_name) == (NAME, "tenant_acme")
    assert gateway_env(make.tenant()).postgres.database == "inkwell"


def test_the_database_comes_before_all_else_and_goes_after_it() -> None:
    first, *_ = diff(tenant(), Observed(reference=REFERENCE, room=ROOM)).in_order()
    assert [step.target for step in first] == [f"database {NAME}"]
    *_, last = diff(gone(retain=False), world(tenant())).in_order()
    assert [step.target for step in last] == [f"database {NAME}"]
    kept = diff(gone(retain=True), world(tenant()))
    assert [step.target for step in kept.steps] == ["login acme.gateway"]


@pytest.mark.parametrize("mark", [None, Mark("acme", "another", "uid-of-acme")])
def test_a_database_of_somebody_else_stops_all_that_leads_into_it(mark: Mark | None) -> None:
    for desired in (tenant(), pipeline()):
        plan = diff(desired, without_inside(world(desired, mark=mark)))
        (refusal,) = plan.refusals
        assert refusal.reason is Reason.NAME_TAKEN
        assert refusal.message.startswith(f"database {NAME} exists in PostgreSQL")
        assert plan.steps == ()
    assert diff(gone(retain=False), without_inside(world(tenant(), mark=mark))).is_empty


@pytest.mark.parametrize(
    ("wish", "targets", "reason"),
    [
        (RetainedData.REFUSE, [], Reason.RETAINED_DATA),
        (RetainedData.REUSE, [f"database {NAME}"], None),
        (RetainedData.ERASE, [f"database {NAME}"], None),
    ],
)
def test_a_database_of_an_earlier_tenant_waits_for_a_word(
    wish: RetainedData, targets: list[str], reason: Reason | None
) -> None:
    desired = tenant(retainedData=wish.value)
    found = world(desired, mark=EARLIER)
    if wish is not RetainedData.REUSE:
        found = without_inside(found)
    plan = diff(desired, found)
    assert [step.target for step in plan.steps] == targets
    assert [refusal.reason for refusal in plan.refusals] == ([reason] if reason else [])


def test_a_pipeline_waits_for_the_database_of_its_tenant() -> None:
    unfinished = {
        "mark": None,
        "allows_connections": False,
        "connection_limit": UNFINISHED_LIMIT,
    }
    desired = pipeline()
    for database in (None, world(desired, **unfinished).database):
        plan = diff(desired, Observed(room=ROOM, database=database))
        assert (plan.steps, plan.refusals) == ((), ())
        assert plan.waits == (f"database {NAME} is being made for its Tenant",)
    (step,) = [
        step
        for step in diff(tenant(), Observed(room=ROOM, database=database)).steps
        if step.order == Order.DATABASE
    ]
    assert str(step.verb) == "create"


@pytest.mark.parametrize(
    ("database", "words"),
    [
        ({"is_owned": False, "owner": "somebody"}, "belongs to role somebody"),
        ({"connection_limit": -2}, "was dropped in part"),
    ],
)
def test_a_database_that_cannot_be_mended_here_is_told_of(
    database: dict[str, Any], words: str
) -> None:
    plan = diff(tenant(), without_inside(world(tenant(), **database)))
    (refusal,) = plan.refusals
    assert words in refusal.message
    assert plan.steps == ()


def test_what_is_left_of_a_drop_that_was_interrupted_goes_first() -> None:
    found = without_inside(world(tenant(), connection_limit=-2))
    (step,) = diff(gone(retain=False), found).steps
    assert (step.target, step.order) == (f"database {NAME}", Order.DATABASE)


def test_classes_with_databases_have_a_canary_of_their_own() -> None:
    """Logins are the whole server's: two classes would write each other's rights anew."""
    canaries = [canary_subjects(one, "house")[0].name for one in (make.resolved(), resolved())]
    assert canaries[0] == absent_canary(make.resolved(), "house").tenant
    assert canaries[1] == absent_canary(resolved(), "house").tenant
    assert canaries[0] != canaries[1]


CASES = {
    "database-create-tenant": (tenant(), Observed(reference=REFERENCE, room=ROOM)),
    "database-with-drift": (
        tenant(),
        world(
            tenant(),
            connection_limit=7,
            missing=frozenset({"CREATE"}),
            others=frozenset({"CONNECT PUBLIC", "TEMPORARY PUBLIC", 'CONNECT "globex.gateway"'}),
        ),
    ),
    "database-delete-tenant": (gone(retain=False), world(tenant())),
    "database-refused": (tenant(), without_inside(world(tenant(), mark=None))),
}


@pytest.mark.parametrize("case", CASES)
def test_plans_are_as_reviewed(case: str) -> None:
    path = GOLDEN / f"{case}.plan.txt"
    text = "\n".join(render_plan(diff(*CASES[case]))) + "\n"
    golden.check(path, text)
