"""Logins that lack rights, and servers that are not who they should be, are told as such."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import certifi
import pytest
from confluent_kafka import Consumer, KafkaError, Producer

from inkwell_api import names
from inkwell_api.names import Stage
from inkwell_operator.backends.kafka.cluster import Cluster
from inkwell_operator.backends.kafka.wire import WireClient
from inkwell_operator.model.targets import AdminLogin, ResolvedClass
from inkwell_operator.model.validate import Credential, ValidatedPipeline, ValidatedTenant
from support.kafka_administrator import SECONDS, settings
from support.kafka_look import outcome_of_look

pytestmark = pytest.mark.integration
_END = "-----END CERTIFICATE-----"


async def test_a_tenants_login_reaches_no_mark(
    tenant: ValidatedTenant, pipeline: ValidatedPipeline, resolved: ResolvedClass
) -> None:
    def look(login: Credential) -> None:
        access = settings(resolved.kafka, AdminLogin(login.principal, login.password))
        consumer = Consumer(access | {"group.id": login.principal})
        try:
            shown = consumer.list_topics(names.OWNERSHIP_TOPIC, SECONDS).topics
            error = shown[names.OWNERSHIP_TOPIC].error
            assert error is not None
            assert error.code() == KafkaError.TOPIC_AUTHORIZATION_FAILED
        finally:
            consumer.close()
        told: list[Any] = []
        producer = Producer(access)
        producer.produce(names.OWNERSHIP_TOPIC, b"x", on_delivery=lambda e, _: told.append(e))
        producer.flush(SECONDS)
        assert told[0].code() == KafkaError.TOPIC_AUTHORIZATION_FAILED

    for login in (tenant.gateway, pipeline.logins[Stage.ARCHIVE]):
        await asyncio.to_thread(look, login)


async def test_an_operator_that_may_not_describe_logins_is_told_so_and_lives(
    tenant: ValidatedTenant, resolved: ResolvedClass
) -> None:
    """Here librdkafka ends its whole process."""
    admin = replace(
        resolved.kafka.admin,
        username=tenant.gateway.principal,
        password=tenant.gateway.password,
    )
    outcome = await outcome_of_look(replace(resolved.kafka, admin=admin))
    assert outcome.startswith("AccessDenied: Kafka: "), outcome


async def test_many_requests_at_once_are_all_answered(
    tenant: ValidatedTenant, resolved: ResolvedClass
) -> None:
    """The driver fails what goes beyond its limit of requests under way, which was 5."""
    cluster = Cluster(resolved.kafka)
    wire = WireClient(cluster)
    name = tenant.gateway.principal
    try:
        await wire.logins([name])
        logins, quotas = await asyncio.gather(
            asyncio.gather(*(wire.logins([name]) for _ in range(60))),
            asyncio.gather(*(wire.quotas([name]) for _ in range(60))),
        )
    finally:
        await wire.aclose()
        cluster.close()
    assert all(name in answer for answer in logins)
    assert all(name in answer for answer in quotas)


async def test_a_certificate_of_another_authority_is_told_with_its_secret(
    resolved: ResolvedClass,
) -> None:
    bundle = await asyncio.to_thread(Path(certifi.where()).read_text, "utf-8")
    start, end = bundle.index("-----BEGIN"), bundle.index(_END) + len(_END)
    admin = replace(resolved.kafka.admin, ca_pem=f"{bundle[start:end]}\n", secret="kafka-admin")
    assert await outcome_of_look(replace(resolved.kafka, admin=admin)) == (
        "CertificateRefused: Kafka: its certificate is not trusted; put its authority into ca.crt "
        "of Secret kafka-admin"
    )


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
async def test_a_listener_without_tls_is_told_as_such(
    resolved: ResolvedClass, answer: bytes
) -> None:
    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(respond, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()
        target = replace(resolved.kafka, bootstrap_servers=(f"{host}:{port}",))
        assert await outcome_of_look(target) == (
            "Unreachable: Kafka: no TLS connection; where that stays, name in "
            "kafka.bootstrapServers of the TenantClass a listener that speaks TLS"
        )


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("127.0.0.1:1", "it does not answer"),
        (
            "kafka.nowhere.invalid:9093",
            "a name in kafka.bootstrapServers of the TenantClass has no address",
        ),
    ],
)
async def test_an_address_at_which_nobody_is_says_so(
    resolved: ResolvedClass, address: str, message: str
) -> None:
    target = replace(resolved.kafka, bootstrap_servers=(address,))
    assert await outcome_of_look(target) == f"Unreachable: Kafka: {message}"


async def test_a_wrong_password_is_told_with_its_secret(resolved: ResolvedClass) -> None:
    admin = replace(resolved.kafka.admin, password="wrong", secret="kafka-admin")
    assert await outcome_of_look(replace(resolved.kafka, admin=admin)) == (
        "AccessDenied: Kafka refused the operator's login: correct it in Secret kafka-admin"
    )
