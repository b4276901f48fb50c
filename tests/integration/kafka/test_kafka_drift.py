"""What is changed in a real Kafka is brought back, or is an administrator's to decide."""

import pytest
from confluent_kafka.admin import ScramMechanism

from inkwell_api import names
from inkwell_api.names import EventKind, Stage
from inkwell_operator.backends.kafka import KafkaBackend, actions
from inkwell_operator.backends.kafka.state import SHA256, THE_CLUSTER, Acl
from inkwell_operator.model.plan import Step, Verb
from inkwell_operator.model.validate import ValidatedPipeline
from support import backend_services as services
from support.backend_services import converged
from support.kafka_administrator import KafkaAdministrator

pytestmark = pytest.mark.integration


async def write(backend: KafkaBackend, action: actions.Action) -> None:
    await backend.apply(Step(Verb.UPDATE, "by somebody", action))


async def test_a_topic_that_somebody_deleted_comes_back_with_word_of_the_loss(
    opened: KafkaBackend, pipeline: ValidatedPipeline, administrator: KafkaAdministrator
) -> None:
    analyzed = names.topic(pipeline.tenant, pipeline.pipeline, EventKind.ANALYZED)
    await administrator.delete_topic(analyzed)
    outcome = await converged(opened, opened.desire(pipeline))
    assert outcome.applied == (
        f"+ topic {analyzed}: +partitions 2, made again; the records in it were lost",
    )


async def test_another_mechanism_of_a_login_of_ours_is_taken_away(
    opened: KafkaBackend, pipeline: ValidatedPipeline, administrator: KafkaAdministrator
) -> None:
    ocr = pipeline.logins[Stage.OCR].principal
    await administrator.set_login(ocr, ScramMechanism.SCRAM_SHA_256)
    outcome = await converged(opened, opened.desire(pipeline))
    assert outcome.applied == (f"- credential of login {ocr}: -{SHA256} (interrupts work)",)
    await administrator.set_login(ocr, ScramMechanism.SCRAM_SHA_256)
    gone = opened.desire(services.absent(pipeline))
    await converged(opened, gone)
    assert ocr not in (await opened.observe(gone)).logins


async def test_throttles_and_quotas_of_an_admin_are_left_alone(
    opened: KafkaBackend, pipeline: ValidatedPipeline, administrator: KafkaAdministrator
) -> None:
    uploaded = names.topic(pipeline.tenant, pipeline.pipeline, EventKind.UPLOADED)
    ocr, key = pipeline.logins[Stage.OCR].principal, "leader.replication.throttled.replicas"
    await administrator.set_topic(uploaded, key, "*")
    share = {"request_percentage": 50.0}
    await write(opened, actions.SetQuota(pipeline.tenant, ocr, share, frozenset()))
    desired = opened.desire(pipeline)
    assert opened.diff(desired, await opened.observe(desired)).is_empty
    assert (await administrator.settings_of(uploaded))[key] == "*"
    assert (await opened.observe(desired)).quotas[ocr]["request_percentage"] == 50.0


async def test_a_topic_that_cannot_shrink_is_brought_back_in_all_else(
    opened: KafkaBackend, pipeline: ValidatedPipeline, administrator: KafkaAdministrator
) -> None:
    uploaded = names.topic(pipeline.tenant, pipeline.pipeline, EventKind.UPLOADED)
    await administrator.set_topic(uploaded, "retention.ms", "1000")
    smaller = services.with_partitions(pipeline, 1)
    outcome = await converged(opened, opened.desire(smaller))
    assert len(outcome.refusals) == len(EventKind)
    assert (await administrator.settings_of(uploaded))["retention.ms"] != "1000"


async def test_an_entry_that_opens_more_than_this_tenants_is_told_and_stays(
    opened: KafkaBackend, pipeline: ValidatedPipeline
) -> None:
    wide = Acl("*", "READ", "TOPIC", pipeline.tenant[:-1], "PREFIXED")
    await write(opened, actions.AddAcl(pipeline.tenant, wide))
    try:
        outcome = await converged(opened, opened.desire(pipeline))
        assert [str(wide) in refusal.message for refusal in outcome.refusals] == [True]
        assert wide in (await opened.observe(opened.desire(pipeline))).acls
    finally:
        await write(opened, actions.RemoveAcl(pipeline.tenant, wide))


async def test_a_right_of_everybody_on_the_cluster_itself_is_noted_and_stays(
    opened: KafkaBackend, pipeline: ValidatedPipeline
) -> None:
    nowhere = "192.0.2.1"
    right = Acl("*", "DESCRIBE", *THE_CLUSTER, host=nowhere)
    desired = opened.desire(pipeline)
    await write(opened, actions.AddAcl(pipeline.tenant, right))
    try:
        outcome = await converged(opened, desired)
        assert outcome.refusals == ()
        assert [str(right) in note for note in outcome.notes] == [True]
        assert right in (await opened.observe(desired)).acls
    finally:
        await write(opened, actions.RemoveAcl(pipeline.tenant, right))
