"""The PostgreSQL driver: transactions in one database, and the SQL that they are made of.

Used by `observe` and `apply`. It decides nothing. Every call goes through a `Server` of the
target. Changes of one schema follow one another, and so do changes of what all tenants share, by
locks in this process: a lock in the database would be one that a tenant could hold as well. Another
process that writes at the same time is met by the server's own checks, as a `WriteConflict`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Final, LiteralString, TypeVar
from weakref import WeakValueDictionary

from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from inkwell_operator.backends.postgres.connections import Connection, Connections
from inkwell_operator.backends.server import Server, ServerLimits
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
]

T = TypeVar("T")

SHARED: Final = "what all tenants share"
"""Name of the lock of rights on the database and of whatever else is one row for all."""
CONNECTIONS: Final = 8
"""Most calls of the operator at once; where tenants have databases, half of them are for those."""
_WRITE_SECONDS: Final = 75.0


def scram_verifier(connection: Connection, login: str, password: str) -> str:
    """Return what PostgreSQL stores for a password, computed here.

    The password itself never leaves.
    """
    encoding = "utf-8"
    verifier = connection.pgconn.encrypt_password(
        password.encode(encoding), login.encode(encoding), b"scram-sha-256"
    )
    return verifier.decode(encoding)


@dataclass(frozen=True, slots=True)
class _Way:
    """What the clients of all databases of one server share."""

    connections: Connections
    here: Server
    elsewhere: Server
    locks: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)


class Client:
    """Calls in one database of a server; `inside` gives a client of another one."""

    def __init__(self, target: PostgresTarget) -> None:
        """Call in the class's database; nothing is opened yet."""
        self.database = target.database
        elsewhere = CONNECTIONS // 2 if target.has_databases else 1
        here = CONNECTIONS - elsewhere if target.has_databases else CONNECTIONS
        self._way = _Way(
            Connections(target, here),
            Server("PostgreSQL", ServerLimits(at_once=here)),
            Server("PostgreSQL", ServerLimits(at_once=elsewhere)),
        )
        self._server = self._way.here

    def inside(self, database: str) -> "Client":
        """Return a client of a database of this server, which keeps no connection."""
        return self if database == self.database else _Inside(self._way, database)

    async def aclose(self) -> None:
        """Close every connection, of clients inside as well; none is opened afterwards."""
        await self._way.connections.aclose()

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
                await held.enter_async_context(self._way.locks.setdefault(name, asyncio.Lock()))
            return await self._server.call(
                lambda: self._with_connection(work), deadline_seconds=deadline_seconds
            )

    async def execute_alone(self, statement: Composed) -> None:
        """Execute a statement that knows no transaction, such as DROP DATABASE, in its own session.

        Raises:
            InkwellError: it may be done in part.
        """

        async def work() -> None:
            async with self._way.connections.to(self.database, is_alone=True) as connection:
                await connection.execute(statement)

        await self._way.elsewhere.call(work, deadline_seconds=_WRITE_SECONDS)

    async def lets_in(self, login: str, password: str) -> bool | None:
        """Try a login by opening a session and closing it.

        Returns:
            None where the server said neither yes nor no, such as when pg_hba.conf keeps the login
            from the operator's address, or when all of the login's connections are in use.
        """
        return await self._server.call(
            lambda: self._way.connections.lets_in(self.database, login, password)
        )

    async def _with_connection(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        async with self._way.connections.to(self.database) as connection:
            return await work(connection)


class _Inside(Client):
    """Calls in a tenant's own database."""

    def __init__(self, way: _Way, database: str) -> None:
        self.database = database
        self._way = way
        self._server = way.elsewhere
