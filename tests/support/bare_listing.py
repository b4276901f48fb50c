"""All that there is of all tenants, listed by bare calls, for benchmarks to compare with."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, LiteralString

import psycopg
from confluent_kafka.admin import AdminClient, ConfigResource

from inkwell_api import names
from inkwell_operator.backends.cassandra.client import Client as CassandraClient
from inkwell_operator.backends.kafka.bindings import every_acl
from inkwell_operator.backends.keycloak.client import AdminClient as KeycloakClient
from inkwell_operator.backends.kubernetes_api.client import KubernetesClient, connect
from inkwell_operator.backends.kubernetes_api.kinds import OWNED_KINDS
from inkwell_operator.model.targets import ResolvedClass
from support.kafka_administrator import SECONDS, settings
from support.postgres_logins import as_admin

_CASSANDRA: Final = (
    "system_auth.roles",
    "system_auth.role_members",
    "system_auth.role_permissions",
    "system_schema.keyspaces",
    "system_schema.tables",
    "system_schema.columns",
)
_POSTGRES: Final[tuple[LiteralString, ...]] = (
    "SELECT rolname, rolconnlimit, rolconfig, shobj_description(oid, 'pg_authid') FROM pg_roles",
    "SELECT nspname, nspacl::text, obj_description(oid, 'pg_namespace') FROM pg_namespace",
    "SELECT relname, relnamespace, relacl::text FROM pg_class WHERE relkind IN ('r', 'v', 'i')",
    "SELECT attrelid, attname, atttypid, attacl::text FROM pg_attribute WHERE attnum > 0",
    "SELECT proname, pronamespace, proacl::text FROM pg_proc WHERE oid >= 16384",
    "SELECT * FROM pg_shdepend",
)

List = Callable[[], Awaitable[None]]


@asynccontextmanager
async def bare_listing(resolved: ResolvedClass) -> AsyncIterator[List]:
    """Give a function that lists everything, all systems side by side; connections are open."""
    kubernetes = KubernetesClient(await connect())
    cassandra, keycloak = CassandraClient(resolved.cassandra), KeycloakClient(resolved.keycloak)
    kafka = AdminClient(settings(resolved.kafka))
    try:
        async with as_admin(resolved.postgres) as postgres:

            async def everything() -> None:
                await asyncio.gather(
                    _kubernetes(kubernetes),
                    _kafka(kafka),
                    asyncio.gather(*(cassandra.execute(f"SELECT * FROM {t}") for t in _CASSANDRA)),  # noqa: S608 - constants
                    _postgres(postgres),
                    keycloak.list_clients(max="-1"),
                )

            await everything()
            yield everything
    finally:
        await asyncio.gather(kubernetes.aclose(), cassandra.aclose(), keycloak.aclose())


async def _kubernetes(client: KubernetesClient) -> None:
    ours = f"{names.LABEL_MANAGED_BY}={names.FIELD_MANAGER}"
    await asyncio.gather(*(client.list(kind, labels=ours) for kind in OWNED_KINDS))


async def _kafka(admin: AdminClient) -> None:
    await asyncio.gather(
        _topics(admin),
        _answer(admin.describe_acls(every_acl(), request_timeout=SECONDS)),
        _answer(admin.describe_user_scram_credentials(request_timeout=SECONDS)),
    )


async def _topics(admin: AdminClient) -> None:
    listed = await asyncio.to_thread(admin.list_topics, timeout=SECONDS)
    topics = [ConfigResource(ConfigResource.Type.TOPIC, name) for name in listed.topics]
    for future in admin.describe_configs(topics, request_timeout=SECONDS).values():
        await _answer(future)


async def _answer(future: Any) -> None:
    await asyncio.wrap_future(future)


async def _postgres(session: psycopg.AsyncConnection[Any]) -> None:
    for query in _POSTGRES:
        await (await session.execute(query)).fetchall()
