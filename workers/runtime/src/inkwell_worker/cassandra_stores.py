"""The stores on the tenant's keyspace; see `stores` for what each promises."""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Self
from uuid import UUID

from cassandra.cluster import ResponseFuture

from inkwell_api.digests import PagesDigest
from inkwell_api.document import Extraction, Page, PageSource
from inkwell_api.document_bounds import MAX_DOCUMENT_WORDS
from inkwell_api.events import Recognized, Uploaded
from inkwell_api.extraction_codec import encode_extraction
from inkwell_api.page_codec import decode_page, encode_page
from inkwell_worker.cassandra_session import CassandraSession, translated
from inkwell_worker.stage import DIGEST, Poison, Retryable

CHUNK_BYTES: Final = 512 * 1024
MAX_PAGE_BYTES: Final = 8 * 1024 * 1024
"""Largest encoded page: Cassandra refuses writes above half a commit log segment (16 MiB)."""
MAX_EXTRACTION_BYTES: Final = 4 * 1024 * 1024
_IN_FLIGHT: Final = 8


@dataclass(frozen=True, slots=True)
class CassandraChunks:
    """`ChunkStore` on table `document_chunks`."""

    session: CassandraSession

    def read(self, document: Uploaded) -> Iterator[bytes]:
        """Yield the bytes chunk by chunk, then check length and digest."""
        digest, size = hashlib.sha256(), 0
        for number in range(document.chunk_count):
            content = read_chunk(self.session, document.document_id, number)
            if content is None:
                cause = "content-missing"
                raise Retryable(
                    cause, f"chunk {number} of {document.chunk_count} of the document is not stored"
                )
            digest.update(content)
            size += len(content)
            yield content
        if digest.hexdigest() != document.sha256 or size != document.size_bytes:
            cause = "content-damaged"
            raise Retryable(cause, "the stored bytes do not have the digest of the upload")


def read_chunk(session: CassandraSession, document_id: str, number: int) -> bytes | None:
    """Return one chunk of a document, or None when it is not there."""
    query = "SELECT content FROM {keyspace}.document_chunks WHERE document_id = ? AND chunk = ?"
    rows = session.execute(query, (UUID(document_id), number))
    return bytes(rows[0].content) if rows else None


@dataclass(frozen=True, slots=True)
class CassandraPages:
    """`PageWriter` and `PageReader` on table `pages`."""

    session: CassandraSession

    def write(self, document_id: str, pages: Iterable[Page]) -> str:
        """Store the pages, some at a time, and return their digest."""
        digest = PagesDigest()
        statement = (
            "INSERT INTO {keyspace}.pages (document_id, page, content) VALUES (?, ?, ?) USING TTL ?"
        )
        with _Writes(self.session, statement) as writes:
            for page in pages:
                content = encode_page(page)
                if len(content) > MAX_PAGE_BYTES:
                    cause = "page-too-large"
                    raise Poison(
                        cause, f"the words of page {page.number} are more than can be stored"
                    )
                digest.add(page.number, content)
                writes.add(
                    (UUID(document_id), page.number, content, self.session.access.ttl_seconds)
                )
        return digest.hexdigest()

    def read(self, document: Recognized) -> tuple[Page, ...]:
        """Return all pages in order; none is unpacked before all have the digest of the event."""
        # Both bounds: any number of rows may have been written outside of them.
        query = (
            "SELECT page, content FROM {keyspace}.pages"
            " WHERE document_id = ? AND page >= 1 AND page <= ?"
        )
        count = document.page_count
        rows = self.session.execute(query, (UUID(document.document_id), count))
        if len(rows) < count:
            cause = "pages-missing"
            raise Retryable(cause, f"{len(rows)} of {count} pages are stored")
        if document.pages_sha256 is not None:
            _compare(rows, document.pages_sha256)
        try:
            return tuple(_decoded(rows))
        except (ValueError, KeyError, TypeError) as error:
            cause = "pages-damaged"
            raise Retryable(cause, "a stored page cannot be decoded") from error


def _decoded(rows: list[Any]) -> Iterator[Page]:
    """Decode pages until the document has more words than are searched; then without any."""
    words = 0
    for row in rows:
        if words > MAX_DOCUMENT_WORDS:
            yield Page(row.page, 0, 0, PageSource.OCR, 0, ())
            continue
        page = decode_page(row.content)
        words += page.words_held
        yield page


def _compare(rows: list[Any], expected: str) -> None:
    digest = PagesDigest()
    for row in rows:
        digest.add(row.page, row.content or b"")
    if digest.hexdigest() != expected:
        raise Poison(DIGEST, "the stored pages are not those that the ocr stage wrote")


@dataclass(frozen=True, slots=True)
class CassandraExtractions:
    """`ExtractionStore` on table `extractions`."""

    session: CassandraSession

    def write(self, document_id: str, extraction: Extraction) -> str:
        """Overwrite the document's extraction."""
        content = encode_extraction(extraction)
        if len(content.encode()) > MAX_EXTRACTION_BYTES:
            cause = "extraction-too-large"
            raise Poison(cause, "the extraction is larger than can be stored")
        digest = hashlib.sha256(content.encode()).hexdigest()
        self.session.execute(
            "INSERT INTO {keyspace}.extractions (document_id, sha256, content)"
            " VALUES (?, ?, ?) USING TTL ?",
            (UUID(document_id), digest, content, self.session.access.ttl_seconds),
        )
        return digest

    def read(self, document_id: str) -> tuple[str, str] | None:
        """Return the newest extraction with its digest, and not the one that stands beside it."""
        query = "SELECT content FROM {keyspace}.extractions WHERE document_id = ?"
        rows = self.session.execute(query, (UUID(document_id),))
        if not rows:
            return None
        content = rows[0].content or ""
        return content, hashlib.sha256(content.encode()).hexdigest()


class _Writes:
    """Some writes in flight at once; all are durable when the block ends."""

    def __init__(self, session: CassandraSession, statement: str) -> None:
        self._session = session
        self._statement = statement
        self._futures: deque[ResponseFuture] = deque()

    def __enter__(self) -> Self:
        return self

    def add(self, values: tuple[Any, ...]) -> None:
        prepared = self._session.prepared(self._statement)
        with translated():
            while len(self._futures) >= _IN_FLIGHT:
                self._futures.popleft().result()
            self._futures.append(self._session.session().execute_async(prepared, values))

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            with translated():
                for future in self._futures:
                    future.result()
