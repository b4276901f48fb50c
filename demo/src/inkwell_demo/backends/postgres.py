"""Tables of a tenant in PostgreSQL, with their rows counted."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql

from inkwell_demo.backends.login import Login


@dataclass(frozen=True, slots=True)
class Table:
    """A table and how many rows it has."""

    name: str
    rows: int


@contextmanager
def connection(login: Login, database: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Open a connection that ends with the block; the server's certificate and name are checked."""
    with tempfile.NamedTemporaryFile("w", suffix=".crt", encoding="ascii") as authority:
        authority.write(login.ca)
        authority.flush()
        opened = psycopg.connect(
            host=login.host,
            port=login.port,
            user=login.username,
            password=login.password,
            dbname=database,
            sslmode="verify-full",
            sslrootcert=authority.name if login.ca else "system",
            connect_timeout=30,
        )
    with opened:
        yield opened


def tables(login: Login, database: str, schema: str) -> tuple[Table, ...]:
    """List the tables of a schema; none when there is no such schema.

    Row security hides a table's rows from all but its pipeline; what the login may not see is not
    counted.
    """
    with connection(login, database) as opened:
        names = opened.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY tablename", (schema,)
        ).fetchall()
        return tuple(Table(str(name), _count(opened, schema, str(name))) for (name,) in names)


def _count(opened: psycopg.Connection[tuple[object, ...]], schema: str, table: str) -> int:
    query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))
    found = opened.execute(query).fetchone()
    return int(str(found[0])) if found else 0
