"""Pure parts of the data backends: what is desired, and what a diff makes of it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkwell_api.conditions import Reason
from inkwell_api.names import EventKind, Stage
from inkwell_operator.backends import cassandra, kafka, postgres
from inkwell_operator.backends.cassandra import desire as cassandra_desire
from inkwell_operator.backends.cassandra import diff as cassandra_diff
from inkwell_operator.backends.cassandra import state as cassandra_state
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

ALL = (cassandra, kafka, postgres)


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
    hashes = [
        {login.password_hash for login in cassandra_desire.desire(subject).logins.values()}
        for subject in (one, two)
    ]
    assert not hashes[0] & hashes[1]
    marks = [postgres_desire.desire(subject).logins[0].login.mark for subject in (one, two)]
    assert marks[0] != marks[1]


@given(st.text(max_size=40))
def test_a_new_password_always_differs_by_its_iterations(previous: str) -> None:
    fresh = new_password(previous)
    assert scram_iterations(fresh) != scram_iterations(previous)
    assert 4096 < scram_iterations(fresh) <= 16384


def test_cassandra_hash_is_the_same_each_time_and_proves_the_password() -> None:
    import bcrypt  # noqa: PLC0415 - as its only test here

    stored = cassandra_desire.hash_of("acme.gateway", "secret")
    assert stored == cassandra_desire.hash_of("acme.gateway", "secret")
    assert stored != cassandra_desire.hash_of("acme.invoices.ocr", "secret")
    assert stored.startswith("$2a$04$")
    assert bcrypt.checkpw(b"secret", stored.encode())


def test_a_keyspace_without_our_mark_is_refused() -> None:
    desired = cassandra_desire.desire(make.tenant())
    assert desired.keyspace is not None
    seen = cassandra_state.Observed(keyspace=desired.keyspace)
    plan = cassandra_diff.diff(desired, seen)
    assert [refusal.reason for refusal in plan.refusals] == [Reason.NAME_TAKEN]
    assert not [step for step in plan.steps if "keyspace" in step.target]


def test_a_mark_without_its_keyspace_is_removed_with_the_tenant() -> None:
    marks = frozenset({(cassandra_state.Kind.KEYSPACE, "tenant_acme")})
    gone = cassandra_desire.desire(make.absent(retain=False))
    plan = cassandra_diff.diff(gone, cassandra_state.Observed(marks=marks))
    assert [step.target for step in plan.steps] == ["keyspace tenant_acme"]
    kept = cassandra_desire.desire(make.absent(retain=True))
    assert cassandra_diff.diff(kept, cassandra_state.Observed(marks=marks)).is_empty


def test_migrations_follow_one_another_and_come_before_rights() -> None:
    desired = postgres_desire.desire(make.tenant())
    groups = postgres_diff.diff(desired, postgres_state.Observed()).in_order()
    assert {step.target for step in groups[0]} == {"schema tenant_acme", "login acme.gateway"}
    assert groups[-1][0].target == "rights of login acme.gateway"
    assert [len(group) for group in groups[1:]] == [1] * (len(desired.migrations) + 1)


def test_a_migration_that_was_changed_after_it_ran_is_refused() -> None:
    desired = postgres_desire.desire(make.tenant())
    mark = postgres_state.Mark("acme", "1:0123")
    schema = postgres_state.Schema("tenant_acme", mark)
    plan = postgres_diff.diff(desired, postgres_state.Observed({"tenant_acme": schema}))
    assert len(plan.refusals) == 1
    assert not [step for step in plan.steps if "migration" in step.target]


@pytest.mark.parametrize("comment", [None, "", "inkwell.dev/tenant=", "somebody's schema"])
def test_what_is_no_mark_is_not_read_as_one(comment: str | None) -> None:
    assert postgres_state.read_mark(comment) is None


def test_a_mark_survives_being_written_and_read() -> None:
    mark = postgres_state.Mark("acme", "1:abc")
    assert postgres_state.read_mark(str(mark)) == mark


def test_only_stages_with_a_grant_have_a_postgres_login() -> None:
    logins = postgres_desire.desire(make.pipeline()).logins
    assert [one.login.name for one in logins] == [f"acme.invoices.{Stage.ARCHIVE.value}"]


@pytest.mark.parametrize("backend", ALL, ids=lambda module: module.__name__.rpartition(".")[2])
def test_no_plan_or_desired_state_shows_a_password(backend: object) -> None:
    module = {
        cassandra: (cassandra_desire, cassandra_diff, cassandra_state.Observed()),
        kafka: (kafka_desire, kafka_diff, kafka_state.Observed()),
        postgres: (postgres_desire, postgres_diff, postgres_state.Observed()),
    }[backend]  # type: ignore[index]  # a module
    for subject in (make.tenant(password="hush-hush"), make.pipeline(password="hush-hush")):
        desired = module[0].desire(subject)
        plan = module[1].diff(desired, module[2])
        shown = "\n".join([repr(desired), repr(plan), *(repr(s.action) for s in plan.steps)])
        assert "hush-hush" not in shown
