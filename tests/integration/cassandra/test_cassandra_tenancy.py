"""What tenants' logins can and cannot do, and what the operator repairs, on a real Cassandra."""

# ruff: noqa: S608 - names and ids in these statements are the test's own

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from cassandra import Unauthorized

from inkwell_api import names
from inkwell_api.conditions import Reason
from inkwell_api.names import Stage
from inkwell_operator.backends.cassandra import CassandraBackend
from inkwell_operator.backends.run import converge
from inkwell_operator.model.passwords import new_password
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.model.validate import ValidatedPipeline, ValidatedTenant
from support import backend_services as services
from support import wait
from support.cassandra_session import as_admin, is_let_in, run_as_admin, session

pytestmark = pytest.mark.integration


@pytest.fixture
async def pipeline(
    opened: CassandraBackend, tenant: ValidatedTenant
) -> AsyncIterator[ValidatedPipeline]:
    pipeline = services.pipeline(tenant)
    async with services.made((opened,), pipeline):
        yield pipeline


def test_gateway_writes_chunks_and_reads_records_and_nothing_else(
    tenant: ValidatedTenant, resolved: ResolvedClass
) -> None:
    keyspace, one = names.keyspace(tenant.name), uuid4()
    login = tenant.gateway
    with session(resolved.cassandra, login.principal, login.password) as own:
        chunk = f"INSERT INTO {keyspace}.document_chunks (document_id, chunk, content)"
        own.execute(f"{chunk} VALUES ({one}, 0, 0x00)")
        assert len(list(own.execute(f"SELECT * FROM {keyspace}.document_chunks"))) == 1
        own.execute(f"SELECT * FROM {keyspace}.archive_records")
        for refused in (
            f"INSERT INTO {keyspace}.pages (document_id, page) VALUES ({one}, 1)",
            f"SELECT * FROM {keyspace}.pages",
            f"SELECT * FROM {keyspace}.extractions",
            f"INSERT INTO {keyspace}.archive_records (document_id, version) VALUES ({one}, 1)",
            f"DELETE FROM {keyspace}.archive_records WHERE document_id = {one}",
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
    "a permission too few": "REVOKE SELECT ON {keyspace}.archive_records FROM {login}",
    "another password": "ALTER ROLE {login} WITH HASHED PASSWORD ="
    " '$2a$04$abcdefghijklmnopqrstuuJZLUK4JiDuZkm8yL/rbFIbA6CqmLNxq'",
    "no way in": "ALTER ROLE {login} WITH LOGIN = false",
    "a superuser": "ALTER ROLE {login} WITH SUPERUSER = true",
    "a login that is gone": "DROP ROLE {login}",
    "a login that somebody else was given": "GRANT {login} TO {stranger}",
    "a table that is gone": "DROP TABLE {keyspace}.pages",
    "a column that is gone": "ALTER TABLE {keyspace}.extractions DROP sha256",
    "rows that go by themselves": "ALTER TABLE {keyspace}.pages WITH default_time_to_live = 60",
    "deletions that are forgotten": "ALTER TABLE {keyspace}.pages WITH gc_grace_seconds = 1",
    "another compaction": "ALTER TABLE {keyspace}.pages WITH compaction ="
    " {{'class': 'SizeTieredCompactionStrategy'}}",
    "another compression": "ALTER TABLE {keyspace}.pages WITH compression ="
    " {{'class': 'ZstdCompressor'}}",
    "another comment": "ALTER TABLE {keyspace}.pages WITH comment = ''",
    "rows for somebody else": "GRANT SELECT ON {keyspace}.pages TO {stranger}",
    "all tables for somebody else": "GRANT MODIFY ON ALL TABLES IN KEYSPACE {keyspace} TO"
    " {stranger}",
    "the keyspace for somebody else": "GRANT ALL ON KEYSPACE {keyspace} TO {stranger}",
    "a login's password for somebody else": "GRANT ALTER ON ROLE {login} TO {stranger}",
    "copies of a simpler kind": "ALTER KEYSPACE {keyspace} WITH replication ="
    " {{'class': 'SimpleStrategy', 'replication_factor': 1}}",
}


@pytest.fixture
def stranger(resolved: ResolvedClass) -> Iterator[str]:
    role = f'"stranger-{uuid4().hex[:8]}"'
    run_as_admin(resolved.cassandra, f"CREATE ROLE {role}")
    yield role
    run_as_admin(resolved.cassandra, f"DROP ROLE {role}")


@pytest.mark.parametrize("change", DRIFT.values(), ids=DRIFT.keys())
async def test_drift_is_seen_and_repaired(
    opened: CassandraBackend,
    tenant: ValidatedTenant,
    resolved: ResolvedClass,
    change: str,
    stranger: str,
) -> None:
    keyspace, login = names.keyspace(tenant.name), f'"{tenant.gateway.principal}"'
    statement = change.format(keyspace=keyspace, login=login, stranger=stranger)
    await asyncio.to_thread(run_as_admin, resolved.cassandra, statement)
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
        await opened.erase_documents(pipeline.claim, [str(gone)])
    assert await asyncio.to_thread(left) == {kept}


async def test_erasing_from_a_keyspace_that_is_gone_is_no_error(
    opened: CassandraBackend, resolved: ResolvedClass
) -> None:
    nobody = services.tenant(resolved).claim
    await opened.erase_documents(nobody, [str(uuid4()) for _ in range(120)])


async def test_an_open_session_of_a_removed_login_reads_nothing_after_some_seconds(
    opened: CassandraBackend, tenant: ValidatedTenant, resolved: ResolvedClass
) -> None:
    login, chunks = tenant.gateway, f"{names.keyspace(tenant.name)}.document_chunks"
    with session(resolved.cassandra, login.principal, login.password) as own:
        own.execute(f"SELECT * FROM {chunks}")
        await converge(opened, opened.desire(services.absent(tenant, retain=True)))

        async def is_refused() -> bool:  # a node remembers permissions for two seconds
            try:
                await asyncio.to_thread(own.execute, f"SELECT * FROM {chunks}")
            except Unauthorized:
                return True
            return False

        assert await wait.until("the session to be refused", is_refused, seconds=10)


def test_a_login_learns_the_names_of_others_tables_and_no_more_of_them(
    tenant: ValidatedTenant, resolved: ResolvedClass
) -> None:
    login = tenant.gateway
    with session(resolved.cassandra, login.principal, login.password) as own:
        # Cassandra lets every login read these, whatever is revoked: see DESIGN.md.
        own.execute("SELECT keyspace_name FROM system_schema.keyspaces")
        own.execute("SELECT * FROM system.size_estimates LIMIT 1")
        own.execute("SELECT * FROM system_traces.sessions LIMIT 1")
        assert [row[0] for row in own.execute("LIST ROLES")] == [login.principal]
        for refused in (
            "SELECT * FROM system_auth.role_permissions",
            "SELECT * FROM system_auth.role_members",
            "SELECT * FROM system_views.clients",
            "SELECT * FROM system_views.queries",
            "SELECT * FROM system_distributed.view_build_status",
            "LIST ALL PERMISSIONS",
        ):
            with pytest.raises(Unauthorized):
                own.execute(refused)


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
