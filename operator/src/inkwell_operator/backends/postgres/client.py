"""The PostgreSQL driver: connections, transactions, translated errors. Sole importer of psycopg.

Used by `observe` and `apply`. It decides nothing. Every call goes through the one `Server` of the
target. Changes of one schema follow one another, and so do changes of what all tenants share, by
locks in this process: a lock in the database would be one that a tenant could hold as well. Another
process that writes at the same time is met by the server's own checks, as a `WriteConflict`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any, Final, LiteralString, TypeAlias, TypeVar
from weakref import WeakValueDictionary

import psycopg
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from inkwell_operator.backends.postgres import errors
from inkwell_operator.backends.server import Server, ServerLimits
from inkwell_operator.model.errors import Throttled, Unreachable
from inkwell_operator.model.validate import PostgresTarget

__all__ = [
    "SQL",
    "Client",
    "Composable",
    "Composed",
    "Connection",
    "Identifier",
    "Literal",
    "scram_verifier",
    "translate",
]

T = TypeVar("T")
Connection: TypeAlias = psycopg.AsyncConnection[Any]

SHARED: Final = "what all tenants share"
"""Name of the lock of rights on the database and of whatever else is one row for all."""
CONNECTIONS: Final = 8
_CONNECT_SECONDS: Final = 10
_CHECK_SECONDS: Final = 3.0
_WRITE_SECONDS: Final = 75.0
_OPTIONS: Final = (
    "-c statement_timeout=60s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
    # Definitions are read back with every name qualified, and no name is found by accident.
    " -c search_path=pg_catalog -c client_min_messages=error"
)
_KEEPALIVE: Final = {
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}


def translate(error: psycopg.Error, secret: str = "") -> Exception:
    """Turn an error of the driver into one that says what to do.

    One that is not known stays as it is.
    """
    if error.sqlstate is None:
        return errors.by_words(str(error), secret)
    return errors.by_code(error.sqlstate, error.diag.message_primary or error.sqlstate) or error


def scram_verifier(connection: Connection, login: str, password: str) -> str:
    """Return what PostgreSQL stores for a password, computed here.

    The password itself never leaves.
    """
    encoding = "utf-8"
    verifier = connection.pgconn.encrypt_password(
        password.encode(encoding), login.encode(encoding), b"scram-sha-256"
    )
    return verifier.decode(encoding)


class Client:
    """A few connections to one database, opened when first used; never again once closed."""

    def __init__(self, target: PostgresTarget) -> None:
        """Remember where to connect to."""
        admin = target.admin
        self.database = target.database
        self._secret = admin.secret
        self._login: dict[str, Any] = {"user": admin.username, "password": admin.password}
        self._parameters: dict[str, Any] = {
            "host": target.host,
            "port": target.port,
            "dbname": target.database,
            "sslmode": "verify-full",
            "sslrootcert": str(admin.ca_file) if admin.ca_file else "system",
            "connect_timeout": _CONNECT_SECONDS,
            "application_name": "inkwell-operator",
            **_KEEPALIVE,
        }
        self._server = Server("PostgreSQL", ServerLimits(at_once=CONNECTIONS))
        self._pool: AsyncConnectionPool[Connection] | None = None
        self._opening = asyncio.Lock()
        self._is_closed = False
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def aclose(self) -> None:
        """Close every connection; none is opened afterwards."""
        self._is_closed = True
        if self._pool is not None:
            await self._pool.close()

    async def read(self, *queries: tuple[LiteralString, dict[str, Any]]) -> list[list[Any]]:
        """Run queries in one round trip and one snapshot, and return the rows of each."""

        async def work(connection: Connection) -> list[list[Any]]:
            await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            async with connection.pipeline():
                cursors = [
                    await connection.execute(query, parameters) for query, parameters in queries
                ]
            return [await cursor.fetchall() for cursor in cursors]

        return await self.look(work)

    async def look(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """Run a transaction that leaves nothing behind: it is always rolled back.

        Raises:
            InkwellError: what it asked for did not come.
        """

        async def rolled_back(connection: Connection) -> T:
            result = await work(connection)
            await connection.rollback()
            return result

        return await self._server.call(lambda: self._with_connection(rolled_back))

    async def write(
        self,
        work: Callable[[Connection], Awaitable[T]],
        *locks: str,
        deadline_seconds: float = _WRITE_SECONDS,
    ) -> T:
        """Run a transaction while no other of this process holds one of the locks.

        Args:
            work: the transaction; it is committed when this returns.
            locks: the schema's name, `SHARED` or both in this order.
            deadline_seconds: longest duration, the wait for locks not counted.

        Raises:
            InkwellError: the transaction was rolled back.
        """
        async with AsyncExitStack() as held:
            for name in locks:
                await held.enter_async_context(self._locks.setdefault(name, asyncio.Lock()))
            return await self._server.call(
                lambda: self._with_connection(work), deadline_seconds=deadline_seconds
            )

    async def lets_in(self, login: str, password: str) -> bool | None:
        """Try a login by opening a session and closing it.

        Returns:
            None where the server said neither yes nor no, such as when pg_hba.conf keeps the login
            from the operator's address, or when all of the login's connections are in use.
        """

        async def attempt() -> bool | None:
            try:
                connection = await psycopg.AsyncConnection.connect(
                    **self._parameters, user=login, password=password
                )
            except psycopg.OperationalError as error:
                return False if errors.PASSWORD_REFUSED in str(error) else None
            await connection.close()
            return True

        return await self._server.call(attempt)

    async def _with_connection(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        try:
            pool = await self._opened()
            async with pool.connection() as connection:
                return await work(connection)
        except PoolTimeout:
            raise await self._why_not() from None
        except psycopg.Error as error:
            raise translate(error, self._secret) from error

    async def _opened(self) -> AsyncConnectionPool[Connection]:
        async with self._opening:
            if self._is_closed:
                raise Unreachable("PostgreSQL: this connection was given up")
            if self._pool is None:
                pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
                    kwargs={**self._parameters, **self._login, "options": _OPTIONS},
                    min_size=0,
                    max_size=CONNECTIONS,
                    timeout=_CONNECT_SECONDS,
                    reconnect_timeout=_CONNECT_SECONDS,
                    max_idle=60,
                    open=False,
                    check=_check,
                    name="postgres",
                )
                await pool.open()
                self._pool = pool
            return self._pool

    async def _why_not(self) -> Exception:
        """Say why no connection could be had: the pool knows only that it waited too long."""
        try:
            connection = await psycopg.AsyncConnection.connect(**self._parameters, **self._login)
        except psycopg.Error as error:
            return translate(error, self._secret)
        await connection.close()
        # Calls are as many as connections: one was opened too slowly, here or there.
        return Throttled(
            f"PostgreSQL: no connection was there within {_CONNECT_SECONDS} s, and one was right "
            "after: the server or the operator's node is busy"
        )


async def _check(connection: Connection) -> None:
    """Throw a dead connection away; one whose server hangs would otherwise be waited for."""
    async with asyncio.timeout(_CHECK_SECONDS):
        await AsyncConnectionPool.check_connection(connection)
