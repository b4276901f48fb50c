"""What tenants' logins can and cannot do, and what the operator repairs, on a real PostgreSQL."""

import asyncio
from dataclasses import replace
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql

from inkwell_api import names
from inkwell_api.conditions import Reason
from inkwell_api.names import Stage
from inkwell_operator.backends.postgres import PostgresBackend
from inkwell_operator.backends.run import converge
from inkwell_operator.model.passwords import new_password
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.model.validate import ValidatedPipeline, ValidatedTenant
from support import backend_services as services
from support.backend_services import converged
from support.postgres_logins import as_admin, as_login, count, upload

pytestmark = pytest.mark.integration


async def test_gateway_works_in_its_own_schema_and_changes_no_table(
    tenant: ValidatedTenant, resolved: ResolvedClass
) -> None:
    await upload(resolved.postgres, tenant, "invoices")
    async with as_login(resolved.postgres, tenant.gateway) as connection:
        found = await connection.execute("SELECT count(*) FROM documents")
        assert await found.fetchone() == (1,)
        for refused in (
            "DELETE FROM documents",
            "UPDATE documents SET state = 'ARCHIVED'",
            "INSERT INTO results SELECT FROM results",
            "SELECT * FROM outbox",
            "DROP TABLE documents",
            "CREATE TABLE mine (x int)",
            "CREATE TABLE public.mine (x int)",
            "ALTER TABLE documents DISABLE ROW LEVEL SECURITY",
            "CREATE ROLE mine",
            "SELECT * FROM schema_migrations",
            "SET ROLE inkwell_operator",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await connection.execute(refused)


async def test_archive_sees_the_rows_of_its_own_pipeline_alone(
    tenant: ValidatedTenant, pipeline: ValidatedPipeline, resolved: ResolvedClass
) -> None:
    own = await upload(resolved.postgres, tenant, pipeline.pipeline)
    await upload(resolved.postgres, tenant, "receipts")
    async with as_login(resolved.postgres, pipeline.logins[Stage.ARCHIVE]) as connection:
        found = await connection.execute("SELECT document_id::text FROM documents")
        assert await found.fetchall() == [(own,)]
        changed = await connection.execute("UPDATE documents SET state = 'RECOGNIZED'")
        assert changed.rowcount == 1


async def test_rotation_lets_the_new_password_in_and_the_old_one_not(
    opened: PostgresBackend, tenant: ValidatedTenant, resolved: ResolvedClass
) -> None:
    fresh = new_password(tenant.gateway.password)
    rotated = replace(tenant, gateway=replace(tenant.gateway, password=fresh))
    await converge(opened, opened.desire(rotated))
    async with as_login(resolved.postgres, rotated.gateway):
        pass
    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        async with as_login(resolved.postgres, tenant.gateway):
            pass


async def test_a_schema_of_somebody_else_is_left_alone(
    opened: PostgresBackend, resolved: ResolvedClass
) -> None:
    tenant = services.tenant(resolved)
    schema = sql.Identifier(names.schema(tenant.name))
    async with as_admin(resolved.postgres) as connection:
        await connection.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
        try:
            outcome = await converge(opened, opened.desire(services.absent(tenant)))
            assert outcome.applied == ()
            desired = opened.desire(tenant)
            plan = opened.diff(desired, await opened.observe(desired))
            assert [refusal.reason for refusal in plan.refusals] == [Reason.NAME_TAKEN]
            found = await connection.execute(
                "SELECT count(*) FROM pg_namespace WHERE nspname = %s", [names.schema(tenant.name)]
            )
            assert await found.fetchone() == (1,)
        finally:
            await connection.execute(sql.SQL("DROP SCHEMA {}").format(schema))


async def test_deleting_a_pipeline_takes_its_rows_and_login_and_no_others(
    opened: PostgresBackend, tenant: ValidatedTenant, resolved: ResolvedClass
) -> None:
    invoices, receipts = (services.pipeline(tenant, name) for name in ("invoices", "receipts"))
    async with services.made((opened,), invoices, receipts):
        gone = await upload(resolved.postgres, tenant, "invoices")
        await upload(resolved.postgres, tenant, "receipts")
        ids = await opened.document_ids(tenant.claim, "invoices", 10)
        assert ids == (gone,)
        await converge(opened, opened.desire(services.absent(invoices)))
        assert await count(resolved.postgres, tenant) == 1
        async with as_login(resolved.postgres, receipts.logins[Stage.ARCHIVE]):
            pass
        with pytest.raises(psycopg.OperationalError, match="authentication failed"):
            async with as_login(resolved.postgres, invoices.logins[Stage.ARCHIVE]):
                pass


async def test_retained_tenant_keeps_its_rows_and_loses_its_logins_and_comes_back(
    opened: PostgresBackend, tenant: ValidatedTenant, resolved: ResolvedClass
) -> None:
    await upload(resolved.postgres, tenant, "invoices")
    async with as_login(resolved.postgres, tenant.gateway) as session:
        await converge(opened, opened.desire(services.absent(tenant, retain=True)))
        with pytest.raises(psycopg.OperationalError):  # the session was ended as well
            await session.execute("SELECT 1")
    assert await count(resolved.postgres, tenant) == 1
    await converge(opened, opened.desire(tenant))
    async with as_login(resolved.postgres, tenant.gateway) as connection:
        found = await connection.execute("SELECT count(*) FROM documents")
        assert await found.fetchone() == (1,)


async def test_many_tenants_at_once_wait_for_nobody_for_ever(
    opened: PostgresBackend, resolved: ResolvedClass
) -> None:
    tenants = [services.tenant(resolved) for _ in range(12)]
    try:
        await asyncio.gather(*(converged(opened, opened.desire(one)) for one in tenants))
        again = await asyncio.gather(*(converged(opened, opened.desire(one)) for one in tenants))
        assert not any(outcome.applied for outcome in again)
    finally:
        gone = [opened.desire(services.absent(one)) for one in tenants]
        await asyncio.gather(*(converged(opened, one) for one in gone))


COUNTED: tuple[LiteralString, ...] = (
    "SELECT FROM pg_stat_activity",
    "SELECT FROM pg_stat_all_tables",
    "SELECT pg_stat_get_live_tuples('documents'::regclass)",
    "SELECT pg_relation_size('documents'::regclass)",
    "SELECT lo_from_bytea(0, 'a letter')",
)


@pytest.mark.parametrize("statement", COUNTED)
async def test_a_tenant_counts_nothing_of_others_and_leaves_them_no_letters(
    tenant: ValidatedTenant, resolved: ResolvedClass, statement: LiteralString
) -> None:
    async with as_login(resolved.postgres, tenant.gateway) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await connection.execute(statement)
