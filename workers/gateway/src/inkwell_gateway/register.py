"""The rows of documents in the tenant's schema."""

import base64
import binascii
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg.abc import AdaptContext
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb, set_json_loads
from psycopg_pool import AsyncConnectionPool

from inkwell_api import exact_json
from inkwell_api.document import DocumentState
from inkwell_api.stage_env import PostgresAccess
from inkwell_worker.connections import Connections
from inkwell_worker.stage import Unavailable

Pool = AsyncConnectionPool[psycopg.AsyncConnection[DictRow]]

_IDLE_SECONDS: Final = 30.0
_WAIT_SECONDS: Final = 5.0
_COLUMNS: Final = (
    "document_id, pipeline, state, file_name, content_type, size_bytes, sha256, page_count,"
    " uploaded_by, uploaded_at, updated_at, failure_stage, failure_cause, failure_detail"
)


def make_pool(connections: Connections, access: PostgresAccess, size: int) -> Pool:
    """Make a pool, to be opened within the event loop; an idle tenant's holds no connection.

    The password is read again for each new connection.
    """

    async def parameters() -> dict[str, Any]:
        return {**connections.postgres_parameters(access), "row_factory": dict_row}

    async def configure(connection: psycopg.AsyncConnection[DictRow]) -> None:
        keep_digits(connection)

    return AsyncConnectionPool(
        kwargs=parameters,
        configure=configure,
        connection_class=psycopg.AsyncConnection[DictRow],
        min_size=0,
        max_size=size,
        max_idle=_IDLE_SECONDS,
        timeout=_WAIT_SECONDS,
        check=AsyncConnectionPool.check_connection,
        open=False,
    )


def keep_digits(context: AdaptContext) -> None:
    """Have the numbers in a connection's JSON read as decimals, which jsonb keeps them as."""
    set_json_loads(exact_json.loads, context)


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A row to be."""

    document_id: UUID
    pipeline: str
    file_name: str
    content_type: str
    size_bytes: int
    sha256: str
    chunk_count: int
    idempotency_key: str | None
    uploaded_by: str
    trace_parent: str


_NAMES: Final = tuple(column.name for column in fields(NewDocument))
_INSERT: Final = (
    f"INSERT INTO documents ({', '.join(_NAMES)})"  # noqa: S608 -- our own column names
    f" VALUES ({', '.join(f'%({name})s' for name in _NAMES)}) RETURNING {_COLUMNS}"
)


class KeyTakenError(Exception):
    """The pipeline has a document of this idempotency key."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page of the list ended."""

    uploaded_at: datetime
    document_id: UUID

    def encode(self) -> str:
        """Return it as a client sees it."""
        raw = json.dumps([self.uploaded_at.isoformat(), str(self.document_id)])
        return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> "Cursor":
        """Read what `encode` made.

        Raises:
            ValueError: it is something else.
        """
        try:
            raw = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            uploaded_at = datetime.fromisoformat(raw[0])
            cursor = cls(uploaded_at, UUID(raw[1]))
        except (binascii.Error, ValueError, TypeError, LookupError, AttributeError) as error:
            msg = "this cursor was not made here"
            raise ValueError(msg) from error
        if uploaded_at.tzinfo is None:
            msg = "this cursor was not made here"
            raise ValueError(msg)
        return cursor


@dataclass(frozen=True, slots=True)
class Register:
    """Reads and writes rows; raises `Unavailable` when PostgreSQL is away."""

    pool: Pool

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[psycopg.AsyncConnection[DictRow]]:
        """Give a connection with a transaction, committed at the end of the block."""
        try:
            async with self.pool.connection() as connection, connection.transaction():
                yield connection
        except (psycopg.errors.UniqueViolation, psycopg.DataError):
            raise
        except psycopg.errors.InsufficientPrivilege as error:
            raise Unavailable(
                "postgres-denied", "PostgreSQL denies the gateway's login a right"
            ) from error
        except psycopg.Error as error:
            kind = type(error).__name__
            raise Unavailable("postgres-away", f"PostgreSQL does not serve ({kind})") from error

    async def add(self, document: NewDocument) -> dict[str, Any]:
        """Insert a document with its first line of history and return its row.

        Raises:
            KeyTakenError: another document has the idempotency key.
        """
        try:
            async with self.transaction() as connection:
                found = await connection.execute(_INSERT.encode(), asdict(document))
                row = await found.fetchone()
                await connection.execute(
                    "INSERT INTO document_history (document_id, pipeline, state, detail)"
                    " VALUES (%s, %s, %s, %s)",
                    (
                        document.document_id,
                        document.pipeline,
                        DocumentState.UPLOADED,
                        Jsonb({"uploaded_by": document.uploaded_by}),
                    ),
                )
        except psycopg.errors.UniqueViolation as error:
            raise KeyTakenError from error
        if row is None:
            raise Unavailable("postgres-away", "PostgreSQL did not return the row")
        return row

    async def by_key(self, pipeline: str, key: str) -> dict[str, Any] | None:
        """Return the document of an idempotency key."""
        return await self._one(
            f"SELECT {_COLUMNS} FROM documents WHERE pipeline = %s AND idempotency_key = %s",  # noqa: S608
            (pipeline, key),
        )

    async def get(self, pipeline: str, document_id: UUID) -> dict[str, Any] | None:
        """Return a document."""
        return await self._one(
            f"SELECT {_COLUMNS}, chunk_count FROM documents"  # noqa: S608 -- our own column names
            " WHERE pipeline = %s AND document_id = %s",
            (pipeline, document_id),
        )

    async def history(self, pipeline: str, document_id: UUID) -> list[dict[str, Any]]:
        """Return the states that a document came to, oldest first."""
        return await self._all(
            "SELECT state, occurred_at, detail FROM document_history"
            " WHERE pipeline = %s AND document_id = %s ORDER BY number",
            (pipeline, document_id),
        )

    async def result(self, pipeline: str, document_id: UUID) -> dict[str, Any] | None:
        """Return the newest result of a document."""
        return await self._one(
            "SELECT document_id, d.state, r.version, r.result, r.fields, r.findings, r.engine,"
            " r.model, r.archived_at, COALESCE(h.pages, '[]') AS pages FROM results r"
            " JOIN documents d USING (pipeline, document_id)"
            " LEFT JOIN result_history h USING (pipeline, document_id, version)"
            " WHERE pipeline = %s AND document_id = %s",
            (pipeline, document_id),
        )

    async def record(self, pipeline: str, document_id: UUID) -> dict[str, Any] | None:
        """Return the newest version of a document's result and the digest of its record."""
        return await self._one(
            "SELECT r.version, h.record_sha256 FROM results r"
            " JOIN result_history h USING (pipeline, document_id, version)"
            " WHERE pipeline = %s AND document_id = %s",
            (pipeline, document_id),
        )

    async def page(
        self, pipeline: str, state: DocumentState | None, limit: int, after: Cursor | None
    ) -> list[dict[str, Any]]:
        """Return up to `limit` documents, newest first, that come after a cursor."""
        wanted = ["pipeline = %s"]
        parameters: list[Any] = [pipeline]
        if state is not None:
            wanted.append("state = %s")
            parameters.append(state)
        if after is not None:
            wanted.append("uploaded_at <= %s AND (uploaded_at < %s OR document_id > %s)")
            parameters += [after.uploaded_at, after.uploaded_at, after.document_id]
        return await self._all(
            f"SELECT {_COLUMNS} FROM documents WHERE {' AND '.join(wanted)}"  # noqa: S608 -- conditions of our own
            " ORDER BY uploaded_at DESC, document_id LIMIT %s",
            (*parameters, limit),
        )

    async def probe(self) -> None:
        """Ask for nothing, to see whether it answers."""
        await self._one("SELECT 1 AS one FROM documents LIMIT 1", ())

    async def _one(self, query: str, values: tuple[Any, ...]) -> dict[str, Any] | None:
        rows = await self._all(query, values)
        return rows[0] if rows else None

    async def _all(self, query: str, values: tuple[Any, ...]) -> list[dict[str, Any]]:
        async with self.transaction() as connection:
            return await (await connection.execute(query.encode(), values)).fetchall()
