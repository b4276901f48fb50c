"""What the operator says when it cannot work with a real Cassandra, and how soon it can again."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest

from inkwell_operator.backends.cassandra.client import Client
from inkwell_operator.backends.server import ServerLimits
from inkwell_operator.model.errors import AccessDenied, DependencyNotReady, Transient, Unreachable
from inkwell_operator.model.targets import CassandraTarget, ResolvedClass
from support import wait
from support.switchable_port import SwitchablePort

pytestmark = pytest.mark.integration
QUICK = ServerLimits(failures=2, rest_seconds=1.0)
OUTAGE_SECONDS = 20.0
LOOK = "SELECT release_version FROM system.local"


async def error_of(target: CassandraTarget) -> Exception:
    client = Client(target)
    try:
        with pytest.raises(Transient) as caught:
            await client.execute(LOOK)
        return caught.value
    finally:
        await client.aclose()


async def test_an_authority_that_did_not_sign_the_certificate_is_named_by_its_secret(
    resolved: ResolvedClass,
) -> None:
    admin = replace(resolved.cassandra.admin, ca_pem="", secret="cassandra-admin")
    error = await error_of(replace(resolved.cassandra, admin=admin))
    assert isinstance(error, AccessDenied)
    assert error.message.endswith("put its authority into ca.crt of Secret cassandra-admin")


async def test_a_data_centre_that_is_not_there_is_named_with_those_that_are(
    resolved: ResolvedClass,
) -> None:
    error = await error_of(replace(resolved.cassandra, datacenter="dc9"))
    assert isinstance(error, DependencyNotReady)
    assert "data centre dc9 is not one of datacenter1" in error.message


@pytest.fixture
def port(resolved: ResolvedClass) -> Iterator[SwitchablePort]:
    host, _, number = resolved.cassandra.contact_points[0].rpartition(":")
    with SwitchablePort(host, int(number)) as port:
        yield port


@pytest.fixture
async def client(resolved: ResolvedClass, port: SwitchablePort) -> AsyncIterator[Client]:
    target = replace(resolved.cassandra, contact_points=(f"127.0.0.1:{port.port}",))
    client = Client(target, QUICK)
    yield client
    await client.aclose()


@pytest.mark.slow
async def test_a_server_that_returns_is_used_within_seconds_however_long_it_was_away(
    client: Client, port: SwitchablePort
) -> None:
    assert await client.execute(LOOK)
    port.switch_off()
    end = time.monotonic() + OUTAGE_SECONDS
    while time.monotonic() < end:
        with pytest.raises(Unreachable):
            await client.execute(LOOK)
        await asyncio.sleep(0.2)
    port.switch_on()
    back = time.monotonic()

    async def answers() -> bool:
        try:
            return bool(await client.execute(LOOK))
        except Unreachable:
            return False

    await wait.until("Cassandra to be used again", answers, seconds=30)
    assert time.monotonic() - back < QUICK.rest_seconds + 5
