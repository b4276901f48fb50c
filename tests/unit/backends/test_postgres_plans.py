"""Pure parts of the PostgreSQL backend: what is desired, and what a diff makes of what is there."""

import re
from dataclasses import replace

import pytest

from inkwell_api.conditions import Reason
from inkwell_api.tables import postgres_migrations
from inkwell_api.tenant import RetainedData
from inkwell_operator.backends.postgres.actions import DropSchema, Restore
from inkwell_operator.backends.postgres.desire import Desired, desire, digest_of
from inkwell_operator.backends.postgres.diff import diff
from inkwell_operator.backends.postgres.rows import MIGRATED_TABLES
from inkwell_operator.backends.postgres.state import (
    Entry,
    EntryKind,
    ObjectKind,
    Observed,
    Right,
    Schema,
    Structure,
)
from inkwell_operator.model.ownership import Mark
from inkwell_operator.model.plan import FieldChange, Verb
from inkwell_operator.model.plan_text import render_plan, render_step
from support import golden, make
from support.postgres_world import (
    COLUMN,
    POLICY,
    PUBLIC,
    REFERENCE,
    ROOM,
    SECURITY,
    TABLE,
    existing,
    with_login,
    with_schema,
)

GOLDEN = make.DATA / "postgres"


def test_everything_as_desired_needs_no_step() -> None:
    for subject in (make.tenant(), make.pipeline()):
        desired = desire(subject)
        assert diff(desired, existing(desired)).is_empty


def test_migrations_follow_one_another_and_come_before_rights() -> None:
    desired = desire(make.tenant())
    groups = diff(desired, Observed()).in_order()
    assert {step.target for step in groups[0]} == {"schema tenant_acme", "login acme.gateway"}
    assert groups[-1][0].target == "rights of login acme.gateway"
    assert [len(group) for group in groups[1:]] == [1] * (len(desired.migrations) + 1)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ("1:0123", "ran other migrations"),
        ("9:0123", "does not know"),
        ("soon:0123", "does not say which migrations ran"),
        ("²:0123", "does not say which migrations ran"),
        ("-1", "does not say which migrations ran"),
    ],
)
def test_a_mark_that_no_migration_of_ours_wrote_is_refused(facts: str, words: str) -> None:
    desired = desire(make.tenant())
    plan = diff(desired, with_schema(existing(desired), facts=facts))
    (refusal,) = plan.refusals
    assert words in refusal.message
    assert not [step for step in plan.steps if "migration" in step.target]


def test_a_schema_of_version_0_1_is_marked_anew_and_goes_on_from_its_migration() -> None:
    desired = desire(make.tenant())
    facts = digest_of(desired.migrations[:1])
    old = with_schema(existing(desired), mark=Mark("acme"), facts=facts)
    plan = diff(desired, old)
    assert [step.target for step in plan.steps] == [
        "schema tenant_acme",
        "migration 0002_pipelines_apart of schema tenant_acme",
        "migration 0003_digests of schema tenant_acme",
        "migration 0004_page_routes of schema tenant_acme",
    ]
    assert plan.steps[0].fields == (
        FieldChange("mark", "inkwell.dev/tenant=acme", desired.claim.mark.to_text()),
    )


@pytest.mark.parametrize("mark", [None, Mark("acme", "another-installation", "uid-of-acme")])
@pytest.mark.parametrize("subject", [make.tenant(), make.pipeline()], ids=("tenant", "pipeline"))
def test_a_schema_of_somebody_else_stops_all_that_leads_into_it(
    mark: Mark | None, subject: object
) -> None:
    desired = desire(subject)  # type: ignore[arg-type]  # one of the subjects
    plan = diff(desired, Observed({"tenant_acme": Schema("tenant_acme", mark, tables=12)}))
    (refusal,) = plan.refusals
    assert refusal.reason is Reason.NAME_TAKEN
    assert "12 tables" in refusal.message
    assert plan.steps == ()


def test_a_deletion_leaves_what_another_installation_made() -> None:
    theirs = Mark("acme", "another-installation", "uid-of-acme")
    desired = desire(make.tenant())
    world = with_login(with_schema(existing(desired), mark=theirs), mark=theirs)
    assert diff(desire(make.absent(retain=False)), world).is_empty
    own = diff(desire(make.absent(retain=False)), existing(desired))
    assert [step.target for step in own.steps] == ["login acme.gateway", "schema tenant_acme"]


@pytest.mark.parametrize(
    ("wish", "targets", "reason"),
    [
        (RetainedData.REFUSE, [], Reason.RETAINED_DATA),
        (RetainedData.REUSE, ["login acme.gateway", "schema tenant_acme"], None),
        (RetainedData.ERASE, ["schema tenant_acme"], None),
    ],
)
def test_data_of_an_earlier_tenant_wait_for_a_word(
    wish: RetainedData, targets: list[str], reason: Reason | None
) -> None:
    desired = desire(make.tenant(retainedData=wish.value))
    earlier = Mark("acme", "test-installation", "uid-of-an-earlier-acme")
    plan = diff(desired, with_login(with_schema(existing(desired), mark=earlier), mark=earlier))
    assert sorted(step.target for step in plan.steps) == targets
    assert [refusal.reason for refusal in plan.refusals] == ([reason] if reason else [])
    erased = [step for step in plan.steps if isinstance(step.action, DropSchema)]
    assert bool(erased) == (wish is RetainedData.ERASE)


def test_a_schema_is_taken_over_only_where_that_is_asked_for() -> None:
    desired = desire(make.tenant(adopt=True))
    world = Observed({"tenant_acme": Schema("tenant_acme", None)}, {}, REFERENCE, ROOM)
    plan = diff(desired, world)
    assert not plan.refusals
    (marked,) = [step for step in plan.steps if step.target == "schema tenant_acme"]
    assert marked.fields == (FieldChange("mark", None, desired.claim.mark.to_text()),)


def test_a_schema_that_is_taken_over_must_not_hold_tables_of_our_names() -> None:
    desired = desire(make.tenant(adopt=True))
    structure = Structure(frozenset({TABLE}))
    world = Observed(
        {"tenant_acme": Schema("tenant_acme", None, structure=structure)}, {}, REFERENCE, ROOM
    )
    (refusal,) = diff(desired, world).refusals
    assert "rename or move documents" in refusal.message


def test_rights_of_others_are_taken_back_whatever_else_is_refused() -> None:
    desired = desire(make.tenant())
    entries = (REFERENCE.entries - {TABLE, COLUMN, SECURITY, POLICY}) | {PUBLIC}
    plan = diff(desired, existing(desired, structure=Structure(entries)))
    assert [render_step(step) for step in plan.steps] == [
        "~ rights of others in schema tenant_acme: -SELECT on table documents to PUBLIC"
    ]
    assert isinstance(plan.steps[0].action, Restore)
    assert plan.steps[0].action.statements == ("REVOKE!",)
    assert "table documents of schema tenant_acme is gone" in plan.refusals[0].message


def test_row_security_and_policies_come_back_and_foreign_ones_go() -> None:
    desired = desire(make.tenant())
    foreign = replace(POLICY, name="documents.open", definition="USING (true)", drop="CLOSE!")
    off = replace(SECURITY, definition="off")
    structure = Structure(frozenset({TABLE, COLUMN, off, foreign}))
    (step,) = diff(desired, existing(desired, structure=structure)).steps
    assert isinstance(step.action, Restore)
    assert step.action.statements == ("CLOSE!", "ON!", "MAKE!")
    assert set(step.fields) == {
        FieldChange("policy documents.open", "USING (true)", None),
        FieldChange("policy documents.own_pipeline", None, "USING (own)"),
        FieldChange("row security documents", "off", "on, forced"),
    }


def test_tables_of_others_within_the_schema_stay_as_they_are() -> None:
    desired = desire(make.tenant())
    view = Entry(EntryKind.TABLE, "report", "report", "view of the operator")
    rule = Entry(EntryKind.TRIGGER, "report", "report.own", "theirs", "", "DROP!")
    structure = Structure(REFERENCE.entries | {view, rule})
    assert diff(desired, existing(desired, structure=structure)).is_empty


def test_a_column_that_is_otherwise_is_refused_with_what_it_should_be() -> None:
    desired = desire(make.tenant())
    entries = REFERENCE.entries - {COLUMN} | {replace(COLUMN, definition="text")}
    plan = diff(desired, existing(desired, structure=Structure(entries)))
    (refusal,) = plan.refusals
    assert refusal.message.startswith("column documents.state of schema tenant_acme is not as")
    assert "'text NOT NULL'" in refusal.message


def _cases() -> dict[str, tuple[Desired, Observed]]:
    tenant, pipeline = desire(make.tenant()), desire(make.pipeline())
    entries = REFERENCE.entries - {SECURITY, POLICY} | {
        PUBLIC,
        replace(SECURITY, definition="off"),
        replace(POLICY, name="documents.open", definition="USING (true)"),
    }
    (login,) = existing(tenant).logins.values()
    drifted = with_login(
        existing(tenant, structure=Structure(entries)),
        valid_until="2020-01-01 00:00:00+00",
        settings=login.settings - {"statement_timeout=30s"} | {"work_mem=1GB"},
        connection_limit=-1,
        is_let_in=False,
        rights=login.rights | {Right(ObjectKind.TABLE, "DELETE", "tenant_acme", "documents")},
    )
    rows = with_schema(existing(pipeline), pipelines_with_rows=frozenset({"invoices"}))
    return {
        "create-tenant": (tenant, Observed(reference=REFERENCE, room=ROOM)),
        "create-pipeline": (pipeline, replace(existing(pipeline), logins={})),
        "update-with-drift": (tenant, drifted),
        "delete-tenant": (desire(make.absent(retain=False)), existing(tenant)),
        "delete-pipeline": (desire(make.absent(pipeline="invoices", retain=False)), rows),
        "refused": (tenant, with_schema(existing(tenant), mark=None)),
    }


CASES = _cases()


@pytest.mark.parametrize("case", CASES)
def test_plans_are_as_reviewed(case: str) -> None:
    path = GOLDEN / f"{case}.plan.txt"
    text = "\n".join(render_plan(diff(*CASES[case]))) + "\n"
    golden.check(path, text)


def test_every_plan_reads_the_same_whatever_the_order_of_what_was_seen() -> None:
    for desired, observed in CASES.values():
        turned = replace(
            observed,
            schemas=dict(reversed([*observed.schemas.items()])),
            logins=dict(reversed([*observed.logins.items()])),
        )
        assert diff(desired, turned).to_json() == diff(desired, observed).to_json()
        assert all(step.verb in Verb for step in diff(desired, observed).steps)


def test_rows_are_erased_from_every_table_that_a_migration_makes_and_from_no_other() -> None:
    text = "\n".join(migration.sql for migration in postgres_migrations())
    assert set(re.findall(r"^CREATE TABLE (\w+)", text, re.MULTILINE)) == MIGRATED_TABLES
