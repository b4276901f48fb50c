"""What tenants' logins can and cannot do, and what the operator repairs, on a real Cassandra."""

# ruff: noqa: S608 - names and ids in these statements are the test's own

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from cassandra import AuthenticationFailed, Unauthorized
from cassandra.auth import PlainTextAuthProvider
from cassandra.cluster import (
    EXEC_PROFILE_DEFAULT,
    Cluster,
    ExecutionProfile,
    NoHostAvailable,
)
from cassandra.connection import DefaultEndPoint
from cassandra.policies import DCAwareRoundRobinPolicy

from inkwell_api import names
from inkwell_api.conditions import Reason
from inkwell_api.names import Stage
from inkwell_operator.backends.cassandra import CassandraBackend
from inkwell_operator.backends.run import converge
from inkwell_operator.model.passwords import new_password
from inkwell_operator.model.targets import CassandraTarget, ResolvedClass
from inkwell_operator.model.validate import ValidatedPipeline, ValidatedTenant
from support import backend_services as services
from support import wait

pytestmark = pytest.mark.integration
SECONDS = 30.0


@pytest.fixture
async def tenant(
    opened: CassandraBackend, resolved: ResolvedClass
) -> AsyncIterator[ValidatedTenant]:
    tenant = services.tenant(resolved)
    async with services.made((opened,), tenant):
        yield tenant


@pytest.fixture
async def pipeline(
    opened: CassandraBackend, tenant: ValidatedTenant
) -> AsyncIterator[ValidatedPipeline]:
    pipeline = services.pipeline(tenant)
    async with services.made((opened,), pipeline):
        yield pipeline


@contextmanager
def session(target: CassandraTarget, user: str, password: str) -> Iterator[Any]:
    host, _, port = target.contact_points[0].rpartition(":")
    policy = DCAwareRoundRobinPolicy(local_dc=target.datacenter)
    profile = ExecutionProfile(policy, request_timeout=SECONDS)
    cluster = Cluster(
        contact_points=[DefaultEndPoint(host, int(port))],
        auth_provider=PlainTextAuthProvider(user, password),
        ssl_context=ssl.create_default_context(cadata=target.admin.ca_pem),
        ssl_options={"server_hostname": host},
        execution_profiles={EXEC_PROFILE_DEFAULT: profile},
        protocol_version=5,
        connect_timeout=SECONDS,
        control_connection_timeout=SECONDS,
        schema_metadata_enabled=False,
    )
    try:
        yield cluster.connect()
    finally:
        cluster.shutdown()


def as_admin(target: CassandraTarget) -> Any:
    return session(target, target.admin.username, target.admin.password)


def is_let_in(target: CassandraTarget, user: str, password: str) -> bool:
    try:
        with session(target, user, password):
            return True
    except NoHostAvailable as error:
        # Addresses without causes: the driver's first connection was let in, and its second was
        # not opened, as when Cassandra forgets an old password between the two.
        if isinstance(error.errors, list):
            return True
        if not any(isinstance(cause, AuthenticationFailed) for cause in error.errors.values()):
            raise
        return False


def test_gateway_writes_chunks_and_reads_pages_and_nothing_else(
    tenant: ValidatedTenant, resolved: ResolvedClass
) -> None:
    keyspace, one = names.keyspace(tenant.name), uuid4()
    login = tenant.gateway
    with session(resolved.cassandra, login.principal, login.password) as own:
        chunk = f"INSERT INTO {keyspace}.document_chunks (document_id, chunk, content)"
        own.execute(f"{chunk} VALUES ({one}, 0, 0x00)")
        assert len(list(own.execute(f"SELECT * FROM {keyspace}.document_chunks"))) == 1
        own.execute(f"SELECT * FROM {keyspace}.pages")
        for refused in (
            f"INSERT INTO {keyspace}.pages (document_id, page) VALUES ({one}, 1)",
            f"SELECT * FROM {keyspace}.extractions",
            f"SELECT * FROM {keyspace}.archive_records",
            f"CREATE TABLE {keyspace}.mine (x int PRIMARY KEY)",
            f"ALTER TABLE {keyspace}.pages ADD y int",
            f"TRUNCATE {keyspace}.pages",
            f"DROP TABLE {keyspace}.pages",
            f"DROP KEYSPACE {keyspace}",
            "CREATE KEYSPACE mine WITH replication = {'class': 'SimpleStrategy'}",
            "CREATE ROLE mine",
            "SELECT * FROM system_auth.roles",
            "SELECT * FROM inkwell_operator.ownership",
        ):
            with pytest.raises(Unauthorized):
                own.execute(refused)


async def test_rotation_lets_the_new_password_in_and_soon_not_the_old_one(
    opened: CassandraBackend, tenant: ValidatedTenant, resolved: ResolvedClass
) -> None:
    target, old = resolved.cassandra, tenant.gateway
    assert await asyncio.to_thread(is_let_in, target, old.principal, old.password)
    fresh = replace(old, password=new_password(old.password))
    await converge(opened, opened.desire(replace(tenant, gateway=fresh)))

    async def is_changed() -> bool:  # Cassandra believes what it knew for some seconds
        new_works = await asyncio.to_thread(is_let_in, target, old.principal, fresh.password)
        old_works = await asyncio.to_thread(is_let_in, target, old.principal, old.password)
        return new_works and not old_works

    assert await wait.until("the old password to be refused", is_changed, seconds=30)


DRIFT = {
    "a permission too many": "GRANT MODIFY ON {keyspace}.pages TO {login}",
    "all of the keyspace": "GRANT ALL ON KEYSPACE {keyspace} TO {login}",
    "all keyspaces": "GRANT SELECT ON ALL KEYSPACES TO {login}",
    "a permission too few": "REVOKE SELECT ON {keyspace}.pages FROM {login}",
    "another password": "ALTER ROLE {login} WITH HASHED PASSWORD ="
    " '$2a$04$abcdefghijklmnopqrstuuJZLUK4JiDuZkm8yL/rbFIbA6CqmLNxq'",
    "no way in": "ALTER ROLE {login} WITH LOGIN = false",
    "a superuser": "ALTER ROLE {login} WITH SUPERUSER = true",
    "a login that is gone": "DROP ROLE {login}",
    "a table that is gone": "DROP TABLE {keyspace}.pages",
}


@pytest.mark.parametrize("change", DRIFT.values(), ids=DRIFT.keys())
async def test_drift_is_seen_and_repaired(
    opened: CassandraBackend, tenant: ValidatedTenant, resolved: ResolvedClass, change: str
) -> None:
    keyspace, login = names.keyspace(tenant.name), f'"{tenant.gateway.principal}"'

    def drift() -> None:
        with as_admin(resolved.cassandra) as admin:
            admin.execute(change.format(keyspace=keyspace, login=login))

    await asyncio.to_thread(drift)
    desired = opened.desire(tenant)
    assert opened.diff(desired, await opened.observe(desired)).steps
    await converge(opened, desired)
    assert opened.diff(desired, await opened.observe(desired)).is_empty


async def test_a_role_of_somebody_else_is_left_alone(
    opened: CassandraBackend, resolved: ResolvedClass
) -> None:
    tenant = services.tenant(resolved)
    role = f'"{tenant.gateway.principal}"'

    def change(statement: str) -> None:
        with as_admin(resolved.cassandra) as admin:
            admin.execute(statement)

    await asyncio.to_thread(change, f"CREATE ROLE {role} WITH LOGIN = true AND PASSWORD = 'x'")
    try:
        desired = opened.desire(tenant)
        plan = opened.diff(desired, await opened.observe(desired))
        assert [refusal.reason for refusal in plan.refusals] == [Reason.NAME_TAKEN]
        await converge(opened, opened.desire(services.absent(tenant)))
        args = (resolved.cassandra, tenant.gateway.principal, "x")
        assert await asyncio.to_thread(is_let_in, *args)
    finally:
        await asyncio.to_thread(change, f"DROP ROLE {role}")


async def test_retained_tenant_keeps_its_rows_and_loses_its_logins(
    opened: CassandraBackend, tenant: ValidatedTenant, resolved: ResolvedClass
) -> None:
    keyspace = names.keyspace(tenant.name)

    def rows() -> int:
        with as_admin(resolved.cassandra) as admin:
            return len(list(admin.execute(f"SELECT * FROM {keyspace}.extractions")))

    def fill() -> None:
        with as_admin(resolved.cassandra) as admin:
            admin.execute(f"INSERT INTO {keyspace}.extractions (document_id) VALUES ({uuid4()})")

    await asyncio.to_thread(fill)
    await converge(opened, opened.desire(services.absent(tenant, retain=True)))
    assert await asyncio.to_thread(rows) == 1
    login = tenant.gateway

    async def is_out() -> bool:
        args = (resolved.cassandra, login.principal, login.password)
        return not await asyncio.to_thread(is_let_in, *args)

    assert await wait.until("the login to be refused", is_out, seconds=30)


async def test_erasing_documents_takes_their_rows_alone_and_may_be_repeated(
    opened: CassandraBackend, pipeline: ValidatedPipeline, resolved: ResolvedClass
) -> None:
    keyspace, gone, kept = names.keyspace(pipeline.tenant), uuid4(), uuid4()

    def fill() -> None:
        with as_admin(resolved.cassandra) as admin:
            for one in (gone, kept):
                for table, key in (("document_chunks", "chunk"), ("pages", "page")):
                    into = f"INSERT INTO {keyspace}.{table} (document_id, {key})"
                    admin.execute(f"{into} VALUES ({one}, 1)")

    def left() -> set[Any]:
        with as_admin(resolved.cassandra) as admin:
            tables = ("document_chunks", "pages")
            found = [admin.execute(f"SELECT document_id FROM {keyspace}.{t}") for t in tables]
            return {row[0] for rows in found for row in rows}

    await asyncio.to_thread(fill)
    for _ in range(2):
        await opened.erase_documents(pipeline.tenant, [str(gone)])
    assert await asyncio.to_thread(left) == {kept}


def test_ocr_reads_chunks_and_writes_pages_and_nothing_else(
    pipeline: ValidatedPipeline, resolved: ResolvedClass
) -> None:
    keyspace, login = names.keyspace(pipeline.tenant), pipeline.logins[Stage.OCR]
    with session(resolved.cassandra, login.principal, login.password) as own:
        own.execute(f"SELECT * FROM {keyspace}.document_chunks")
        own.execute(f"INSERT INTO {keyspace}.pages (document_id, page) VALUES ({uuid4()}, 1)")
        for refused in (
            f"DELETE FROM {keyspace}.document_chunks WHERE document_id = {uuid4()}",
            f"SELECT * FROM {keyspace}.extractions",
            f"SELECT * FROM {keyspace}.archive_records",
        ):
            with pytest.raises(Unauthorized):
                own.execute(refused)
