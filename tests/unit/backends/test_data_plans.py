"""Pure parts of the data backends: what is desired, and what a diff makes of it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkwell_api.conditions import Reason
from inkwell_api.names import EventKind
from inkwell_operator.backends import kafka, postgres
from inkwell_operator.backends.kafka import desire as kafka_desire
from inkwell_operator.backends.kafka import diff as kafka_diff
from inkwell_operator.backends.kafka import state as kafka_state
from inkwell_operator.backends.postgres import desire as postgres_desire
from inkwell_operator.backends.postgres import diff as postgres_diff
from inkwell_operator.backends.postgres import state as postgres_state
from inkwell_operator.model.passwords import new_password, scram_iterations
from inkwell_operator.model.plan import FieldChange, Risk
from inkwell_operator.model.plan_text import render_step
from support import make

ALL = (kafka, postgres)


def kafka_seen(desired: kafka_desire.Desired) -> kafka_state.Observed:
    """Return the world in which everything desired is there."""
    logins = {name: scram_iterations(one.password) for name, one in desired.logins.items()}
    return kafka_state.Observed(
        desired.topics, logins, desired.acls, desired.quotas, desired.schemas
    )


def test_everything_as_desired_needs_no_kafka_step() -> None:
    desired = kafka_desire.desire(make.pipeline())
    assert kafka_diff.diff(desired, kafka_seen(desired)).is_empty


def test_fewer_partitions_are_refused_and_nothing_else_of_that_topic_changes() -> None:
    desired = kafka_desire.desire(make.pipeline())
    seen = kafka_seen(desired)
    name = "acme.invoices.uploaded"
    bigger = replace(seen.topics[name], partitions=9, settings=frozenset())
    plan = kafka_diff.diff(desired, replace(seen, topics={**seen.topics, name: bigger}))
    assert plan.steps == ()
    assert [refusal.reason for refusal in plan.refusals] == [Reason.REFUSED]


def test_more_partitions_grow_a_topic_and_say_that_work_may_pause() -> None:
    desired = kafka_desire.desire(make.pipeline())
    seen = kafka_seen(desired)
    name = "acme.invoices.uploaded"
    smaller = replace(seen.topics[name], partitions=1)
    plan = kafka_diff.diff(desired, replace(seen, topics={**seen.topics, name: smaller}))
    assert [render_step(step) for step in plan.steps] == [
        "~ topic acme.invoices.uploaded: partitions 1 -> 4 (interrupts work)"
    ]


def test_each_stage_has_its_kafka_rights_and_no_more() -> None:
    desired = kafka_desire.desire(make.pipeline())
    assert sorted(map(str, desired.acls)) == [
        "acme.gateway WRITE topic acme.invoices.uploaded",
        "acme.invoices.archive READ group acme.invoices.archive",
        "acme.invoices.archive READ topic acme.invoices.analyzed",
        "acme.invoices.archive READ topic acme.invoices.dead",
        "acme.invoices.archive READ topic acme.invoices.recognized",
        "acme.invoices.archive WRITE topic acme.invoices.archived",
        "acme.invoices.archive WRITE topic acme.invoices.dead",
        "acme.invoices.extract READ group acme.invoices.extract",
        "acme.invoices.extract READ topic acme.invoices.recognized",
        "acme.invoices.extract WRITE topic acme.invoices.analyzed",
        "acme.invoices.extract WRITE topic acme.invoices.dead",
        "acme.invoices.ocr READ group acme.invoices.ocr",
        "acme.invoices.ocr READ topic acme.invoices.uploaded",
        "acme.invoices.ocr WRITE topic acme.invoices.dead",
        "acme.invoices.ocr WRITE topic acme.invoices.recognized",
    ]


def test_tenant_and_pipeline_never_claim_the_same_kafka_entry() -> None:
    tenant = kafka_desire.desire(make.tenant())
    pipeline = kafka_desire.desire(make.pipeline())
    other = kafka_desire.desire(make.pipeline("receipts"))
    strange = kafka_state.Acl("acme.gateway", "READ", "GROUP", "x")
    assert not [acl for acl in pipeline.acls if tenant.claims_acl(acl) or other.claims_acl(acl)]
    assert all(pipeline.claims_acl(acl) for acl in pipeline.acls)
    assert tenant.claims_acl(strange)
    assert not pipeline.claims_acl(strange)


def test_retained_tenant_loses_logins_and_keeps_topics() -> None:
    seen = kafka_seen(kafka_desire.desire(make.pipeline()))
    kept = kafka_diff.diff(kafka_desire.desire(make.absent(retain=True)), seen)
    gone = kafka_diff.diff(kafka_desire.desire(make.absent(retain=False)), seen)
    assert not [step for step in kept.steps if step.risk is Risk.LOSES_DATA]
    lost = {step.target for step in gone.steps if step.risk is Risk.LOSES_DATA}
    assert lost == {
        *(f"topic acme.invoices.{kind.value}" for kind in EventKind),
        *(f"schema acme.invoices.{kind.value}-value" for kind in EventKind),
    }


def test_another_password_is_seen_in_every_backend_that_keeps_one() -> None:
    one, two = make.pipeline(), make.pipeline(password="another")
    first = kafka_desire.desire(one)
    plan = kafka_diff.diff(kafka_desire.desire(two), kafka_seen(first))
    assert {step.fields for step in plan.steps} == {(FieldChange("password"),)}
    facts = [postgres_desire.desire(subject).logins[0].login.facts for subject in (one, two)]
    assert facts[0] != facts[1]


@given(st.text(max_size=40))
def test_a_new_password_always_differs_by_its_iterations(previous: str) -> None:
    fresh = new_password(previous)
    assert scram_iterations(fresh) != scram_iterations(previous)
    assert 4096 < scram_iterations(fresh) <= 16384


@pytest.mark.parametrize("backend", ALL, ids=lambda module: module.__name__.rpartition(".")[2])
def test_no_plan_or_desired_state_shows_a_password(backend: object) -> None:
    module = {
        kafka: (kafka_desire, kafka_diff, kafka_state.Observed()),
        postgres: (postgres_desire, postgres_diff, postgres_state.Observed()),
    }[backend]  # type: ignore[index]  # a module
    for subject in (make.tenant(password="hush-hush"), make.pipeline(password="hush-hush")):
        desired = module[0].desire(subject)
        plan = module[1].diff(desired, module[2])
        shown = "\n".join([repr(desired), repr(plan), *(repr(s.action) for s in plan.steps)])
        assert "hush-hush" not in shown
