"""What a probe of a tenant's isolation makes of a PostgreSQL that hangs."""

import asyncio
import socket
import time
from dataclasses import replace

import pytest
from psycopg import sql

from inkwell_api import names
from inkwell_operator.backends.postgres import probe
from inkwell_operator.model.isolation import Canary, Verdict
from inkwell_operator.model.targets import PostgresTarget, ResolvedClass
from inkwell_operator.model.validate import ValidatedTenant
from support import wait
from support.freezable_port import FreezablePort
from support.postgres_logins import as_admin

pytestmark = pytest.mark.integration

SECONDS = 2


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "_SECONDS", SECONDS)


async def verdict(target: PostgresTarget, tenant: ValidatedTenant) -> Verdict:
    """Probe with the tenant's login, and take the tenant itself for the canary."""
    (found,) = await probe.probe(target, tenant.gateway, Canary(tenant.name))
    return found.verdict


async def test_a_server_that_never_says_a_word_proves_nothing(
    tenant: ValidatedTenant, resolved: ResolvedClass
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        target = replace(resolved.postgres, host="127.0.0.1", port=silent.getsockname()[1])
        began = time.monotonic()
        found = await asyncio.wait_for(verdict(target, tenant), 20)
    assert found is Verdict.UNKNOWN
    assert time.monotonic() - began < 2 * SECONDS + 1


async def test_a_server_that_hangs_in_the_middle_of_a_probe_proves_nothing(
    tenant: ValidatedTenant, resolved: ResolvedClass
) -> None:
    """The server's own limit of a statement would end it, were its answer to arrive."""
    port = FreezablePort(resolved.postgres.host, resolved.postgres.port)
    documents = sql.Identifier(names.schema(tenant.name), "documents")
    async with as_admin(resolved.postgres) as session:

        async def is_reading() -> bool:
            query = "SELECT FROM pg_locks WHERE relation = %s::regclass AND NOT granted"
            row = await session.execute(query, [documents.as_string()])
            return await row.fetchone() is not None

        try:
            await session.execute("BEGIN")
            await session.execute(sql.SQL("LOCK TABLE {}").format(documents))
            target = replace(resolved.postgres, port=port.port)
            probing = asyncio.create_task(verdict(target, tenant))
            await wait.until("the probe to read", is_reading, seconds=SECONDS)
            port.freeze()
            found = await asyncio.wait_for(probing, 20)
        finally:
            port.close()
    assert found is Verdict.UNKNOWN
