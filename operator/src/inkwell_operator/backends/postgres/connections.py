"""Sessions of the operator on one PostgreSQL server, for `client`; translated errors.

To the class's database a few are kept. To a tenant's own database each is opened for one
transaction and closed: there may be a thousand of them, and a server bears some hundred sessions.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final, TypeAlias

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from inkwell_operator.backends.postgres import errors
from inkwell_operator.model.errors import Throttled, Unreachable
from inkwell_operator.model.validate import PostgresTarget

Connection: TypeAlias = psycopg.AsyncConnection[Any]

_CONNECT_SECONDS: Final = 10
_CHECK_SECONDS: Final = 3.0
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
    message, detail = error.diag.message_primary, error.diag.message_detail
    return errors.by_code(error.sqlstate, message or error.sqlstate, detail or "") or error


class Connections:
    """Opens sessions, the first when it is first asked for one; none once it was closed."""

    def __init__(self, target: PostgresTarget, most_kept: int) -> None:
        """Remember where to connect to; keep up to `most_kept` sessions of the class's database."""
        admin = target.admin
        self._database = target.database
        self._most_kept = most_kept
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
        self._pool: AsyncConnectionPool[Connection] | None = None
        self._opening = asyncio.Lock()
        self._is_closed = False

    async def aclose(self) -> None:
        """Close every connection that is kept; none is opened afterwards."""
        self._is_closed = True
        if self._pool is not None:
            await self._pool.close()

    @asynccontextmanager
    async def to(self, database: str, *, is_alone: bool = False) -> AsyncIterator[Connection]:
        """Give a connection for one transaction: committed at the end, rolled back by an error.

        Args:
            database: to connect to.
            is_alone: each statement by itself, for those that know no transaction.

        Raises:
            InkwellError: there is no connection, or a statement failed.
        """
        try:
            if database == self._database and not is_alone:
                pool = await self._opened()
                async with pool.connection() as connection:
                    yield connection
            else:
                async with await self._new(database, is_alone=is_alone) as connection:
                    yield connection
        except PoolTimeout:
            raise await self._why_not() from None
        except psycopg.Error as error:
            raise translate(error, self._secret) from error

    async def lets_in(self, database: str, login: str, password: str) -> bool | None:
        """Try a login by opening a session and closing it; None for neither yes nor no."""
        login_there = {"dbname": database, "user": login, "password": password}
        try:
            connection = await psycopg.AsyncConnection.connect(
                **{**self._parameters, **login_there}
            )
        except psycopg.OperationalError as error:
            return False if errors.PASSWORD_REFUSED in str(error) else None
        await connection.close()
        return True

    async def _new(self, database: str, *, is_alone: bool) -> Connection:
        if self._is_closed:
            raise Unreachable("PostgreSQL: this connection was given up")
        parameters = {**self._parameters, **self._login, "dbname": database, "options": _OPTIONS}
        return await psycopg.AsyncConnection.connect(**parameters, autocommit=is_alone)

    async def _opened(self) -> AsyncConnectionPool[Connection]:
        async with self._opening:
            if self._is_closed:
                raise Unreachable("PostgreSQL: this connection was given up")
            if self._pool is None:
                pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
                    kwargs={**self._parameters, **self._login, "options": _OPTIONS},
                    min_size=0,
                    max_size=self._most_kept,
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
