"""What others change in PostgreSQL is seen, shown and brought back, on the real service."""

from typing import LiteralString

import psycopg
import pytest
from psycopg import sql

from inkwell_api import names
from inkwell_api.class_endpoints import PostgresIsolation
from inkwell_api.names import Stage
from inkwell_operator.backends.postgres import PostgresBackend
from inkwell_operator.backends.run import converge, preview
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.model.validate import ValidatedPipeline, ValidatedTenant
from support import backend_services as services
from support.postgres_logins import Session, as_admin, as_login, count, upload

pytestmark = pytest.mark.integration
SCHEMA, DATABASE = PostgresIsolation

DRIFT: dict[str, LiteralString] = {
    "a right too many": "GRANT DELETE ON {schema}.documents TO {login}",
    "a right to hand on": "GRANT SELECT ON {schema}.documents TO {login} WITH GRANT OPTION",
    "a column too many": "GRANT UPDATE (state) ON {schema}.documents TO {login}",
    "a right on a sequence": "GRANT USAGE ON {schema}.outbox_number_seq TO {login}",
    "a right on a function": "GRANT EXECUTE ON FUNCTION {schema}.may_see(text) TO {login}",
    "a right to make tables": "GRANT CREATE ON SCHEMA {schema} TO {login}",
    "a right too few": "REVOKE SELECT ON {schema}.documents FROM {login}",
    "no way in": "ALTER ROLE {login} NOLOGIN",
    "other settings": "ALTER ROLE {login} SET statement_timeout TO '1h'",
    "further settings": "ALTER ROLE {login} SET work_mem TO '1GB'",
    "settings of the database": "ALTER ROLE {login} IN DATABASE {database} SET work_mem TO '1GB'",
    "more connections": "ALTER ROLE {login} CONNECTION LIMIT -1",
    "inherited rights": "ALTER ROLE {login} INHERIT",
    "a password that ended": "ALTER ROLE {login} VALID UNTIL '2020-01-01'",
    "a password that will end": "ALTER ROLE {login} VALID UNTIL '2100-01-01'",
    "another password": "ALTER ROLE {login} PASSWORD 'other'",
    "a login that is gone": "DROP OWNED BY {login}; DROP ROLE {login}",
    "the schema for everybody": "GRANT USAGE ON SCHEMA {schema} TO PUBLIC",
    "tables for everybody": "GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO PUBLIC",
    "a column for everybody": "GRANT SELECT (state) ON {schema}.documents TO PUBLIC",
    "a sequence for everybody": "GRANT USAGE ON SEQUENCE {schema}.outbox_number_seq TO PUBLIC",
    "tables for a role without a dot": "GRANT SELECT ON {schema}.documents TO registry",
    "what will be made for everybody": (
        "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT ON TABLES TO PUBLIC"
    ),
    "no function for anybody": "REVOKE EXECUTE ON FUNCTION {schema}.may_see(text) FROM PUBLIC",
    "row security off": "ALTER TABLE {schema}.results DISABLE ROW LEVEL SECURITY",
    "row security not forced": "ALTER TABLE {schema}.results NO FORCE ROW LEVEL SECURITY",
    "a policy gone": "DROP POLICY own_pipeline ON {schema}.results",
    "a policy wider": "ALTER POLICY own_pipeline ON {schema}.results USING (true)",
    "a policy more": "CREATE POLICY open ON {schema}.results FOR SELECT USING (true)",
    "a trigger gone": "DROP TRIGGER documents_transition ON {schema}.documents",
    "a trigger off": "ALTER TABLE {schema}.documents DISABLE TRIGGER documents_start",
    "a trigger more": (
        "CREATE TRIGGER other BEFORE INSERT ON {schema}.results"
        " FOR EACH ROW EXECUTE FUNCTION {schema}.refuse_other_start()"
    ),
    "a rule": "CREATE RULE lose AS ON INSERT TO {schema}.results DO INSTEAD NOTHING",
    "a function otherwise": (
        "CREATE OR REPLACE FUNCTION {schema}.may_see(row_pipeline text) RETURNS boolean"
        " LANGUAGE sql STABLE RETURN true"
    ),
    "a key gone": "ALTER TABLE {schema}.results DROP CONSTRAINT results_document_fkey",
    "a key more": "ALTER TABLE {schema}.results ADD CHECK (version < 2)",
    "an index gone": "DROP INDEX {schema}.documents_by_time",
}
IN_BOTH = (
    "a right too few",
    "no way in",
    "settings of the database",
    "another password",
    "a login that is gone",
    "tables for everybody",
    "what will be made for everybody",
    "row security off",
)
"""Where a tenant's own database could make a difference; the rest is the same SQL in it."""


async def change(
    session: Session, tenant: ValidatedTenant, statement: LiteralString, login: str = ""
) -> None:
    """Change something as a person with the operator's rights would."""
    role = sql.Identifier(login or tenant.gateway.principal)
    database = sql.Identifier(tenant.resolved.postgres.database_of(tenant.name))
    schema = sql.Identifier(names.schema(tenant.name))
    if "DROP OWNED" in statement:
        member = sql.SQL("GRANT {} TO CURRENT_USER WITH INHERIT TRUE").format(role)
        await session.execute(member)
    named = sql.SQL(statement).format(login=role, schema=schema, database=database)
    await session.execute(named)


@pytest.mark.parametrize(
    ("isolation", "statement"),
    [pytest.param(SCHEMA, statement, id=name) for name, statement in DRIFT.items()]
    + [pytest.param(DATABASE, DRIFT[name], id=f"{name}, own database") for name in IN_BOTH],
)
async def test_drift_is_seen_shown_and_repaired(
    resolved: ResolvedClass, tenant: ValidatedTenant, statement: LiteralString
) -> None:
    async with as_admin(resolved.postgres, tenant.name) as session:
        await change(session, tenant, statement)
    later = PostgresBackend(resolved.postgres)  # as at the next resync: nothing is remembered
    try:
        desired = later.desire(tenant)
        plan = later.diff(desired, await later.observe(desired))
        assert plan.steps
        assert all(step.fields or "gone" in statement or "DROP" in statement for step in plan.steps)
        await converge(later, desired)
        assert later.diff(desired, await later.observe(desired)).is_empty
    finally:
        await later.aclose()
    async with as_login(resolved.postgres, tenant.gateway) as session:
        await session.execute("SELECT FROM documents")


async def test_a_right_on_anothers_schema_is_taken_by_either_of_the_two(
    opened: PostgresBackend, resolved: ResolvedClass, tenant: ValidatedTenant
) -> None:
    other = services.tenant(resolved)
    async with services.made((opened,), other):
        async with as_admin(resolved.postgres, tenant.name) as session:
            for statement in (
                "GRANT USAGE ON SCHEMA {schema} TO {login}",
                "GRANT SELECT ON {schema}.documents TO {login}",
            ):
                await change(session, tenant, statement, other.gateway.principal)
        for victim in (tenant, other):
            assert (await preview(opened, opened.desire(victim))).planned
        await converge(opened, opened.desire(tenant))
        table = sql.Identifier(names.schema(tenant.name), "documents")
        async with as_login(resolved.postgres, other.gateway) as session:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await session.execute(sql.SQL("SELECT FROM {}").format(table))
        assert not (await preview(opened, opened.desire(other))).planned


@pytest.mark.parametrize("isolation", PostgresIsolation)
async def test_what_a_login_does_to_itself_is_undone_within_a_resync(
    resolved: ResolvedClass, pipeline: ValidatedPipeline
) -> None:
    login = pipeline.logins[Stage.ARCHIVE]
    async with as_login(resolved.postgres, login) as session:
        await session.execute("ALTER ROLE current_user PASSWORD 'mine'")
        await session.execute("ALTER ROLE current_user SET statement_timeout = 0")
        database = sql.Identifier(resolved.postgres.database_of(pipeline.tenant))
        setting = sql.SQL("ALTER ROLE current_user IN DATABASE {} SET work_mem = '1GB'")
        await session.execute(setting.format(database))
    later = PostgresBackend(resolved.postgres)
    try:
        outcome = await converge(later, later.desire(pipeline))
    finally:
        await later.aclose()
    (step,) = outcome.applied
    assert "password, " in step
    assert "statement_timeout 0 -> 30s" in step
    assert "-work_mem in this database 1GB" in step
    async with as_login(resolved.postgres, login):
        pass


async def test_a_login_that_uses_up_its_connections_is_not_taken_for_another_password(
    resolved: ResolvedClass, tenant: ValidatedTenant
) -> None:
    async with as_admin(resolved.postgres, tenant.name) as session:
        await change(session, tenant, "ALTER ROLE {login} CONNECTION LIMIT 0")
    later = PostgresBackend(resolved.postgres)
    try:
        outcome = await preview(later, later.desire(tenant))
    finally:
        await later.aclose()
    (step,) = outcome.planned
    assert "password" not in step


async def test_a_table_that_is_gone_is_refused_with_what_to_do_and_all_else_goes_on(
    opened: PostgresBackend, resolved: ResolvedClass, tenant: ValidatedTenant
) -> None:
    await upload(resolved.postgres, tenant, "invoices")
    async with as_admin(resolved.postgres, tenant.name) as session:
        await change(session, tenant, "DROP TABLE {schema}.results")
        await change(session, tenant, "ALTER TABLE {schema}.documents DROP COLUMN file_name")
        await change(session, tenant, "GRANT SELECT ON {schema}.documents TO PUBLIC")
    outcome = await preview(opened, opened.desire(tenant))
    messages = " ".join(refusal.message for refusal in outcome.refusals)
    assert "table results of schema" in messages
    assert "column documents.file_name of schema" in messages
    assert any("to PUBLIC" in step for step in outcome.planned)
    assert await count(resolved.postgres, tenant) == 1


@pytest.mark.parametrize("isolation", PostgresIsolation)
async def test_an_empty_schema_that_lost_its_tables_is_made_anew(
    opened: PostgresBackend, resolved: ResolvedClass, tenant: ValidatedTenant
) -> None:
    async with as_admin(resolved.postgres, tenant.name) as session:
        await change(session, tenant, "DROP SCHEMA {schema} CASCADE")
    await converge(opened, opened.desire(tenant))
    await upload(resolved.postgres, tenant, "invoices")
    assert await count(resolved.postgres, tenant) == 1
