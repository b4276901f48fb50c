"""The PostgreSQL driver: connections, transactions, translated errors. Sole importer of psycopg.

Used by `PostgresBackend`. It decides nothing: each function is one read or one transaction.
Whatever changes a tenant's schema holds that schema's advisory lock; whatever changes the rights on
the database, a row that all tenants share, holds the database's for the rest of its transaction.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final, LiteralString, TypeAlias

import psycopg
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from inkwell_operator.model.errors import (
    AccessDenied,
    DependencyNotReady,
    InkwellError,
    Refused,
    Throttled,
    TimedOut,
    Unreachable,
    WriteConflict,
)
from inkwell_operator.model.validate import PostgresTarget

__all__ = [
    "SQL",
    "Client",
    "Composable",
    "Composed",
    "Connection",
    "Identifier",
    "Literal",
    "translate",
]

Connection: TypeAlias = psycopg.AsyncConnection[Any]

_CONNECTIONS: Final = 8
_CONNECT_SECONDS: Final = 10
_STATEMENT_TIMEOUT: Final = "60s"

_BY_SQLSTATE: Final[dict[str, type[InkwellError]]] = {
    "08": Unreachable,
    "57P": Unreachable,  # shutting down or starting up
    "57014": TimedOut,
    "53": Throttled,
    "40": WriteConflict,
    "55P03": WriteConflict,
    "55006": WriteConflict,  # object in use
    "23505": WriteConflict,
    "42710": WriteConflict,
    "42P06": WriteConflict,
    "XX000": WriteConflict,  # "tuple concurrently updated" has no code of its own
    "28": AccessDenied,
    "42501": AccessDenied,
    "0LP01": AccessDenied,
    "3D000": DependencyNotReady,
    "3F000": DependencyNotReady,
    "42P01": DependencyNotReady,
    "42704": DependencyNotReady,
    "2BP01": Refused,  # something still depends on it: a person must decide
}
_LOGIN_FAILED: Final = "authentication failed"


def translate(error: psycopg.Error) -> Exception:
    """Turn an error of the driver into one that says what to do.

    One that is not known stays as it is.
    """
    if error.sqlstate is None:
        kind: type[InkwellError] = AccessDenied if _LOGIN_FAILED in str(error) else Unreachable
        what = "refused the operator's login" if kind is AccessDenied else "does not answer"
        return kind(f"PostgreSQL {what}")
    for length in (5, 3, 2):
        if known := _BY_SQLSTATE.get(error.sqlstate[:length]):
            return known(f"PostgreSQL: {error.diag.message_primary or error.sqlstate}")
    return error


class Client:
    """A few connections to one database, opened when first used."""

    def __init__(self, target: PostgresTarget) -> None:
        """Remember where to connect to."""
        admin = target.admin
        self._target = target
        self._parameters: dict[str, Any] = {
            "host": target.host,
            "port": target.port,
            "dbname": target.database,
            "user": admin.username,
            "password": admin.password,
            "sslmode": "verify-full",
            "sslrootcert": str(admin.ca_file) if admin.ca_file else "system",
            "connect_timeout": _CONNECT_SECONDS,
            "application_name": "inkwell-operator",
            "options": f"-c statement_timeout={_STATEMENT_TIMEOUT} -c client_min_messages=error",
        }
        self._pool: AsyncConnectionPool[Connection] | None = None
        self._opening = asyncio.Lock()

    async def aclose(self) -> None:
        """Close every connection."""
        if self._pool is not None:
            await self._pool.close()
            self._pool = None

    async def read(self, *queries: tuple[LiteralString, dict[str, Any]]) -> list[list[Any]]:
        """Run queries in one round trip and one snapshot, and return the rows of each."""
        async with self.transaction() as connection:
            await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            async with connection.pipeline():
                cursors = [
                    await connection.execute(query, parameters) for query, parameters in queries
                ]
            return [await cursor.fetchall() for cursor in cursors]

    @asynccontextmanager
    async def transaction(self, schema: str | None = None) -> AsyncIterator[Connection]:
        """Run a transaction, holding the lock of `schema` where one is given.

        Raises:
            InkwellError: the transaction was rolled back.
        """
        try:
            pool = await self._opened()
            async with pool.connection() as connection:
                if schema is not None:
                    await connection.execute(
                        "SELECT pg_advisory_xact_lock(%s)", [_lock_number(f"schema {schema}")]
                    )
                yield connection
        except PoolTimeout:
            raise await self._why_not() from None
        except psycopg.Error as error:
            raise translate(error) from error

    async def lock_database(self, connection: Connection) -> None:
        """Hold the database's lock until the end of the transaction.

        Take it after a schema's, never before.
        """
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", [_lock_number("database")])

    async def scram_verifier(self, login: str, password: str) -> str:
        """Return what PostgreSQL stores for a password, computed here.

        The password itself never leaves.
        """
        async with self.transaction() as connection:
            encoding = "utf-8"
            verifier = connection.pgconn.encrypt_password(
                password.encode(encoding), login.encode(encoding), b"scram-sha-256"
            )
        return verifier.decode(encoding)

    async def _opened(self) -> AsyncConnectionPool[Connection]:
        async with self._opening:
            if self._pool is None:
                pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
                    kwargs=self._parameters,
                    min_size=0,
                    max_size=_CONNECTIONS,
                    timeout=_CONNECT_SECONDS,
                    max_idle=60,
                    open=False,
                    check=AsyncConnectionPool.check_connection,
                    name=f"postgres {self._target.host}",
                )
                await pool.open()
                self._pool = pool
            return self._pool

    async def _why_not(self) -> Exception:
        """Say why no connection could be had: the pool knows only that it waited too long."""
        try:
            connection = await psycopg.AsyncConnection.connect(**self._parameters)
        except psycopg.Error as error:
            return translate(error)
        await connection.close()
        return Throttled("PostgreSQL: all of the operator's connections are busy")


def _lock_number(what: str) -> int:
    """Return the advisory lock's number.

    63 bits of a digest, so that two schemas never wait for one another.
    """
    return int.from_bytes(hashlib.sha256(f"inkwell {what}".encode()).digest()[:8], "big") >> 1
