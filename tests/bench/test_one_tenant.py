"""One tenant through all data backends, against the raw calls of the slowest of them."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from inkwell_api import names
from inkwell_api.names import Stage
from inkwell_api.tables import CASSANDRA_GRANTS, CASSANDRA_TABLES
from inkwell_operator.backends.cassandra import CassandraBackend
from inkwell_operator.backends.cassandra.client import Client
from inkwell_operator.backends.kafka import KafkaBackend
from inkwell_operator.backends.keycloak import KeycloakBackend
from inkwell_operator.backends.postgres import PostgresBackend
from inkwell_operator.backends.run import converge
from inkwell_operator.model.validate import ValidatedTenant
from support import backend_services as services
from support import figures

pytestmark = [pytest.mark.integration, pytest.mark.slow]
ROUNDS = 7
NOTE = (
    "Kafka, Cassandra, PostgreSQL and Keycloak together, each observed, applied and observed again;"
    " compared with the bare CQL for the same keyspace, tables, role and grants, one after the"
    " other, which is the slowest backend's part."
)


@contextmanager
def timed(samples: list[float]) -> Iterator[None]:
    began = time.perf_counter()
    yield
    samples.append(time.perf_counter() - began)


async def bare_cassandra(client: Client, tenant: ValidatedTenant) -> None:
    """Make what the tenant has in Cassandra by statements alone, without a look."""
    keyspace, role = names.keyspace(tenant.name), tenant.gateway.principal
    replication = "{'class': 'NetworkTopologyStrategy', 'datacenter1': 1}"
    await client.execute(f"CREATE KEYSPACE {keyspace} WITH replication = {replication}")
    for made in CASSANDRA_TABLES.values():
        await client.execute(made.create_statement(keyspace))
    password = tenant.gateway.password
    await client.execute(f"CREATE ROLE \"{role}\" WITH PASSWORD = '{password}' AND LOGIN = true")
    for table, permissions in CASSANDRA_GRANTS[Stage.GATEWAY].items():
        for permission in permissions:
            await client.execute(f'GRANT {permission} ON {keyspace}.{table} TO "{role}"')


async def test_one_tenant_is_ready_in_little_more_than_its_slowest_backend_takes() -> None:
    wanted = ("kafka", "cassandra", "postgres", "keycloak", "registry")
    resolved = services.resolved(services.connected(*wanted))
    backends: tuple[Any, ...] = (
        KafkaBackend(resolved.kafka),
        CassandraBackend(resolved.cassandra),
        PostgresBackend(resolved.postgres),
        KeycloakBackend(resolved.keycloak),
    )
    client = Client(resolved.cassandra)
    ours: list[float] = []
    bare: list[float] = []
    try:
        async with services.made(backends, services.tenant(resolved)):
            pass  # connections are open before the clock starts, for both
        await client.execute("SELECT now() FROM system.local")
        for _ in range(ROUNDS):
            tenant = services.tenant(resolved)
            with timed(ours):
                made = await asyncio.gather(*(converge(b, b.desire(tenant)) for b in backends))
            assert all(outcome.applied for outcome in made)
            gone = services.absent(tenant)
            await asyncio.gather(*(converge(b, b.desire(gone)) for b in backends))
            other = services.tenant(resolved)
            with timed(bare):
                await bare_cassandra(client, other)
            await client.execute(f"DROP KEYSPACE {names.keyspace(other.name)}")
            await client.execute(f'DROP ROLE "{other.gateway.principal}"')
    finally:
        await asyncio.gather(client.aclose(), *(backend.aclose() for backend in backends))
    figures.record(
        figures.Figure(
            name="One tenant to Ready",
            unit="s",
            ours=tuple(ours),
            bare=tuple(bare),
            compared_with="raw calls of the slowest backend",
            target=1.3,
            is_more_better=False,
            note=NOTE,
        )
    )
