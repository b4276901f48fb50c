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
    "42501",
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
        Unavailable: PostgreSQL is away, refuses the login, or gives up a lock.
        Poison: a value cannot be stored, such as a text with a NUL.
        Retryable: a constraint of the schema was hurt.
    """
    try:
        with pool.connection() as connection, connection.transaction():
            yield connection
    except psycopg.Error as error:
        raise _translated(error) from error


def _translated(error: psycopg.Error) -> Exception:
    state = error.sqlstate or ""
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError) or state.startswith(
        _FREE_OF_CHARGE
    ):
        return Unavailable("postgres-away", f"PostgreSQL does not serve ({type(error).__name__})")
    if isinstance(error, psycopg.DataError):
        return Poison(
            "unstorable-result", f"PostgreSQL cannot store a value ({type(error).__name__})"
        )
    return Retryable("postgres-refused", f"PostgreSQL refused a write ({type(error).__name__})")
