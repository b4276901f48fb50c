"""A class may give each tenant a database of its own: who gets in, whose it is, how it goes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql

from inkwell_api import names
from inkwell_api.class_endpoints import PostgresIsolation
from inkwell_api.conditions import Reason
from inkwell_api.names import Stage
from inkwell_operator.backends.postgres import PostgresBackend
from inkwell_operator.backends.postgres.probe import probe
from inkwell_operator.backends.run import converge, preview
from inkwell_operator.model.errors import AccessDenied, DependencyNotReady, Refused
from inkwell_operator.model.isolation import Canary, Verdict
from inkwell_operator.model.targets import PostgresTarget, ResolvedClass
from inkwell_operator.model.validate import ValidatedPipeline, ValidatedTenant
from support import backend_services as services
from support.backend_services import converged
from support.postgres_logins import as_admin, as_login, in_database, upload

pytestmark = pytest.mark.integration


@pytest.fixture
def isolation() -> PostgresIsolation:
    return PostgresIsolation.DATABASE


async def execute(target: PostgresTarget, tenant: ValidatedTenant, query: LiteralString) -> None:
    """Do something to the tenant's database, from the class's."""
    database = sql.Identifier(names.database(tenant.name))
    login = sql.Identifier(tenant.gateway.principal)
    async with as_admin(target) as session:
        await session.execute(sql.SQL(query).format(database=database, login=login))


async def exists(target: PostgresTarget, tenant: ValidatedTenant) -> bool:
    """Say whether there is a database of the tenant's name."""
    async with as_admin(target) as session:
        found = await session.execute(
            "SELECT FROM pg_database WHERE datname = %s", [names.database(tenant.name)]
        )
        return await found.fetchone() is not None


@asynccontextmanager
async def of_somebody_else(target: PostgresTarget, tenant: ValidatedTenant) -> AsyncIterator[None]:
    """Have a database of the tenant's name that nobody of ours made, with a table in it."""
    await execute(target, tenant, "CREATE DATABASE {database}")
    try:
        async with as_admin(target, tenant.name) as session:
            await session.execute("CREATE SCHEMA theirs CREATE TABLE accounts (x int)")
        yield
    finally:
        await execute(target, tenant, "DROP DATABASE IF EXISTS {database} WITH (FORCE)")


async def test_a_tenant_sees_nothing_of_another(
    opened: PostgresBackend,
    resolved: ResolvedClass,
    tenant: ValidatedTenant,
    pipeline: ValidatedPipeline,
) -> None:
    target, other = resolved.postgres, services.tenant(resolved)
    async with services.made((opened,), other):
        for login in (other.gateway, pipeline.logins[Stage.ARCHIVE]):
            own = other if login is other.gateway else tenant
            for database in {target.database} | {
                names.database(one.name) for one in (tenant, other) if one is not own
            }:
                with pytest.raises(psycopg.OperationalError, match="permission denied for data"):
                    async with in_database(target, login, database):
                        pass
        await upload(target, other, "invoices")
        async with (
            as_login(target, tenant.gateway) as here,
            as_login(target, other.gateway) as there,
        ):
            for session in (here, there):
                locked = await session.execute("SELECT pg_try_advisory_lock(1)")
                assert await locked.fetchone() == (True,), "each database has locks of its own"
            found = await here.execute(
                "SELECT DISTINCT nspname FROM pg_class c JOIN pg_namespace n"
                " ON n.oid = relnamespace WHERE nspname LIKE 'tenant%'"
            )
            assert await found.fetchall() == [(names.schema(tenant.name),)]
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await here.execute("CREATE TEMPORARY TABLE mine (x int)")


@pytest.mark.parametrize("adopts", [False, True])
async def test_a_database_of_somebody_else_is_left_alone_unless_it_is_adopted(
    opened: PostgresBackend, resolved: ResolvedClass, *, adopts: bool
) -> None:
    tenant = services.tenant(resolved)
    tenant = replace(tenant, claim=replace(tenant.claim, adopts=adopts))
    pipeline = services.pipeline(tenant)
    async with of_somebody_else(resolved.postgres, tenant):
        outcome = await converge(opened, opened.desire(tenant))
        if adopts:
            assert "mark" in outcome.applied[0]
            assert "CONNECT to PUBLIC" in outcome.applied[0]
            with pytest.raises(Refused, match=r"theirs\.accounts"):
                await converge(opened, opened.desire(services.absent(tenant)))
        else:
            (refusal,) = outcome.refusals
            assert (refusal.reason, outcome.applied) == (Reason.NAME_TAKEN, ())
            assert (await converge(opened, opened.desire(pipeline))).refusals
            assert (await converge(opened, opened.desire(services.absent(tenant)))).applied == ()
        assert await exists(resolved.postgres, tenant)
        async with as_admin(resolved.postgres, tenant.name) as session:
            await session.execute("SELECT FROM theirs.accounts")
            logins = await session.execute(
                "SELECT count(*) FROM pg_roles WHERE rolname LIKE %s", [f"{tenant.name}.%"]
            )
            assert await logins.fetchone() == (0,)


DRIFT: dict[LiteralString, str] = {
    "GRANT CONNECT ON DATABASE {database} TO PUBLIC": "-CONNECT to PUBLIC",
    "GRANT TEMPORARY ON DATABASE {database} TO registry": "-TEMPORARY to registry",
    "REVOKE CONNECT ON DATABASE {database} FROM CURRENT_USER": "+CONNECT of the operator",
    "ALTER DATABASE {database} ALLOW_CONNECTIONS false": "connections allowed no -> yes",
    "ALTER DATABASE {database} CONNECTION LIMIT 1": "connection limit 1 -> -1",
    "REVOKE CONNECT ON DATABASE {database} FROM {login}": "+CONNECT on",
    "GRANT TEMPORARY ON DATABASE {database} TO {login}": "-TEMPORARY on",
}


@pytest.mark.parametrize(("query", "words"), DRIFT.items())
async def test_what_others_change_of_a_database_is_shown_and_brought_back(
    resolved: ResolvedClass, tenant: ValidatedTenant, query: LiteralString, words: str
) -> None:
    await execute(resolved.postgres, tenant, query)
    later = PostgresBackend(resolved.postgres)
    try:
        (step,) = (await preview(later, later.desire(tenant))).planned
        assert words in step
        await converged(later, later.desire(tenant))
        assert (await preview(later, later.desire(tenant))).planned == ()
    finally:
        await later.aclose()
    async with as_login(resolved.postgres, tenant.gateway):
        pass


async def test_a_database_that_a_role_of_the_operators_owns_is_mended_once(
    resolved: ResolvedClass, tenant: ValidatedTenant
) -> None:
    database, role = sql.Identifier(names.database(tenant.name)), sql.Identifier(tenant.name)
    async with as_admin(resolved.postgres) as session:
        statements: tuple[LiteralString, ...] = (
            "CREATE ROLE {role} CREATEDB",
            "GRANT {role} TO CURRENT_USER WITH INHERIT TRUE, SET TRUE",
            "ALTER DATABASE {database} OWNER TO {role}",
            "GRANT CONNECT ON DATABASE {database} TO PUBLIC",
        )
        for statement in statements:
            await session.execute(sql.SQL(statement).format(database=database, role=role))
        later = PostgresBackend(resolved.postgres)
        try:
            await converged(later, later.desire(tenant))
            assert (await preview(later, later.desire(tenant))).planned == ()
        finally:
            await converge(later, later.desire(services.absent(tenant)))
            await later.aclose()
            await session.execute(sql.SQL("DROP ROLE {}").format(role))


async def test_a_database_goes_with_its_tenant_and_ends_what_others_do_in_it(
    opened: PostgresBackend, resolved: ResolvedClass, tenant: ValidatedTenant
) -> None:
    await upload(resolved.postgres, tenant, "invoices")
    await converge(opened, opened.desire(services.absent(tenant, retain=True)))
    assert await exists(resolved.postgres, tenant)
    with pytest.raises(psycopg.OperationalError):
        async with as_login(resolved.postgres, tenant.gateway):
            pass
    await execute(resolved.postgres, tenant, "ALTER DATABASE {database} ALLOW_CONNECTIONS false")
    planned = (await preview(opened, opened.desire(services.absent(tenant)))).planned
    assert len(planned) == 1, "it is opened first, for a login with rights in it cannot be dropped"
    await converged(opened, opened.desire(tenant))
    async with as_admin(resolved.postgres, tenant.name) as session:
        planned = (await preview(opened, opened.desire(services.absent(tenant)))).planned
        assert f"- database {names.database(tenant.name)} (loses data)" in planned
        await converge(opened, opened.desire(services.absent(tenant)))
        with pytest.raises(psycopg.OperationalError):
            await session.execute("SELECT")
    assert not await exists(resolved.postgres, tenant)


async def test_a_table_in_partitions_that_somebody_keeps_stops_the_drop(
    opened: PostgresBackend, resolved: ResolvedClass, tenant: ValidatedTenant
) -> None:
    async with as_admin(resolved.postgres, tenant.name) as session:
        await session.execute(
            "CREATE SCHEMA theirs CREATE TABLE accounts (id int, day date) PARTITION BY RANGE (day)"
        )
        await session.execute("CREATE TABLE theirs.today PARTITION OF theirs.accounts DEFAULT")
    absent = opened.desire(services.absent(tenant))
    with pytest.raises(Refused, match=r"theirs\.accounts"):
        await converge(opened, absent)
    async with as_admin(resolved.postgres, tenant.name) as session:
        await session.execute("DROP SCHEMA theirs CASCADE")


async def test_documents_in_a_database_that_is_closed_are_not_taken_for_none(
    opened: PostgresBackend, resolved: ResolvedClass, tenant: ValidatedTenant
) -> None:
    await upload(resolved.postgres, tenant, "invoices")
    await execute(resolved.postgres, tenant, "ALTER DATABASE {database} ALLOW_CONNECTIONS false")
    with pytest.raises(DependencyNotReady, match="ALLOW_CONNECTIONS true"):
        await opened.document_ids(tenant.claim, "invoices", 9)
    retained = services.absent(tenant, retain=True)
    await converged(opened, opened.desire(retained))
    assert (await preview(opened, opened.desire(retained))).planned == ()
    assert await opened.count_documents(tenant.claim, "invoices") == 1


async def test_what_a_crash_left_unfinished_is_finished_by_the_next_pass(
    opened: PostgresBackend, resolved: ResolvedClass
) -> None:
    tenant = services.tenant(resolved)
    unfinished: LiteralString = (
        "CREATE DATABASE {database} ALLOW_CONNECTIONS false CONNECTION LIMIT 0"
    )
    await execute(resolved.postgres, tenant, unfinished)
    pipeline = services.pipeline(tenant)
    waits = (await converge(opened, opened.desire(pipeline))).waits
    assert waits == (f"database {names.database(tenant.name)} is being made for its Tenant",)
    async with services.made((opened,), tenant, pipeline):
        await upload(resolved.postgres, tenant, "invoices")
        assert await opened.count_documents(tenant.claim, "invoices") == 1
    assert not await exists(resolved.postgres, tenant)
    assert await opened.count_documents(tenant.claim, "invoices") == 0


async def test_a_login_that_may_not_make_databases_is_told_what_it_needs(
    resolved: ResolvedClass,
) -> None:
    target, tenant = resolved.postgres, services.tenant(resolved)
    admin = replace(target.admin, username=tenant.name, password="made-for-this-test")
    role, database = sql.Identifier(tenant.name), sql.Identifier(target.database)
    async with as_admin(target) as session:
        make = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
        await session.execute(make.format(role, admin.password))
        await session.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, role))
        weak = PostgresBackend(replace(target, admin=admin))
        try:
            with pytest.raises(AccessDenied, match="CREATEDB on the operator's login"):
                await converge(weak, weak.desire(tenant))
        finally:
            await weak.aclose()
            revoke = sql.SQL("REVOKE ALL ON DATABASE {} FROM {}")
            await session.execute(revoke.format(database, role))
            await session.execute(sql.SQL("DROP ROLE {}").format(role))


async def test_a_probe_enters_the_canarys_database_where_it_is_open_to_everybody(
    opened: PostgresBackend, resolved: ResolvedClass, tenant: ValidatedTenant
) -> None:
    target, canary = resolved.postgres, services.tenant(resolved)
    async with services.made((opened,), canary):
        found = await probe(target, tenant.gateway, Canary(canary.name))
        assert {one.what: one.verdict for one in found} == {
            f"enters database {names.database(canary.name)} in PostgreSQL": Verdict.REFUSED,
            f"enters database {target.database} in PostgreSQL": Verdict.REFUSED,
        }
        await execute(target, canary, "GRANT CONNECT ON DATABASE {database} TO PUBLIC")
        found = await probe(target, tenant.gateway, Canary(canary.name))
        assert [one.verdict for one in found] == [Verdict.LET_IN, Verdict.REFUSED]
        wrong = replace(tenant.gateway, password="another")
        found = await probe(target, wrong, Canary(canary.name))
        assert {one.verdict for one in found} == {Verdict.UNKNOWN}


async def test_a_login_with_more_large_objects_than_the_server_has_locks_can_go(
    opened: PostgresBackend, resolved: ResolvedClass
) -> None:
    tenant = services.tenant(resolved)
    open_to_all: LiteralString = (
        "CREATE DATABASE {database} TEMPLATE template0 ALLOW_CONNECTIONS false CONNECTION LIMIT 0"
    )
    await execute(resolved.postgres, tenant, open_to_all)
    await converged(opened, opened.desire(tenant))
    async with as_login(resolved.postgres, tenant.gateway) as session:
        for _ in range(30):
            await session.execute("SELECT count(lo_create(0)) FROM generate_series(1, 3000)")
    await converge(opened, opened.desire(services.absent(tenant)))
    assert not await exists(resolved.postgres, tenant)
