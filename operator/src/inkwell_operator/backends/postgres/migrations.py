"""How a migration is run, in a tenant's schema or in one that is rolled back to look at it."""

from typing import Final

from inkwell_api.tables import Migration
from inkwell_operator.backends.postgres.client import SQL, Connection, Identifier, Literal
from inkwell_operator.backends.postgres.desire import EXTENSIONS_SCHEMA

_TIMEOUT: Final = "10min"
TIMEOUT_SECONDS: Final = 630.0
"""Deadline of the transaction that runs one migration."""


async def run_migration(connection: Connection, schema: str, migration: Migration) -> None:
    """Run a migration with its row in `schema_migrations`; one that has its row is not run."""
    await use_schema(connection, schema)
    await connection.execute(SQL("SET LOCAL statement_timeout TO {}").format(Literal(_TIMEOUT)))
    await connection.execute(
        "CREATE TABLE IF NOT EXISTS schema_migrations"
        " (number integer PRIMARY KEY, name text NOT NULL,"
        " applied_at timestamptz NOT NULL DEFAULT now())"
    )
    row = await connection.execute(
        "INSERT INTO schema_migrations (number, name) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        [migration.number, migration.name],
    )
    if row.rowcount:
        await connection.execute(migration.sql.encode())


async def use_schema(connection: Connection, schema: str) -> None:
    """Let names without a schema mean those of `schema`, until the transaction ends."""
    path = [Identifier(schema), Identifier(EXTENSIONS_SCHEMA)]
    await connection.execute(SQL("SET LOCAL search_path TO {}, {}").format(*path))
