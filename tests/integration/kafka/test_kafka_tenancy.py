"""What tenants' logins can and cannot do, and what the operator repairs, on a real Kafka."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from inkwell_api import names
from inkwell_api.events import Uploaded, avro_schema
from inkwell_api.names import EventKind, Stage
from inkwell_operator.backends.kafka import KafkaBackend, actions
from inkwell_operator.backends.kafka.desire import Desired
from inkwell_operator.backends.kafka.state import SHA512, Acl, Schema
from inkwell_operator.model.passwords import new_password
from inkwell_operator.model.plan import Step, Verb
from inkwell_operator.model.targets import KafkaTarget, ResolvedClass
from inkwell_operator.model.validate import Credential, ValidatedPipeline, ValidatedTenant
from support import backend_services as services
from support import wait
from support.backend_services import converged

pytestmark = pytest.mark.integration

SECONDS = 60.0
DENIED = {KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.GROUP_AUTHORIZATION_FAILED}


@pytest.fixture
async def somebody(resolved: ResolvedClass) -> AsyncIterator[KafkaBackend]:
    """Somebody who changes things behind the operator's back."""
    other = KafkaBackend(resolved.kafka)
    yield other
    await other.aclose()


async def is_seen(backend: KafkaBackend, desired: Desired, what: str) -> None:
    """Wait until a change is seen as drift: brokers follow their controller a little later."""

    async def look() -> bool:
        return bool(backend.diff(desired, await backend.observe(desired)).steps)

    await wait.until(what, look, seconds=30, every=0.05)


def access(target: KafkaTarget, login: Credential) -> dict[str, Any]:
    return {
        "bootstrap.servers": ",".join(target.bootstrap_servers),
        "security.protocol": "SASL_SSL",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": login.principal,
        "sasl.password": login.password,
        "ssl.ca.pem": target.admin.ca_pem,
    }


def topic(of: ValidatedPipeline, kind: EventKind) -> str:
    return names.topic(of.tenant, of.pipeline, kind)


def produced(target: KafkaTarget, login: Credential, to: str) -> KafkaError | None:
    """Produce a record, idempotently, and return its error."""
    reports: list[KafkaError | None] = []
    producer = Producer(access(target, login) | {"enable.idempotence": True})
    producer.produce(to, b"x", on_delivery=lambda error, _: reports.append(error))
    assert producer.flush(SECONDS) == 0
    return reports[0]


def consumed(target: KafkaTarget, login: Credential, group: str, of: str) -> bytes | KafkaError:
    """Consume a record as a member of the group, or return why not."""
    more = {"group.id": group, "auto.offset.reset": "earliest", "enable.auto.commit": False}
    consumer = Consumer(access(target, login) | more)
    try:
        consumer.subscribe([of])
        message = consumer.poll(SECONDS)
        assert message is not None, f"nothing in {of} after {SECONDS} seconds"
        error = message.error()
        if error is None:
            consumer.commit(message=message, asynchronous=False)
            return message.value() or b""
        return error
    finally:
        consumer.close()


async def test_ocr_reads_uploads_and_writes_what_it_recognised_and_nothing_else(
    tenant: ValidatedTenant, pipeline: ValidatedPipeline, resolved: ResolvedClass
) -> None:
    target, ocr = resolved.kafka, pipeline.logins[Stage.OCR]
    uploaded, group = topic(pipeline, EventKind.UPLOADED), ocr.principal

    def exam() -> None:
        assert produced(target, tenant.gateway, uploaded) is None
        assert consumed(target, ocr, group, uploaded) == b"x"
        for kind in (EventKind.RECOGNIZED, EventKind.DEAD):
            assert produced(target, ocr, topic(pipeline, kind)) is None
        for kind in (EventKind.UPLOADED, EventKind.ANALYZED, EventKind.ARCHIVED):
            error = produced(target, ocr, topic(pipeline, kind))
            assert error is not None
            assert error.code() in DENIED
        for other, of in ((group, EventKind.DEAD), (group + "x", EventKind.UPLOADED)):
            refusal = consumed(target, ocr, other, topic(pipeline, of))
            assert isinstance(refusal, KafkaError)
            assert refusal.code() in DENIED
        admin = AdminClient(access(target, ocr))
        asked = admin.create_topics([NewTopic(f"{pipeline.tenant}.{pipeline.pipeline}.mine", 1, 1)])
        with pytest.raises(KafkaException, match="TOPIC_AUTHORIZATION_FAILED"):
            next(iter(asked.values())).result(SECONDS)

    await asyncio.to_thread(exam)


async def test_lag_counts_what_each_group_has_yet_to_read(
    opened: KafkaBackend,
    tenant: ValidatedTenant,
    pipeline: ValidatedPipeline,
    resolved: ResolvedClass,
) -> None:
    target, ocr = resolved.kafka, pipeline.logins[Stage.OCR]
    uploaded, recognized = (topic(pipeline, k) for k in (EventKind.UPLOADED, EventKind.RECOGNIZED))
    extract = pipeline.logins[Stage.EXTRACT].principal
    for _ in range(3):
        assert await asyncio.to_thread(produced, target, tenant.gateway, uploaded) is None
    groups = {ocr.principal: [uploaded], extract: [recognized, "no.such.topic"]}
    unknown = {recognized: 0, "no.such.topic": None}
    assert await opened.read_lag(groups) == {ocr.principal: {uploaded: 3}, extract: unknown}
    assert await asyncio.to_thread(consumed, target, ocr, ocr.principal, uploaded) == b"x"
    assert await opened.read_lag(groups) == {ocr.principal: {uploaded: 2}, extract: unknown}


async def test_shrinking_partitions_is_refused_and_the_rest_goes_on(
    opened: KafkaBackend, pipeline: ValidatedPipeline
) -> None:
    smaller = services.with_new_passwords(services.with_partitions(pipeline, 1))
    outcome = await converged(opened, opened.desire(smaller))
    assert len(outcome.refusals) == len(EventKind)
    assert {step.split()[1] for step in outcome.applied} == {"login"}
    assert (await converged(opened, opened.desire(pipeline))).refusals == ()


def drifts(of: ValidatedPipeline) -> dict[str, actions.Action]:
    """Return what somebody might do to a pipeline."""
    tenant, ocr = of.tenant, of.logins[Stage.OCR].principal
    uploaded, archived = topic(of, EventKind.UPLOADED), topic(of, EventKind.ARCHIVED)
    settings = frozenset({("retention.ms", "1000"), ("max.message.bytes", "1000")})
    return {
        "an entry too many": actions.AddAcl(tenant, Acl(ocr, "READ", "TOPIC", archived)),
        "all topics": actions.AddAcl(tenant, Acl(ocr, "ALL", "TOPIC", "*")),
        "a prefix": actions.AddAcl(tenant, Acl(ocr, "READ", "TOPIC", "o", "PREFIXED")),
        "a denial": actions.AddAcl(tenant, Acl(ocr, "READ", "TOPIC", uploaded, permission="DENY")),
        "an entry too few": actions.RemoveAcl(tenant, Acl(ocr, "READ", "TOPIC", uploaded)),
        "no login": actions.DropCredential(tenant, ocr, SHA512),
        "another password": actions.PutLogin(
            tenant, ocr, new_password(of.logins[Stage.OCR].password)
        ),
        "another quota": actions.SetQuota(tenant, ocr, {"producer_byte_rate": 1e9}, frozenset()),
        "everybody": actions.AddAcl(tenant, Acl("*", "READ", "TOPIC", uploaded)),
        "a prefix for another": actions.AddAcl(
            tenant, Acl("globex.receipts.ocr", "READ", "TOPIC", f"{tenant}.", "PREFIXED")
        ),
        "another in our group": actions.AddAcl(tenant, Acl("globex.x.ocr", "READ", "GROUP", ocr)),
        "another in our transactions": actions.AddAcl(
            tenant, Acl("globex.x.ocr", "WRITE", "TRANSACTIONAL_ID", ocr)
        ),
        "no quota": actions.SetQuota(tenant, ocr, {}, frozenset({"consumer_byte_rate"})),
        "other settings": actions.SetTopic(tenant, uploaded, settings, frozenset()),
        "no topic": actions.DeleteTopic(tenant, uploaded),
        "no schema": actions.DropSchema(tenant, names.subject(uploaded)),
        "another compatibility": actions.PutSchema(
            tenant, names.subject(uploaded), Schema(avro_schema(Uploaded), "NONE")
        ),
    }


async def test_every_drift_is_seen_and_repaired(
    opened: KafkaBackend, somebody: KafkaBackend, pipeline: ValidatedPipeline
) -> None:
    desired = opened.desire(pipeline)
    for what, action in drifts(pipeline).items():
        await somebody.apply(Step(Verb.UPDATE, what, action))
        await is_seen(opened, desired, what)
        await converged(opened, desired)
        assert opened.diff(desired, await opened.observe(desired)).is_empty, what


async def test_gateway_entries_beyond_its_pipelines_are_removed(
    opened: KafkaBackend, somebody: KafkaBackend, tenant: ValidatedTenant, resolved: ResolvedClass
) -> None:
    gateway = tenant.gateway.principal
    pipeline = services.pipeline(tenant)
    async with services.made((opened,), pipeline):
        extra = Acl(gateway, "READ", "TOPIC", "somebody.else.uploaded")
        await somebody.apply(Step(Verb.CREATE, "acl", actions.AddAcl(tenant.name, extra)))
        await is_seen(opened, opened.desire(tenant), "the entry")
        outcome = await converged(opened, opened.desire(tenant))
        assert len(outcome.applied) == 1
        assert (
            await asyncio.to_thread(
                produced, resolved.kafka, tenant.gateway, topic(pipeline, EventKind.UPLOADED)
            )
            is None
        )


async def test_retained_pipeline_keeps_records_and_offsets_and_loses_its_logins(
    opened: KafkaBackend,
    tenant: ValidatedTenant,
    pipeline: ValidatedPipeline,
    resolved: ResolvedClass,
) -> None:
    target, ocr = resolved.kafka, pipeline.logins[Stage.OCR]
    uploaded = topic(pipeline, EventKind.UPLOADED)
    for _ in range(2):
        assert await asyncio.to_thread(produced, target, tenant.gateway, uploaded) is None
    assert await asyncio.to_thread(consumed, target, ocr, ocr.principal, uploaded) == b"x"
    await converged(opened, opened.desire(services.absent(pipeline, retain=True)))
    assert await opened.read_lag({ocr.principal: [uploaded]}) == {ocr.principal: {uploaded: 1}}

    async def is_refused() -> bool:
        return await asyncio.to_thread(_is_refused, target, ocr)

    await wait.until("the login to be refused", is_refused)


async def test_deleted_pipeline_leaves_no_topic_schema_or_group(
    opened: KafkaBackend,
    tenant: ValidatedTenant,
    pipeline: ValidatedPipeline,
    resolved: ResolvedClass,
) -> None:
    target, ocr = resolved.kafka, pipeline.logins[Stage.OCR]
    uploaded = topic(pipeline, EventKind.UPLOADED)
    assert await asyncio.to_thread(produced, target, tenant.gateway, uploaded) is None
    assert await asyncio.to_thread(consumed, target, ocr, ocr.principal, uploaded) == b"x"
    gone = opened.desire(services.absent(pipeline))
    outcome = await converged(opened, gone)
    assert any(step.startswith(f"- group {ocr.principal}") for step in outcome.applied)
    left = await opened.observe(gone)
    mine = f"{pipeline.tenant}.{pipeline.pipeline}."
    everything = (*left.topics, *left.logins, *left.quotas, *left.schemas, *left.groups)
    assert not [name for name in everything if name.startswith(mine)]
    assert not [acl for acl in left.acls if acl.name.startswith(mine)]


def _is_refused(target: KafkaTarget, login: Credential) -> bool:
    """Say whether a new connection meets a refusal of its login within some seconds."""
    codes: list[int] = []
    consumer = Consumer(
        access(target, login)
        | {"group.id": login.principal, "error_cb": lambda error: codes.append(error.code())}
    )
    try:
        consumer.assign([TopicPartition("none", 0)])
        for _ in range(50):
            consumer.poll(0.1)
            if KafkaError._AUTHENTICATION in codes:
                return True
        return False
    finally:
        consumer.close()
