"""What a diff makes of a Kafka in which all objects are ours."""

from dataclasses import replace

import pytest

from inkwell_api.conditions import Reason
from inkwell_api.names import EventKind
from inkwell_operator.backends.kafka import bindings
from inkwell_operator.backends.kafka.desire import Desired, desire
from inkwell_operator.backends.kafka.diff import diff
from inkwell_operator.backends.kafka.state import SHA256, Acl, Login, Observed
from inkwell_operator.model.plan import FieldChange, Risk
from inkwell_operator.model.plan_text import render_plan, render_step
from support import make
from support.kafka_world import made, owned, with_topic

PIPELINE = desire(make.pipeline())
TENANT = desire(make.tenant())
UPLOADED = "acme.invoices.uploaded"
OCR = "acme.invoices.ocr"


def on_cluster(operation: str, principal: str = "*", permission: str = "ALLOW") -> Acl:
    return Acl(principal, operation, "CLUSTER", "kafka-cluster", permission=permission)


def test_everything_as_desired_needs_no_kafka_step() -> None:
    assert diff(PIPELINE, made(PIPELINE)).is_empty


def test_fewer_partitions_are_refused_and_the_rest_of_the_topic_is_brought_back() -> None:
    existing = made(PIPELINE)
    wide = Acl(OCR, "ALL", "TOPIC", UPLOADED)
    topic = replace(existing.topics[UPLOADED], partitions=9, settings=frozenset())
    drifted = replace(with_topic(existing, topic), acls=existing.acls | {wide})
    plan = diff(PIPELINE, drifted)
    assert [refusal.reason for refusal in plan.refusals] == [Reason.REFUSED]
    assert {step.target for step in plan.steps} == {f"settings of topic {UPLOADED}", f"acl {wide}"}


def test_another_number_of_replicas_is_refused_and_that_alone() -> None:
    existing = made(PIPELINE)
    topic = replace(existing.topics[UPLOADED], replication=3, partitions=1)
    plan = diff(PIPELINE, with_topic(existing, topic))
    assert "has 3 replicas and the class wants 1" in plan.refusals[0].message
    assert [step.target for step in plan.steps] == [f"topic {UPLOADED}"]


def test_more_partitions_grow_a_topic_and_say_that_work_may_pause() -> None:
    existing = made(PIPELINE)
    smaller = replace(existing.topics[UPLOADED], partitions=1)
    plan = diff(PIPELINE, with_topic(existing, smaller))
    assert [render_step(step) for step in plan.steps] == [
        f"~ topic {UPLOADED}: partitions 1 -> 4 (interrupts work)"
    ]


@pytest.mark.parametrize(
    ("before", "risk"),
    [("-1", Risk.LOSES_DATA), ("999999999999", Risk.LOSES_DATA), ("1000", Risk.NONE)],
)
def test_records_that_are_kept_for_less_long_are_told_as_a_loss(before: str, risk: Risk) -> None:
    existing = made(PIPELINE)
    settings = dict(existing.topics[UPLOADED].settings) | {"retention.ms": before}
    topic = replace(existing.topics[UPLOADED], settings=frozenset(settings.items()))
    (step,) = diff(PIPELINE, with_topic(existing, topic)).steps
    assert step.risk is risk


def test_the_retention_of_the_cluster_counts_where_the_topic_has_none() -> None:
    existing = made(PIPELINE)
    settings = dict(existing.topics[UPLOADED].settings)
    del settings["retention.ms"]
    topic = replace(
        existing.topics[UPLOADED],
        settings=frozenset(settings.items()),
        inherited=frozenset({("retention.ms", "-1")}),
    )
    (step,) = diff(PIPELINE, with_topic(existing, topic)).steps
    assert step.risk is Risk.LOSES_DATA


def test_throttles_of_a_reassignment_and_other_settings_of_an_admin_are_left_alone() -> None:
    existing = made(PIPELINE)
    by_admin = {
        ("leader.replication.throttled.replicas", "*"),
        ("follower.replication.throttled.replicas", "*"),
        ("segment.bytes", "1048576"),
    }
    topic = existing.topics[UPLOADED]
    throttled = replace(topic, settings=topic.settings | by_admin)
    assert diff(PIPELINE, with_topic(existing, throttled)).is_empty


@pytest.mark.parametrize(
    "setting", ["max.message.bytes", "retention.bytes", "unclean.leader.election.enable"]
)
def test_settings_that_refuse_or_lose_events_are_reset(setting: str) -> None:
    existing = made(PIPELINE)
    topic = existing.topics[UPLOADED]
    changed = replace(topic, settings=topic.settings | {(setting, "1")})
    (step,) = diff(PIPELINE, with_topic(existing, changed)).steps
    assert step.fields == (FieldChange(setting, "1", None),)


def test_quotas_that_the_class_does_not_offer_are_the_admins() -> None:
    existing = made(PIPELINE)
    quotas = {**existing.quotas, OCR: {**existing.quotas[OCR], "request_percentage": 50.0}}
    assert diff(PIPELINE, replace(existing, quotas=quotas)).is_empty


def test_each_stage_has_its_kafka_rights_and_no_more() -> None:
    assert sorted(map(str, PIPELINE.acls)) == [
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
    tenant, other = desire(make.tenant()), desire(make.pipeline("receipts"))
    strange = Acl("acme.gateway", "READ", "GROUP", "x")
    assert not [acl for acl in PIPELINE.acls if tenant.claims_acl(acl) or other.claims_acl(acl)]
    assert all(PIPELINE.claims_acl(acl) for acl in PIPELINE.acls)
    assert tenant.claims_acl(strange)
    assert not PIPELINE.claims_acl(strange)


@pytest.mark.parametrize(
    "acl",
    [
        Acl("*", "READ", "TOPIC", UPLOADED),
        Acl("globex.receipts.ocr", "READ", "TOPIC", "acme.", "PREFIXED"),
        Acl("*", "READ", "TOPIC", "acme.inv", "PREFIXED"),
        Acl("globex.receipts.ocr", "READ", "GROUP", OCR),
        Acl("somebody", "WRITE", "TRANSACTIONAL_ID", OCR),
        Acl("*", "READ", "TOPIC", UPLOADED, permission="DENY"),
    ],
    ids=str,
)
def test_what_anybody_else_may_do_with_our_resources_is_taken_away(acl: Acl) -> None:
    existing = made(PIPELINE)
    plan = diff(PIPELINE, replace(existing, acls=existing.acls | {acl}))
    assert [step.target for step in plan.steps] == [f"acl {acl}"]
    assert not plan.refusals


@pytest.mark.parametrize(
    "acl",
    [
        Acl("*", "READ", "TOPIC", "*"),
        Acl("*", "READ", "TOPIC", "a", "PREFIXED"),
        Acl("*", "READ", "GROUP", "*"),
        Acl("*", "ALL", "TRANSACTIONAL_ID", "*"),
        *map(on_cluster, ("ALL", "ALTER", "ALTER_CONFIGS", "CLUSTER_ACTION")),
    ],
    ids=str,
)
def test_an_entry_that_opens_more_than_ours_is_not_ours_to_remove_and_is_told(acl: Acl) -> None:
    existing = made(PIPELINE)
    plan = diff(PIPELINE, replace(existing, acls=existing.acls | {acl}))
    assert not plan.steps
    (refusal,) = plan.refusals
    assert refusal.message.startswith(
        f"Kafka's access control entry '{acl}' opens what belongs to acme.* to every login"
    )


@pytest.mark.parametrize(
    "acl",
    [
        Acl("backup", "READ", "TOPIC", "*"),
        Acl("*", "READ", "TOPIC", "acme-x.invoices.uploaded"),
        Acl("*", "READ", "TOPIC", "acme-x.", "PREFIXED"),
        Acl("globex.receipts.ocr", "READ", "TOPIC", "globex.receipts.uploaded"),
        Acl("*", "DESCRIBE", "TOPIC", "*", permission="DENY"),
        on_cluster("IDEMPOTENT_WRITE"),
        on_cluster("ALTER", permission="DENY"),
        on_cluster("ALL", principal="admin"),
    ],
    ids=str,
)
def test_entries_that_are_about_others_are_left_alone(acl: Acl) -> None:
    existing = made(PIPELINE)
    plan = diff(PIPELINE, replace(existing, acls=existing.acls | {acl}))
    assert plan.is_empty
    assert not plan.notes


@pytest.mark.parametrize("operation", ["CREATE", "DESCRIBE", "DESCRIBE_CONFIGS"])
@pytest.mark.parametrize("desired", [TENANT, PIPELINE], ids=["tenant", "pipeline"])
def test_a_right_of_everybody_on_the_cluster_that_opens_nothing_of_ours_is_noted(
    operation: str, desired: Desired
) -> None:
    existing = made(desired)
    acl = on_cluster(operation)
    plan = diff(desired, replace(existing, acls=existing.acls | {acl}))
    assert plan.is_empty
    (note,) = plan.notes
    assert note.startswith(f"Kafka's access control entry '* {operation} cluster kafka-cluster' ")


@pytest.mark.parametrize(
    ("desired", "login"), [(TENANT, "acme.gateway"), (PIPELINE, OCR)], ids=["tenant", "pipeline"]
)
def test_a_right_of_a_login_of_ours_on_the_cluster_is_taken_away(
    desired: Desired, login: str
) -> None:
    existing = made(desired)
    acl = on_cluster("ALTER", principal=login)
    plan = diff(desired, replace(existing, acls=existing.acls | {acl}))
    assert [step.target for step in plan.steps] == [f"acl {login} ALTER cluster kafka-cluster"]


def test_an_entry_on_the_cluster_survives_the_drivers_words() -> None:
    acl = on_cluster("ALTER")
    assert bindings.acl(bindings.new_acl(acl)) == acl


def test_a_second_credential_of_a_login_of_ours_is_taken_away() -> None:
    existing = made(PIPELINE)
    doubled = replace(existing.logins[OCR], has_sha256=True)
    plan = diff(PIPELINE, replace(existing, logins={**existing.logins, OCR: doubled}))
    assert render_plan(plan) == (f"- credential of login {OCR}: -{SHA256} (interrupts work)",)


def test_a_deletion_takes_every_credential_of_a_login() -> None:
    existing = made(PIPELINE)
    doubled = replace(existing, logins={OCR: Login(None, has_sha256=True)})
    plan = diff(desire(make.absent(pipeline="invoices")), doubled)
    assert f"credential of login {OCR}" in {step.target for step in plan.steps}


def test_a_topic_that_is_gone_is_made_again_with_word_of_the_loss() -> None:
    existing = made(PIPELINE)
    topics = {name: topic for name, topic in existing.topics.items() if name != UPLOADED}
    plan = diff(PIPELINE, replace(existing, topics=topics))
    assert render_plan(plan) == (
        f"+ topic {UPLOADED}: +partitions 4, made again; the records in it were lost",
    )


def test_a_topic_that_was_announced_and_never_made_lost_nothing() -> None:
    existing = made(PIPELINE)
    topic = owned("topic", UPLOADED)
    announced = replace(existing.ledger[topic], is_announced=True)
    begun = replace(
        existing,
        topics={name: topic for name, topic in existing.topics.items() if name != UPLOADED},
        ledger={**existing.ledger, topic: announced},
    )
    assert render_plan(diff(PIPELINE, begun)) == (f"+ topic {UPLOADED}: +partitions 4",)


def test_retained_tenant_loses_logins_and_keeps_topics() -> None:
    existing = made(PIPELINE)
    kept = diff(desire(make.absent(retain=True)), existing)
    gone = diff(desire(make.absent(retain=False)), existing)
    assert not [step for step in kept.steps if step.risk is Risk.LOSES_DATA]
    lost = {step.target for step in gone.steps if step.risk is Risk.LOSES_DATA}
    assert lost == {
        *(f"topic acme.invoices.{kind.value}" for kind in EventKind),
        *(f"schema acme.invoices.{kind.value}-value" for kind in EventKind),
    }


def test_another_password_is_seen_by_its_iterations() -> None:
    rotated = desire(make.pipeline(password="another"))
    plan = diff(rotated, made(PIPELINE))
    assert {step.fields for step in plan.steps} == {(FieldChange("password"),)}


def test_nothing_read_is_everything_to_be_made() -> None:
    plan = diff(PIPELINE, Observed())
    assert not plan.refusals
    assert len(plan.steps) == sum(
        map(
            len,
            (PIPELINE.topics, PIPELINE.logins, PIPELINE.acls, PIPELINE.quotas, PIPELINE.schemas),
        )
    )
