"""What of others hangs on a tenant's schema in a real PostgreSQL, and stops its removal."""

from collections.abc import AsyncIterator

import pytest
from psycopg import sql

from inkwell_api import names
from inkwell_operator.backends.postgres import PostgresBackend
from inkwell_operator.backends.postgres.dependents import refuse_dependents
from inkwell_operator.backends.run import converge
from inkwell_operator.model.errors import Refused
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.model.validate import ValidatedTenant
from support import backend_services as services
from support.postgres_logins import Session, as_admin, count, upload

pytestmark = pytest.mark.integration

OWN = """
CREATE VIEW {own}.v AS SELECT * FROM {own}.documents;
CREATE TYPE {own}.colour AS ENUM ('red');
CREATE DOMAIN {own}.positive AS int CHECK (value > 0);
CREATE SEQUENCE {own}.number;
CREATE FUNCTION {own}.one(x int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE FUNCTION {own}.pass() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TABLE {own}.uses (
    c {own}.colour, p {own}.positive, t text, g int GENERATED ALWAYS AS ({own}.one(1)) STORED,
    i int GENERATED ALWAYS AS IDENTITY
);
CREATE TABLE {own}.parts (a int, t text) PARTITION BY RANGE (a);
CREATE TABLE {own}.part PARTITION OF {own}.parts FOR VALUES FROM (0) TO (9);
CREATE INDEX ON {own}.parts (a);
ALTER DEFAULT PRIVILEGES IN SCHEMA {own} GRANT SELECT ON TABLES TO PUBLIC;
"""
"""Whatever of its own may stand in a schema besides what the migrations make."""

HARMLESS = {
    "nothing": "SELECT",
    "a key of ours to another's table": (
        "CREATE TABLE {other}.o (id int PRIMARY KEY);"
        "CREATE TABLE {own}.k (id int REFERENCES {other}.o)"
    ),
    "a publication": "CREATE PUBLICATION {other} FOR TABLE {own}.documents",
    "statistics": "CREATE STATISTICS {other}.s ON document_id, pipeline FROM {own}.documents",
    "what a session has for itself": (
        "CREATE TEMP VIEW own_view AS SELECT * FROM {own}.documents;"
        "CREATE TEMP TABLE own_table (d {own}.documents)"
    ),
}

TAKEN = {
    "view": ("CREATE VIEW {other}.x AS SELECT * FROM {own}.documents", "view {other}.x"),
    "materialized view of a view": (
        "CREATE MATERIALIZED VIEW {other}.x AS SELECT * FROM {own}.v",
        "materialized view {other}.x",
    ),
    "foreign key": (
        "CREATE TABLE {other}.x (id uuid REFERENCES {own}.documents (document_id))",
        "constraint x_id_fkey on table {other}.x",
    ),
    "function in a default": (
        (
            "CREATE TABLE {other}.x (a int, b int DEFAULT {own}.one(1));"
            "CREATE VIEW {other}.y AS SELECT a FROM {other}.x"
        ),
        "default value for column b of table {other}.x",
    ),
    "function in a generated column": (
        "CREATE TABLE {other}.x (a int, b int GENERATED ALWAYS AS ({own}.one(1)) STORED)",
        "column b of table {other}.x",
    ),
    "function in a check": (
        "CREATE TABLE {other}.x (a int CHECK ({own}.one(a) > 0))",
        "constraint x_a_check on table {other}.x",
    ),
    "function in an index": (
        "CREATE TABLE {other}.x (a int); CREATE INDEX y ON {other}.x ({own}.one(a))",
        "index {other}.y",
    ),
    "function in a policy": (
        "CREATE TABLE {other}.x (a int); CREATE POLICY y ON {other}.x USING ({own}.one(a) > 0)",
        "policy y on table {other}.x",
    ),
    "function of a trigger": (
        (
            "CREATE TABLE {other}.x (a int); CREATE TRIGGER y BEFORE INSERT ON {other}.x"
            " FOR EACH ROW EXECUTE FUNCTION {own}.pass()"
        ),
        "trigger y on table {other}.x",
    ),
    "table in a rule": (
        (
            "CREATE TABLE {other}.x (a int);"
            "CREATE RULE y AS ON INSERT TO {other}.x DO ALSO SELECT * FROM {own}.documents"
        ),
        "rule y on table {other}.x",
    ),
    "table in a function": (
        (
            "CREATE FUNCTION {other}.x() RETURNS bigint LANGUAGE sql BEGIN ATOMIC"
            " SELECT count(*) FROM {own}.documents; END"
        ),
        "function {other}.x()",
    ),
    "type": (
        (
            "CREATE TABLE {other}.x (a int, b {own}.colour);"
            "CREATE VIEW {other}.y AS SELECT a FROM {other}.x"
        ),
        "column b of table {other}.x",
    ),
    "domain": ("CREATE DOMAIN {other}.x AS {own}.positive", "type {other}.x"),
    "sequence": (
        "CREATE TABLE {other}.x (a int DEFAULT nextval('{own}.number'))",
        "default value for column a of table {other}.x",
    ),
    "part of a table": (
        "CREATE TABLE {other}.x PARTITION OF {own}.parts FOR VALUES FROM (10) TO (19)",
        "index {other}.x_a_idx, table {other}.x",
    ),
}


@pytest.fixture
async def beside(tenant: ValidatedTenant, resolved: ResolvedClass) -> AsyncIterator[Session]:
    """Give a transaction with another schema, in which anything may be made; it is rolled back."""
    async with as_admin(resolved.postgres) as session:
        await session.execute("BEGIN")
        await run(session, tenant, f"CREATE SCHEMA {{other}};{OWN}")
        yield session
        await session.rollback()


def placed(text: str, tenant: ValidatedTenant) -> str:
    own = names.schema(tenant.name)
    return text.format(own=own, other=f"beside_{own}")


async def run(session: Session, tenant: ValidatedTenant, statements: str) -> None:
    await session.execute(placed(statements, tenant).encode())


@pytest.mark.parametrize("statements", HARMLESS.values(), ids=HARMLESS)
async def test_what_loses_nothing_stops_no_removal(
    beside: Session, tenant: ValidatedTenant, statements: str
) -> None:
    await run(beside, tenant, statements)
    await refuse_dependents(beside, names.schema(tenant.name))


@pytest.mark.parametrize("case", TAKEN)
async def test_what_would_go_along_is_named_and_nothing_else(
    beside: Session, tenant: ValidatedTenant, case: str
) -> None:
    statements, named = TAKEN[case]
    await run(beside, tenant, statements)
    with pytest.raises(Refused) as refused:
        await refuse_dependents(beside, names.schema(tenant.name))
    assert refused.value.message.partition("drop or move ")[2] == placed(named, tenant)


async def test_of_much_that_would_go_along_the_tables_are_named_first(
    beside: Session, tenant: ValidatedTenant
) -> None:
    await run(beside, tenant, "CREATE TABLE {other}.x () INHERITS ({own}.documents)")
    with pytest.raises(Refused) as refused:
        await refuse_dependents(beside, names.schema(tenant.name))
    first, *_, last = refused.value.message.partition("drop or move ")[2].split(", ")
    assert first == placed("table {other}.x", tenant)
    assert last.endswith(" more")


async def test_a_deletion_waits_for_what_others_made_of_a_tenants_tables(
    opened: PostgresBackend, tenant: ValidatedTenant, resolved: ResolvedClass
) -> None:
    await upload(resolved.postgres, tenant, "invoices")
    gone = opened.desire(services.absent(tenant))
    async with as_admin(resolved.postgres) as session:
        await run(session, tenant, "CREATE SCHEMA {other}")
        try:
            view = "CREATE VIEW {other}.report AS SELECT state, pipeline FROM {own}.documents"
            await run(session, tenant, view)
            for _ in range(2):
                with pytest.raises(Refused, match=placed("view {other}.report", tenant)):
                    await converge(opened, gone)
            assert await count(resolved.postgres, tenant) == 1
            await run(session, tenant, "SELECT * FROM {other}.report; DROP VIEW {other}.report")
            await converge(opened, gone)
            found = await session.execute(
                "SELECT FROM pg_namespace WHERE nspname = %s", [names.schema(tenant.name)]
            )
            assert await found.fetchone() is None
        finally:
            beside = sql.Identifier(placed("{other}", tenant))
            await session.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(beside))
