"""A Kafka that takes connections and says nothing costs a bounded time, and no thread."""

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from kafka.errors import KafkaError

from inkwell_operator.backends.kafka import opening
from inkwell_operator.backends.kafka.opening import open_admin
from inkwell_operator.backends.kafka.probe import probe
from inkwell_operator.model.isolation import Canary, Verdict
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.model.validate import ValidatedTenant
from support import wait

pytestmark = pytest.mark.integration
PATIENCE = 8.0


@pytest.fixture
def silent() -> Iterator[str]:
    """Return the address of a socket that lets everybody connect and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"


def settings(resolved: ResolvedClass, servers: list[str]) -> dict[str, Any]:
    admin = resolved.kafka.admin
    return {
        "bootstrap_servers": servers,
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": admin.username,
        "sasl_plain_password": admin.password,
        "ssl_context": ssl.create_default_context(cadata=admin.ca_pem or None),
        "request_timeout_ms": 2000,
        "bootstrap_timeout_ms": 2000,
    }


async def in_time(function: Any, *arguments: Any) -> Any:
    """Call what blocks on a thread that a hang does not keep the test run from ending."""
    done: asyncio.Future[Any] = asyncio.Future()
    loop = asyncio.get_running_loop()

    def call() -> None:
        try:
            result = function(*arguments)
        except KafkaError as error:
            result = error
        loop.call_soon_threadsafe(done.set_result, result)

    threading.Thread(target=call, daemon=True).start()
    async with asyncio.timeout(PATIENCE):
        return await done


async def test_a_server_that_never_shakes_hands_ends_a_call_in_time(
    silent: str, resolved: ResolvedClass
) -> None:
    before = threading.active_count()
    began = time.monotonic()
    error = await in_time(lambda: open_admin(handshake_seconds=0.5, **settings(resolved, [silent])))
    assert isinstance(error, KafkaError)
    assert time.monotonic() - began < 4

    async def is_over() -> bool:
        return threading.active_count() <= before

    # It is told to end, and on a busy machine takes a moment to be heard of.
    await wait.until("the end of the driver's thread", is_over, seconds=5)


async def test_a_broker_that_stopped_shaking_hands_is_no_hang_for_a_client_that_stands(
    silent: str, resolved: ResolvedClass
) -> None:
    servers = list(resolved.kafka.bootstrap_servers)
    admin = await asyncio.to_thread(
        lambda: open_admin(handshake_seconds=0.5, **settings(resolved, servers))
    )
    try:
        host, port = silent.split(":")
        for broker in admin._manager.cluster.brokers():
            broker.host, broker.port = host, int(port)
        error = await in_time(admin.describe_topics, ["inkwell.ownership"])
        assert isinstance(error, KafkaError)
    finally:
        await asyncio.to_thread(admin.close)


async def test_a_probe_of_a_silent_kafka_proves_nothing_and_ends(
    silent: str,
    resolved: ResolvedClass,
    tenant: ValidatedTenant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("inkwell_operator.backends.kafka.probe._REQUEST_MILLISECONDS", 1000)
    assert opening._HANDSHAKE_SECONDS < PATIENCE
    target = replace(resolved.kafka, bootstrap_servers=(silent,))
    found = await in_time(probe, target, tenant.gateway, Canary.of("test-installation"))
    assert {one.verdict for one in found} == {Verdict.UNKNOWN}
