"""With every credential of tenant A, everything of tenant B is out of reach; tried for real."""

# ruff: noqa: S608 - names in these statements are the test's own

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
import pytest
from cassandra import Unauthorized
from cassandra.auth import PlainTextAuthProvider
from cassandra.cluster import EXEC_PROFILE_DEFAULT, Cluster, ExecutionProfile
from cassandra.connection import DefaultEndPoint
from cassandra.policies import DCAwareRoundRobinPolicy
from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from inkwell_api import names
from inkwell_api.names import EventKind, Stage
from inkwell_api.tables import CASSANDRA_TABLES, POSTGRES_GRANTS
from inkwell_operator.backends.cassandra import CassandraBackend
from inkwell_operator.backends.kafka import KafkaBackend
from inkwell_operator.backends.keycloak import KeycloakBackend
from inkwell_operator.backends.postgres import PostgresBackend
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.model.validate import Credential, ValidatedPipeline, ValidatedTenant
from support import backend_services as services

pytestmark = pytest.mark.integration
SECONDS = 60.0
DENIED = {KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.GROUP_AUTHORIZATION_FAILED}


@dataclass(frozen=True)
class House:
    """A tenant with one pipeline, and all of its logins by stage."""

    tenant: ValidatedTenant
    pipeline: ValidatedPipeline

    @property
    def logins(self) -> dict[Stage, Credential]:
        return {Stage.GATEWAY: self.tenant.gateway, **self.pipeline.logins}


@pytest.fixture(scope="module")
def resolved() -> ResolvedClass:
    wanted = ("kafka", "cassandra", "postgres", "keycloak", "registry")
    return services.resolved(services.connected(*wanted))


@pytest.fixture
async def houses(resolved: ResolvedClass) -> AsyncIterator[tuple[House, House]]:
    """A and B; B's name starts with A's, as the closest of neighbours."""
    first = services.tenant(resolved)
    second = services.tenant(resolved, f"{first.name}-x")
    a, b = (House(tenant, services.pipeline(tenant)) for tenant in (first, second))
    backends = (
        KafkaBackend(resolved.kafka),
        CassandraBackend(resolved.cassandra),
        PostgresBackend(resolved.postgres),
        KeycloakBackend(resolved.keycloak),
    )
    try:
        async with services.made(backends, a.tenant, b.tenant, a.pipeline, b.pipeline):
            yield a, b
    finally:
        await asyncio.gather(*(backend.aclose() for backend in backends))


def kafka_access(resolved: ResolvedClass, login: Credential) -> dict[str, Any]:
    return {
        "bootstrap.servers": ",".join(resolved.kafka.bootstrap_servers),
        "security.protocol": "SASL_SSL",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": login.principal,
        "sasl.password": login.password,
        "ssl.ca.pem": resolved.kafka.admin.ca_pem,
    }


def kafka_tries(access: dict[str, Any], other: House) -> None:
    """Try to see, write, read and join whatever the other tenant has."""
    topics = [names.topic(other.tenant.name, other.pipeline.pipeline, kind) for kind in EventKind]
    groups = [login.principal for login in other.pipeline.logins.values()]
    assert not set(topics) & AdminClient(access).list_topics(timeout=SECONDS).topics.keys()
    reports: list[KafkaError | None] = []
    producer = Producer(access)
    for topic in topics:
        producer.produce(topic, b"x", on_delivery=lambda error, _: reports.append(error))
    assert producer.flush(SECONDS) == 0
    assert [error.code() for error in reports if error] == [
        KafkaError.TOPIC_AUTHORIZATION_FAILED for _ in topics
    ]
    for group in groups:
        assert refusal(access | {"group.id": group}, topics[0], is_member=True) in DENIED
    for topic in topics:
        assert refusal(access | {"group.id": groups[0]}, topic, is_member=False) in DENIED


def refusal(access: dict[str, Any], topic: str, *, is_member: bool) -> int | None:
    """Return the error code that reading meets, as a member of the group or on its own."""
    consumer = Consumer(access)
    try:
        if is_member:
            consumer.subscribe([topic])
        else:
            consumer.assign([TopicPartition(topic, 0, 0)])
        message = consumer.poll(SECONDS)
        error = message and message.error()
        return error.code() if error else None
    finally:
        consumer.close()


async def test_no_login_reaches_the_other_tenants_topics_and_groups(
    houses: tuple[House, House], resolved: ResolvedClass
) -> None:
    for own, other in (houses, houses[::-1]):
        for login in own.logins.values():
            await asyncio.to_thread(kafka_tries, kafka_access(resolved, login), other)


@contextmanager
def cassandra_session(resolved: ResolvedClass, login: Credential) -> Iterator[Any]:
    target = resolved.cassandra
    host, _, port = target.contact_points[0].rpartition(":")
    policy = DCAwareRoundRobinPolicy(local_dc=target.datacenter)
    cluster = Cluster(
        contact_points=[DefaultEndPoint(host, int(port))],
        auth_provider=PlainTextAuthProvider(login.principal, login.password),
        ssl_context=ssl.create_default_context(cadata=target.admin.ca_pem),
        ssl_options={"server_hostname": host},
        execution_profiles={
            EXEC_PROFILE_DEFAULT: ExecutionProfile(policy, request_timeout=SECONDS)
        },
        protocol_version=5,
        connect_timeout=SECONDS,
        control_connection_timeout=SECONDS,
        schema_metadata_enabled=False,
    )
    try:
        yield cluster.connect()
    finally:
        cluster.shutdown()


def cassandra_tries(resolved: ResolvedClass, login: Credential, other: House) -> None:
    keyspace = names.keyspace(other.tenant.name)
    document = "00000000-0000-0000-0000-000000000000"
    with cassandra_session(resolved, login) as session:
        for table in CASSANDRA_TABLES:
            for statement in (
                f"SELECT * FROM {keyspace}.{table}",
                f"DELETE FROM {keyspace}.{table} WHERE document_id = {document}",
                f"TRUNCATE {keyspace}.{table}",
                f"DROP TABLE {keyspace}.{table}",
            ):
                with pytest.raises(Unauthorized):
                    session.execute(statement)
        for statement in (
            f"CREATE TABLE {keyspace}.mine (x int PRIMARY KEY)",
            f"DROP KEYSPACE {keyspace}",
            f'LIST ALL PERMISSIONS OF "{other.tenant.gateway.principal}"',
            f'GRANT "{other.tenant.gateway.principal}" TO "{login.principal}"',
            f"ALTER ROLE \"{other.tenant.gateway.principal}\" WITH PASSWORD = 'x'",
        ):
            with pytest.raises(Unauthorized):
                session.execute(statement)


async def test_no_login_reaches_the_other_tenants_keyspace(
    houses: tuple[House, House], resolved: ResolvedClass
) -> None:
    for own, other in (houses, houses[::-1]):
        for login in own.logins.values():
            await asyncio.to_thread(cassandra_tries, resolved, login, other)


async def test_no_login_reaches_the_other_tenants_schema(
    houses: tuple[House, House], resolved: ResolvedClass
) -> None:
    for own, other in (houses, houses[::-1]):
        schema, role = names.schema(other.tenant.name), other.tenant.gateway.principal
        for stage in POSTGRES_GRANTS:
            login = own.logins[stage]
            async with await postgres_connection(resolved, login, "inkwell") as connection:
                for statement in (
                    f"SELECT * FROM {schema}.documents",
                    f"INSERT INTO {schema}.documents DEFAULT VALUES",
                    f"DROP TABLE {schema}.documents",
                    f"CREATE TABLE {schema}.mine (x int)",
                    f"SELECT {schema}.may_see('invoices')",
                    f"DROP SCHEMA {schema} CASCADE",
                    f'SET ROLE "{role}"',
                    f'GRANT "{role}" TO "{login.principal}"',
                    f"ALTER ROLE \"{role}\" PASSWORD 'x'",
                    "SELECT * FROM pg_authid",
                ):
                    with pytest.raises(psycopg.errors.InsufficientPrivilege):
                        await connection.execute(statement.encode())


@pytest.mark.parametrize("database", ["keycloak", "registry"])
async def test_no_login_gets_into_another_database(
    houses: tuple[House, House], resolved: ResolvedClass, database: str
) -> None:
    own, _ = houses
    for stage in POSTGRES_GRANTS:
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            await postgres_connection(resolved, own.logins[stage], database)


async def postgres_connection(
    resolved: ResolvedClass, login: Credential, database: str
) -> psycopg.AsyncConnection[Any]:
    target = resolved.postgres
    return await psycopg.AsyncConnection.connect(
        host=target.host,
        port=target.port,
        dbname=database,
        user=login.principal,
        password=login.password,
        sslmode="verify-full",
        sslrootcert=str(target.admin.ca_file),
        autocommit=True,
    )


async def test_a_token_is_never_for_the_other_tenant(
    houses: tuple[House, House], resolved: ResolvedClass
) -> None:
    target = resolved.keycloak
    endpoint = f"{target.url}/realms/{target.realm}/protocol/openid-connect"
    for own, other in (houses, houses[::-1]):
        login = (own.pipeline.machine.principal, own.pipeline.machine.password)
        trust = services.trust(target.admin)
        async with httpx.AsyncClient(verify=trust, auth=login, timeout=30) as http:
            for more in ({}, {"scope": f"openid {other.tenant.name}"}, {"scope": "roles"}):
                answer = await http.post(
                    f"{endpoint}/token", data={"grant_type": "client_credentials", **more}
                )
                if answer.is_success:
                    claims = services.claims_of(answer.json()["access_token"])
                    assert claims["aud"] == own.tenant.name
                    assert set(claims["resource_access"]) == {own.tenant.name}
            exchange = {
                "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
                "audience": other.tenant.name,
                "subject_token": await token(http, endpoint),
            }
            assert not (await http.post(f"{endpoint}/token", data=exchange)).is_success
            bearer = {"Authorization": f"Bearer {await token(http, endpoint)}"}
            clients = f"{target.url}/admin/realms/{target.realm}/clients"
            listed = await http.get(clients, headers=bearer, auth=None)
            assert listed.status_code in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}


async def token(http: httpx.AsyncClient, endpoint: str) -> str:
    answer = await http.post(f"{endpoint}/token", data={"grant_type": "client_credentials"})
    return str(answer.json()["access_token"])
