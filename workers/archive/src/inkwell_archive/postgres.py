"""The connection pool of the tenant's schema, and what PostgreSQL's errors mean for a document."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool

from inkwell_api.stage_env import PostgresAccess
from inkwell_worker.connections import Connections
from inkwell_worker.stage import Poison, Retryable, Unavailable

Pool = ConnectionPool[psycopg.Connection[DictRow]]

_WAIT_SECONDS: Final = 10.0
_FREE_OF_CHARGE: Final = (
    "08",
    "28",
    "3D",
    "3F",
    "40",
    "42P01",
    "42703",
    "53",
    "55",
    "57",
    "58",
    "XX",
)
"""SQLSTATE prefixes of trouble that no document causes.

Connection, login, a schema that is being made, locks, resources, shutdown.
"""

_ROW_SECURITY: Final = "ExecWithCheckOptions"
"""Function of the server that refuses a row by row security; its words depend on the locale."""


def open_pool(connections: Connections, access: PostgresAccess, size: int) -> Pool:
    """Open a pool that connects in the background.

    The password is read again for each new connection.
    """

    def parameters() -> dict[str, Any]:
        return {**connections.postgres_parameters(access), "row_factory": dict_row}

    return ConnectionPool(
        kwargs=parameters,
        connection_class=psycopg.Connection[DictRow],
        min_size=0,
        max_size=size,
        timeout=_WAIT_SECONDS,
        max_idle=60.0,
        check=ConnectionPool.check_connection,
        open=True,
    )


@contextmanager
def transaction(pool: Pool) -> Iterator[psycopg.Connection[DictRow]]:
    """Give a connection with a transaction that is committed at the end of the block.

    Raises:
        Unavailable: PostgreSQL is away, refuses the login or a right on a table, or gives up a
            lock.
        Poison: a value cannot be stored, such as a text with a NUL.
        Retryable: a constraint of the schema or row security refused the row.
    """
    try:
        with pool.connection() as connection, connection.transaction():
            yield connection
    except psycopg.Error as error:
        raise translated(error) from error


def translated(error: psycopg.Error) -> Exception:
    """Say what an error means for the document whose transaction it ended."""
    state = error.sqlstate or ""
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError) or state.startswith(
        _FREE_OF_CHARGE
    ):
        return Unavailable("postgres-away", f"PostgreSQL does not serve ({type(error).__name__})")
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return _denied(error)
    if isinstance(error, psycopg.DataError):
        return Poison(
            "unstorable-result", f"PostgreSQL cannot store a value ({type(error).__name__})"
        )
    return Retryable("postgres-refused", f"PostgreSQL refused a write ({type(error).__name__})")


def _denied(error: psycopg.errors.InsufficientPrivilege) -> Exception:
    """Tell a row that this login may not write from a right on a table that the login lacks.

    Both have one SQLSTATE. The first is about the document, which pays for its tries; the second is
    about the login: the operator gives the right back, and no document pays.
    """
    if error.diag.source_function == _ROW_SECURITY:
        return Retryable("row-refused", "row security refuses to have this row written")
    return Unavailable("postgres-denied", "PostgreSQL denies this login a right on a table")
