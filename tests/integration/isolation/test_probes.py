"""The probes on the real systems: refused as things are made, and let in where a wall is opened."""

import asyncio
import secrets
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import psycopg
import pytest
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)

from inkwell_api.conditions import Condition, ConditionStatus, Reason
from inkwell_api.names import Stage
from inkwell_operator.backends.cassandra import CassandraBackend
from inkwell_operator.backends.cassandra.client import Client as CassandraClient
from inkwell_operator.backends.kafka import KafkaBackend
from inkwell_operator.backends.keycloak import KeycloakBackend
from inkwell_operator.backends.postgres import PostgresBackend
from inkwell_operator.canaries import Writing
from inkwell_operator.context import DataBackends
from inkwell_operator.isolation import Isolation
from inkwell_operator.model.isolation import Canary, canary_subjects
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.model.validate import ValidatedPipeline, ValidatedTenant
from inkwell_operator.settings import IsolationSettings
from support import backend_services as services

pytestmark = pytest.mark.integration
INSTALLATION = f"test-{secrets.token_hex(4)}"
CANARY = Canary.of(INSTALLATION)


async def allowed() -> None:
    """Let every write pass."""


WRITING = Writing(allowed, 120.0)


@dataclass(frozen=True)
class World:
    """The four backends, a tenant with a pipeline in them, and the prober."""

    backends: DataBackends
    resolved: ResolvedClass
    tenant: ValidatedTenant
    pipeline: ValidatedPipeline
    isolation: Isolation

    async def check(self, subject: ValidatedTenant | ValidatedPipeline, times: int) -> Condition:
        """Look so often, as passes would, and return what the last look found."""
        found = None
        for _ in range(times):
            found = await self.isolation.check(subject, self.backends, WRITING)
        assert found is not None
        return found


@pytest.fixture
async def world() -> AsyncIterator[World]:
    wanted = ("kafka", "cassandra", "postgres", "keycloak", "registry")
    resolved = services.resolved(services.connected(*wanted))
    backends = DataBackends(
        KafkaBackend(resolved.kafka),
        CassandraBackend(resolved.cassandra),
        PostgresBackend(resolved.postgres),
        KeycloakBackend(resolved.keycloak),
    )
    tenant = services.tenant(resolved)
    pipeline = services.pipeline(tenant)
    isolation = Isolation(IsolationSettings(interval_seconds=0), INSTALLATION)
    try:
        async with (
            services.made(backends.all(), *canary_subjects(resolved, INSTALLATION)),
            services.made(backends.all(), tenant, pipeline),
        ):
            yield World(backends, resolved, tenant, pipeline, isolation)
    finally:
        isolation.close()
        await asyncio.gather(*(backend.aclose() for backend in backends.all()))


async def test_a_tenants_logins_are_refused_everywhere(world: World) -> None:
    found = await world.check(world.tenant, 1)
    assert (found.status, found.reason) == (ConditionStatus.TRUE, Reason.AS_SPECIFIED)
    # The first look tries the three stages' logins and the machine's.
    found = await world.check(world.pipeline, 1)
    assert (found.status, found.reason) == (ConditionStatus.TRUE, Reason.AS_SPECIFIED)


async def test_rights_given_to_everybody_in_postgresql_are_let_in_by_name(world: World) -> None:
    await world.check(world.tenant, 1)
    await _sql(world, f"GRANT USAGE ON SCHEMA {CANARY.schema} TO PUBLIC")
    await _sql(world, f"GRANT SELECT ON {CANARY.schema}.documents TO PUBLIC")
    try:
        found = await world.check(world.tenant, 1)
    finally:
        await _sql(world, f"REVOKE ALL ON {CANARY.schema}.documents FROM PUBLIC")
        await _sql(world, f"REVOKE ALL ON SCHEMA {CANARY.schema} FROM PUBLIC")
    assert (found.status, found.reason) == (ConditionStatus.FALSE, Reason.LET_IN)
    gateway = world.tenant.gateway.principal
    assert found.message == f"{gateway} reads {CANARY.schema}.documents in PostgreSQL"
    assert (await world.check(world.tenant, 1)).status is ConditionStatus.TRUE


async def test_an_entry_for_every_user_in_kafka_is_let_in_by_name(world: World) -> None:
    await world.check(world.tenant, 1)
    admin = await asyncio.to_thread(_kafka, world)
    entry = (ResourceType.TOPIC, CANARY.topic, ResourcePatternType.LITERAL, "User:*", "*")
    rights = (AclOperation.READ, AclPermissionType.ALLOW)
    await _done(admin.create_acls([AclBinding(*entry, *rights)]))
    try:
        found = await _until_let_in(world, world.tenant, 1)
    finally:
        await _done(admin.delete_acls([AclBindingFilter(*entry, *rights)]))
    assert f"describes topic {CANARY.topic} in Kafka" in found.message


async def test_a_permission_in_cassandra_is_let_in_by_name(world: World) -> None:
    await world.check(world.pipeline, 4)
    role = world.pipeline.logins[Stage.OCR].principal
    client = CassandraClient(world.resolved.cassandra)
    try:
        await client.execute(f'GRANT SELECT ON KEYSPACE {CANARY.keyspace} TO "{role}"')
        # Cassandra believes for some seconds what it knew of a role.
        found = await _until_let_in(world, world.pipeline, 4)
        await client.execute(f'REVOKE SELECT ON KEYSPACE {CANARY.keyspace} FROM "{role}"')  # noqa: S608 - its own names
    finally:
        await client.aclose()
    assert found.reason is Reason.LET_IN
    assert found.message == f"{role} reads {CANARY.keyspace}.document_chunks in Cassandra"


async def test_a_system_that_does_not_answer_proves_nothing(world: World) -> None:
    wrong = replace(world.tenant.gateway, password="another")
    await world.check(world.tenant, 1)
    before = threading.active_count()
    found = await world.check(replace(world.tenant, gateway=wrong), 1)
    assert threading.active_count() <= before, "a try that fails leaves no thread behind"
    assert (found.status, found.reason) == (ConditionStatus.UNKNOWN, Reason.UNREACHABLE)


async def test_a_canary_goes_with_its_class_and_is_made_again_where_another_needs_it(
    world: World,
) -> None:
    canaries = world.isolation.canaries
    assert not await canaries.remove(world.resolved, world.backends, WRITING)
    for backend in world.backends.all():
        made = backend.desire(canary_subjects(world.resolved, INSTALLATION)[0])
        assert backend.diff(made, await backend.observe(made)).steps, backend.condition
    found = await world.check(world.tenant, 1)
    assert (found.status, found.reason) == (ConditionStatus.TRUE, Reason.AS_SPECIFIED)


async def _until_let_in(
    world: World, subject: ValidatedTenant | ValidatedPipeline, times: int
) -> Condition:
    """Look until a server acts by the right that was given, for 30 seconds at most."""
    async with asyncio.timeout(30):
        while True:
            found = await world.check(subject, times)
            if found.reason is Reason.LET_IN:
                return found


async def _sql(world: World, statement: str) -> None:
    target = world.resolved.postgres
    connection = await psycopg.AsyncConnection.connect(
        host=target.host,
        port=target.port,
        dbname=target.database,
        user=target.admin.username,
        password=target.admin.password,
        sslmode="verify-full",
        sslrootcert=str(target.admin.ca_file),
        autocommit=True,
    )
    async with connection:
        await connection.execute(statement.encode())


def _kafka(world: World) -> AdminClient:
    target = world.resolved.kafka
    return AdminClient(
        {
            "bootstrap.servers": ",".join(target.bootstrap_servers),
            "security.protocol": "SASL_SSL",
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": target.admin.username,
            "sasl.password": target.admin.password,
            "ssl.ca.pem": target.admin.ca_pem,
        }
    )


async def _done(asked: dict[Any, Any]) -> None:
    for future in asked.values():
        await asyncio.wrap_future(future)
