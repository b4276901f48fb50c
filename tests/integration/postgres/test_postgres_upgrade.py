"""A schema of version 0.1 with rows in it, and what pipelines could do to each other there."""

from collections.abc import AsyncIterator
from typing import Any, LiteralString
from uuid import UUID

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool

from inkwell_api import names
from inkwell_api.names import Stage
from inkwell_api.tables import Migration, postgres_migrations
from inkwell_archive.postgres import translated
from inkwell_gateway.register import Register
from inkwell_operator.backends.postgres import PostgresBackend
from inkwell_operator.backends.postgres import desire as desired_state
from inkwell_operator.backends.run import converge, preview
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.model.validate import ValidatedPipeline, ValidatedTenant
from support import backend_services as services
from support import make
from support.postgres_logins import Session, as_admin, as_login, count, upload

pytestmark = pytest.mark.integration

RESULT: LiteralString = (
    "INSERT INTO {schema}.results"
    " (document_id, pipeline, result, fields, engine, extraction_sha256)"
    " VALUES (%s, %s, %s, '{{}}', 'Rules', '')"
)
RECORDS: LiteralString = (
    "INSERT INTO {schema}.document_history (document_id, pipeline, state) VALUES (%s, %s, 'FAILED')"
)


async def write(
    session: Session, tenant: ValidatedTenant, statement: LiteralString, *values: Any
) -> None:
    schema = sql.Identifier(names.schema(tenant.name))
    await session.execute(sql.SQL(statement).format(schema=schema), values)


@pytest.fixture
def first_version(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Let the operator know the migrations and write the marks of version 0.1 alone."""

    def only_first() -> tuple[Migration, ...]:
        return postgres_migrations()[:1]

    monkeypatch.setattr(desired_state, "postgres_migrations", only_first)
    return monkeypatch


@pytest.fixture
async def old_tenant(
    first_version: pytest.MonkeyPatch, resolved: ResolvedClass
) -> AsyncIterator[ValidatedTenant]:
    """Give a tenant as version 0.1 left it, with two documents; the operator is the new one."""
    tenant = services.tenant(resolved)
    old = PostgresBackend(resolved.postgres)
    gateway_alone = old.desire(tenant)
    async with services.made((old,), tenant):
        invoice = await upload(resolved.postgres, tenant, "invoices")
        receipt = await upload(resolved.postgres, tenant, "receipts")
        schema = names.schema(tenant.name)
        facts = desired_state.digest_of(gateway_alone.migrations)
        async with as_admin(resolved.postgres) as session:
            for document_id, pipeline in ((invoice, "invoices"), (receipt, "receipts")):
                await write(session, tenant, RESULT, document_id, pipeline, Jsonb({"total": 1}))
                await write(session, tenant, RECORDS, document_id, pipeline)
            await write(session, tenant, RECORDS, invoice, "receipts")  # forged
            await session.execute(
                sql.SQL("COMMENT ON SCHEMA {} IS {}").format(
                    sql.Identifier(schema), f"inkwell.dev/tenant={tenant.name} {facts}"
                )
            )
        first_version.undo()
        yield tenant
    await old.aclose()


async def test_rows_of_version_0_1_are_kept_but_those_that_another_pipeline_forged(
    old_tenant: ValidatedTenant, resolved: ResolvedClass
) -> None:
    new = PostgresBackend(resolved.postgres)
    try:
        outcome = await converge(new, new.desire(old_tenant))
        for migration in ("0002_pipelines_apart", "0003_digests", "0004_page_routes"):
            assert any(f"migration {migration}" in step for step in outcome.applied)
        assert not outcome.refusals
        assert (await preview(new, new.desire(old_tenant))).planned == ()
    finally:
        await new.aclose()
    rows = [await count(resolved.postgres, old_tenant, table) for table in ("documents", "results")]
    assert rows == [2, 2]
    assert await count(resolved.postgres, old_tenant, "document_history") == 2


async def test_a_schema_whose_mark_is_gone_is_taken_over_with_the_migrations_that_ran(
    opened: PostgresBackend, tenant: ValidatedTenant, resolved: ResolvedClass
) -> None:
    await upload(resolved.postgres, tenant, "invoices")
    async with as_admin(resolved.postgres) as session:
        await write(session, tenant, "COMMENT ON SCHEMA {schema} IS NULL")
    assert (await preview(opened, opened.desire(tenant))).refusals
    adopting = make.tenant(tenant.name, of=resolved, password=tenant.gateway.password, adopt=True)
    await converge(opened, opened.desire(adopting))
    assert (await preview(opened, opened.desire(tenant))) == (
        await preview(opened, opened.desire(adopting))
    )
    assert await count(resolved.postgres, tenant) == 1


async def test_the_server_names_the_function_by_which_the_archive_tells_row_security(
    tenant: ValidatedTenant, pipeline: ValidatedPipeline, resolved: ResolvedClass
) -> None:
    document_id = await upload(resolved.postgres, tenant, "receipts")
    async with as_login(resolved.postgres, pipeline.logins[Stage.ARCHIVE]) as session:
        with pytest.raises(psycopg.errors.InsufficientPrivilege) as of_row:
            await write(session, tenant, RECORDS, document_id, "receipts")
        with pytest.raises(psycopg.errors.InsufficientPrivilege) as of_table:
            await session.execute("DELETE FROM documents")
    assert getattr(translated(of_row.value), "cause", "") == "row-refused"
    assert getattr(translated(of_table.value), "cause", "") == "postgres-denied"


async def test_an_archive_that_knows_of_no_digests_writes_as_before(
    tenant: ValidatedTenant, pipeline: ValidatedPipeline, resolved: ResolvedClass
) -> None:
    """Its pods serve on until the last of them is replaced."""
    document_id = await upload(resolved.postgres, tenant, "invoices")
    schema = names.schema(tenant.name)
    async with as_login(resolved.postgres, pipeline.logins[Stage.ARCHIVE]) as session:
        await session.execute(sql.SQL("SET search_path TO {}").format(sql.Identifier(schema)))
        await session.execute(
            "UPDATE documents SET state = 'RECOGNIZED', page_count = 1 WHERE document_id = %s",
            [document_id],
        )
        for table in ("results", "result_history"):
            statement = sql.SQL(
                "INSERT INTO {} (document_id, pipeline, version, result, fields, findings, engine,"
                " model, extraction_sha256, archived_at)"
                " VALUES (%s, 'invoices', 1, '{{}}', '{{}}', '[]', 'Rules', '', '', now())"
            )
            await session.execute(statement.format(sql.Identifier(table)), [document_id])
        row = await session.execute(
            "SELECT d.pages_sha256, h.record_sha256 FROM documents d JOIN result_history h"
            " USING (pipeline, document_id)"
        )
        assert await row.fetchall() == [(None, None)]


async def test_digests_are_written_by_the_archive_alone(
    tenant: ValidatedTenant, pipeline: ValidatedPipeline, resolved: ResolvedClass
) -> None:
    document_id = await upload(resolved.postgres, tenant, "invoices")
    statement: LiteralString = (
        "UPDATE {schema}.documents SET pages_sha256 = repeat('a', 64) WHERE document_id = %s"
    )
    async with as_login(resolved.postgres, pipeline.logins[Stage.ARCHIVE]) as session:
        await write(session, tenant, statement, document_id)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await write(session, tenant, "UPDATE {schema}.result_history SET record_sha256 = NULL")
    async with as_login(resolved.postgres, tenant.gateway) as session:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await write(session, tenant, statement, document_id)


async def test_the_gateway_reads_of_a_document_what_its_own_pipeline_wrote(
    tenant: ValidatedTenant, resolved: ResolvedClass
) -> None:
    document_id = await upload(resolved.postgres, tenant, "invoices")
    async with as_admin(resolved.postgres) as session:
        await write(session, tenant, RESULT, document_id, "invoices", Jsonb({"total": 1}))
        await write(session, tenant, RECORDS, document_id, "invoices")
    parameters = {
        "host": resolved.postgres.host,
        "port": resolved.postgres.port,
        "dbname": resolved.postgres.database,
        "user": tenant.gateway.principal,
        "password": tenant.gateway.password,
        "sslmode": "verify-full",
        "sslrootcert": str(resolved.postgres.admin.ca_file),
        "row_factory": dict_row,
    }
    async with AsyncConnectionPool(
        kwargs=parameters, connection_class=psycopg.AsyncConnection[DictRow], min_size=0, max_size=1
    ) as pool:
        register = Register(pool)
        for pipeline, lines in (("invoices", 1), ("receipts", 0)):
            assert len(await register.history(pipeline, UUID(document_id))) == lines
            found = await register.result(pipeline, UUID(document_id))
            assert (found is not None) == bool(lines)


async def test_a_pipelines_login_writes_nothing_about_anothers_document_and_blocks_nobody(
    opened: PostgresBackend,
    tenant: ValidatedTenant,
    pipeline: ValidatedPipeline,
    resolved: ResolvedClass,
) -> None:
    other = services.pipeline(tenant, "receipts")
    document_id = await upload(resolved.postgres, tenant, pipeline.pipeline)
    async with (
        services.made((opened,), other),
        as_login(resolved.postgres, other.logins[Stage.ARCHIVE]) as forger,
    ):
        for wanted in ("receipts", pipeline.pipeline):
            refusals = (
                psycopg.errors.ForeignKeyViolation,
                psycopg.errors.InsufficientPrivilege,
            )
            with pytest.raises(refusals):
                await write(forger, tenant, RESULT, document_id, wanted, Jsonb({"forged": 1}))
            with pytest.raises(refusals):
                await write(forger, tenant, RECORDS, document_id, wanted)
        # A statement that never ends holds what it wrote so far.
        await forger.execute("BEGIN")
        await write(
            forger,
            tenant,
            "INSERT INTO {schema}.outbox (number, event_id, pipeline, kind, message)"
            " OVERRIDING SYSTEM VALUE SELECT n, %s, 'receipts', 'archived', '{{}}'"
            " FROM generate_series(1, 1) n",
            document_id,
        )
        async with as_login(resolved.postgres, pipeline.logins[Stage.ARCHIVE]) as owner:
            await owner.execute("SET lock_timeout = '2s'")
            await write(
                owner,
                tenant,
                "INSERT INTO {schema}.outbox (event_id, pipeline, kind, message)"
                " VALUES (%s, 'invoices', 'archived', '{{}}')",
                document_id,
            )
            await write(owner, tenant, RESULT, document_id, pipeline.pipeline, Jsonb({"total": 1}))
    assert await count(resolved.postgres, tenant, "results") == 1
