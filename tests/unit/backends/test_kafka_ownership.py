"""Nothing in Kafka that is not ours is touched, and an upgrade from version 0.1 loses nothing."""

from dataclasses import replace
from typing import Any

import pytest

from inkwell_api.conditions import Reason
from inkwell_api.names import EventKind
from inkwell_api.tenant import RetainedData
from inkwell_operator.backends.kafka import actions
from inkwell_operator.backends.kafka.desire import Desired, desire
from inkwell_operator.backends.kafka.diff import diff
from inkwell_operator.backends.kafka.marks_log import decode, encode
from inkwell_operator.backends.kafka.state import Acl, Entry, Login, Observed, Topic
from inkwell_operator.model.ownership import Mark
from inkwell_operator.model.passwords import new_password, scram_iterations
from inkwell_operator.model.plan import Plan, Risk
from inkwell_operator.model.plan_text import render_plan
from support import make
from support.kafka_world import (
    everything_of,
    ledger_of,
    made,
    made_by_first_version,
    owned,
    with_topic,
)

PIPELINE = desire(make.pipeline())
TENANT = desire(make.tenant())
UPLOADED = "acme.invoices.uploaded"
OCR = "acme.invoices.ocr"
FOREIGN = Topic(
    UPLOADED,
    7,
    1,
    frozenset({("cleanup.policy", "compact"), ("retention.ms", "999999999")}),
)


def touched(plan: Plan[actions.Action], name: str) -> list[str]:
    """Return the steps about an object or on it."""
    return [step.target for step in plan.steps if name in step.target]


def claiming(**changes: Any) -> Desired:
    """Return the pipeline with another claim."""
    return replace(PIPELINE, claim=replace(PIPELINE.claim, **changes))


def test_a_foreign_topic_is_refused_with_what_is_in_it_and_nothing_on_it_is_planned() -> None:
    plan = diff(PIPELINE, Observed(topics={UPLOADED: FOREIGN}))
    (refusal,) = plan.refusals
    assert refusal.reason is Reason.NAME_TAKEN
    assert "7 partitions, cleanup.policy compact, retention.ms 999999999" in refusal.message
    assert not touched(plan, UPLOADED)


def test_a_foreign_topic_is_adopted_field_by_field_with_word_of_what_is_lost() -> None:
    smaller = replace(FOREIGN, partitions=2)
    plan = diff(claiming(adopts=True), Observed(topics={UPLOADED: smaller}))
    lines = [line for line in render_plan(plan) if f"topic {UPLOADED}" in line]
    assert not plan.refusals
    assert f"~ marks of acme.invoices: topic {UPLOADED}" in lines
    settings = next(line for line in lines if line.startswith("~ settings"))
    assert "cleanup.policy compact -> delete" in settings
    assert "retention.ms 999999999 -> 604800000" in settings
    assert settings.endswith("(loses data)")


def test_a_foreign_login_is_given_no_password_right_or_quota() -> None:
    plan = diff(PIPELINE, Observed(logins={OCR: Login(4096)}))
    assert [refusal.reason for refusal in plan.refusals] == [Reason.NAME_TAKEN]
    assert not touched(plan, OCR)


def test_a_foreign_subject_is_not_written_to() -> None:
    subject = f"{UPLOADED}-value"
    schema = replace(PIPELINE.schemas[subject], compatibility="NONE")
    plan = diff(PIPELINE, Observed(schemas={subject: schema}))
    assert [refusal.reason for refusal in plan.refusals] == [Reason.NAME_TAKEN]
    assert not touched(plan, subject)


@pytest.mark.parametrize("retain", [True, False])
def test_deleting_a_tenant_leaves_what_others_made_under_its_prefix(retain: bool) -> None:  # noqa: FBT001 - a case
    reader, raw = "acme.billing.reader", "acme.billing.raw"
    foreign = Observed(
        topics={raw: replace(FOREIGN, name=raw)},
        logins={reader: Login(4096)},
        acls=frozenset({Acl(reader, "READ", "TOPIC", raw)}),
        quotas={reader: {"producer_byte_rate": 1.0}},
        schemas={f"{raw}-value": PIPELINE.schemas[f"{UPLOADED}-value"]},
        groups=frozenset({"acme.billing.ocr"}),
    )
    for adopts in (False, True):
        absent = desire(make.absent(retain=retain))
        absent = replace(absent, claim=replace(absent.claim, adopts=adopts))
        assert diff(absent, foreign).is_empty


def test_deleting_leaves_what_another_installation_owns() -> None:
    others = ledger_of(PIPELINE, Mark("acme", "another-installation", "uid-of-acme"))
    existing = replace(made(PIPELINE), ledger=others)
    assert diff(desire(make.absent(retain=False)), existing).is_empty


def test_a_name_that_another_installation_claims_is_refused_even_where_nothing_is_there() -> None:
    others = ledger_of(PIPELINE, Mark("acme", "another-installation", "uid"))
    plan = diff(claiming(adopts=True), Observed(ledger=others))
    assert {refusal.reason for refusal in plan.refusals} == {Reason.NAME_TAKEN}
    assert len(plan.refusals) == len(PIPELINE.topics) + len(PIPELINE.logins)
    assert not plan.steps


def test_data_of_an_earlier_tenant_are_refused_reused_or_erased() -> None:
    earlier = Mark("acme", "test-installation", "uid-of-the-earlier")
    existing = replace(
        made(PIPELINE), ledger=ledger_of(PIPELINE, earlier), logins={}, acls=frozenset(), quotas={}
    )
    refused = diff(PIPELINE, existing)
    assert {one.reason for one in refused.refusals} == {Reason.RETAINED_DATA}
    assert not touched(refused, "topic acme.invoices.uploaded")
    reused = diff(claiming(retained=RetainedData.REUSE), existing)
    assert not reused.refusals
    assert not [step for step in reused.steps if step.risk is Risk.LOSES_DATA]
    erased = diff(claiming(retained=RetainedData.ERASE), existing)
    lost = {step.target for step in erased.steps if step.risk is Risk.LOSES_DATA}
    assert lost == {str(one) for one in everything_of(PIPELINE) if one.kind.value != "login"}


def test_a_login_of_an_earlier_tenant_holds_no_data_and_is_simply_taken() -> None:
    earlier = Mark("acme", "test-installation", "uid-of-the-earlier")
    existing = made(TENANT)
    plan = diff(TENANT, replace(existing, ledger=ledger_of(TENANT, earlier)))
    assert render_plan(plan) == ("~ marks of acme: login acme.gateway",)


@pytest.mark.parametrize("desired", [TENANT, PIPELINE], ids=["tenant", "pipeline"])
def test_an_upgrade_from_the_first_version_writes_marks_and_changes_nothing_else(
    desired: Desired,
) -> None:
    plan = diff(desired, made_by_first_version(desired))
    assert not plan.refusals
    (step,) = plan.steps
    assert isinstance(step.action, actions.WriteMarks)
    assert {name for name, _ in step.action.entries} == set(everything_of(desired))


def test_an_upgrade_that_was_cut_short_anywhere_goes_on() -> None:
    existing = made_by_first_version(PIPELINE)
    (step,) = diff(PIPELINE, existing).steps
    assert isinstance(step.action, actions.WriteMarks)
    for count in range(len(step.action.entries)):
        written = {name: entry for name, entry in step.action.entries[:count] if entry}
        plan = diff(PIPELINE, replace(existing, ledger=written))
        assert not plan.refusals, count
        assert [one.target for one in plan.steps] == ["marks of acme.invoices"]


@pytest.mark.parametrize("retain", [True, False])
def test_what_the_first_version_made_is_deleted_though_no_password_is_at_hand(
    retain: bool,  # noqa: FBT001 - a case
) -> None:
    existing = made_by_first_version(PIPELINE)
    plan = diff(desire(make.absent(pipeline="invoices", retain=retain)), existing)
    gone = {step.target for step in plan.steps}
    assert {f"login {name}" for name in PIPELINE.logins} <= gone
    assert ({f"topic {name}" for name in PIPELINE.topics} <= gone) is not retain
    marked = [step for step in plan.steps if step.target == "marks of acme.invoices"]
    assert marked[0] is plan.steps[0]


def test_a_rotated_login_of_the_first_version_is_known_by_its_rights() -> None:
    rotated = desire(make.pipeline(password=new_password()))
    plan = diff(rotated, made_by_first_version(PIPELINE))
    assert not plan.refusals


def test_a_login_by_kafkas_own_tools_is_never_taken_for_the_first_versions() -> None:
    existing = made_by_first_version(PIPELINE)
    logins = {name: Login(4096) for name in existing.logins}
    plan = diff(PIPELINE, replace(existing, logins=logins))
    assert len(plan.refusals) == len(PIPELINE.logins) + len(PIPELINE.topics)
    assert not plan.steps


def test_a_topic_that_turns_up_later_is_not_concluded_from_a_login_with_a_mark() -> None:
    existing = made(PIPELINE)
    ledger = {name: entry for name, entry in existing.ledger.items() if name.kind.value == "login"}
    plan = diff(PIPELINE, replace(existing, ledger=ledger))
    assert {refusal.reason for refusal in plan.refusals} == {Reason.NAME_TAKEN}
    assert len(plan.refusals) == len(EventKind)


def test_a_login_that_nobody_marked_stays_and_reaches_nothing_of_ours() -> None:
    existing = made(PIPELINE)
    rogue, right = "acme.invoices.rogue", Acl("acme.invoices.rogue", "READ", "TOPIC", UPLOADED)
    iterations = scram_iterations(new_password())
    plan = diff(
        PIPELINE,
        replace(
            existing,
            logins={**existing.logins, rogue: Login(iterations)},
            acls=existing.acls | {right},
        ),
    )
    assert [step.target for step in plan.steps] == [f"acl {right}"]


def test_a_pipeline_whose_topic_is_refused_lets_nobody_in_or_out_there() -> None:
    existing = made(PIPELINE)
    ledger = {name: entry for name, entry in existing.ledger.items() if name.name != UPLOADED}
    theirs = Acl("somebody", "READ", "TOPIC", UPLOADED)
    acls = frozenset({theirs}) | {acl for acl in existing.acls if acl.name != UPLOADED}
    drifted = replace(with_topic(existing, FOREIGN), ledger=ledger, acls=acls)
    plan = diff(PIPELINE, drifted)
    assert len(plan.refusals) == 1
    assert not plan.steps


@pytest.mark.parametrize(
    "entry",
    [
        None,
        Entry(Mark("acme")),
        Entry(Mark("acme", "one", "uid"), is_announced=True),
        Entry(Mark("acme", "one", "uid")),
    ],
)
def test_an_entry_survives_being_written_and_read(entry: Entry | None) -> None:
    name = owned("topic", UPLOADED)
    assert decode(str(name).encode(), encode(entry)) == (name, entry)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (None, b"inkwell.dev/tenant=acme"),
        (b"topic ", b"inkwell.dev/tenant=acme"),
        (b"cellar acme.x", b"inkwell.dev/tenant=acme"),
        (b"topic acme.x", b"somebody's"),
        (b"\xff topic", b"\xff"),
    ],
)
def test_a_record_in_other_words_is_passed_over(key: bytes | None, value: bytes) -> None:
    assert decode(key, value) is None
