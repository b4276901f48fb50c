"""The bytes of documents in the tenant's keyspace, without blocking the event loop.

The driver calls back on a thread of its own; results are handed over to the loop.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from inkwell_worker.cassandra_session import CassandraSession, translated

_INSERT = (
    "INSERT INTO {keyspace}.document_chunks (document_id, chunk, content)"
    " VALUES (?, ?, ?) USING TTL ?"
)
_SELECT = "SELECT content FROM {keyspace}.document_chunks WHERE document_id = ? AND chunk = ?"
_DELETE = "DELETE FROM {keyspace}.document_chunks WHERE document_id = ?"
_RECORD = "SELECT content FROM {keyspace}.archive_records WHERE document_id = ? AND version = ?"
_PROBE = "SELECT chunk FROM {keyspace}.document_chunks WHERE document_id = ? LIMIT 1"


class Vault(Protocol):
    """Where bytes are kept. Every method raises `Unavailable` when the store is away."""

    async def write(self, document_id: UUID, chunk: int, content: bytes, ttl_seconds: int) -> None:
        """Store one chunk; durable on return."""

    def read(self, document_id: UUID, chunk_count: int) -> AsyncIterator[bytes]:
        """Yield the chunks in order; ends early when one is missing."""

    async def record(self, document_id: UUID, version: int) -> bytes | None:
        """Return an archived version of a document's result as it is stored, if it is."""

    async def delete(self, document_id: UUID) -> None:
        """Remove all chunks of a document."""

    async def probe(self) -> None:
        """Ask for nothing, to see whether it answers."""


@dataclass(frozen=True, slots=True)
class CassandraVault:
    """`Vault` on table `document_chunks`."""

    session: CassandraSession

    async def write(self, document_id: UUID, chunk: int, content: bytes, ttl_seconds: int) -> None:
        """Insert one row."""
        await self._execute(_INSERT, (document_id, chunk, content, ttl_seconds))

    async def read(self, document_id: UUID, chunk_count: int) -> AsyncIterator[bytes]:
        """Read row by row: one chunk is in memory at a time."""
        for number in range(chunk_count):
            rows = await self._execute(_SELECT, (document_id, number))
            if not rows:
                return
            yield bytes(rows[0].content)

    async def record(self, document_id: UUID, version: int) -> bytes | None:
        """Read one row of `archive_records`, which other pipelines' logins can write too."""
        rows = await self._execute(_RECORD, (document_id, version))
        return rows[0].content.encode() if rows and rows[0].content is not None else None

    async def delete(self, document_id: UUID) -> None:
        """Delete the partition."""
        await self._execute(_DELETE, (document_id,))

    async def probe(self) -> None:
        """Read nothing from the table."""
        await self._execute(_PROBE, (UUID(int=0),))

    async def _execute(self, statement: str, values: tuple[Any, ...]) -> list[Any]:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[Any]] = loop.create_future()

        def settle(rows: list[Any] | None, error: Exception | None) -> None:
            if answer.done():
                return
            if error is not None:
                answer.set_exception(error)
            else:
                answer.set_result(rows or [])

        with translated():
            prepared = await asyncio.to_thread(self.session.prepared, statement)
            response = self.session.session().execute_async(prepared, values)
            response.add_callbacks(
                lambda rows: loop.call_soon_threadsafe(settle, rows, None),
                lambda error: loop.call_soon_threadsafe(settle, None, error),
            )
            return await answer
