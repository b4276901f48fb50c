"""Where stages keep what is too large for an event.

Chunks, pages and extractions of the tenant's Cassandra keyspace.

The Protocols are what a stage depends on; `cassandra_stores` has the real ones. Every write is a
deterministic overwrite. All methods raise `Unavailable` when Cassandra is away.
"""

from collections.abc import Iterable, Iterator
from typing import Protocol

from inkwell_api.document import Extraction, Page
from inkwell_api.events import Uploaded


class ChunkStore(Protocol):
    """The uploaded bytes (table `document_chunks`)."""

    def read(self, document: Uploaded) -> Iterator[bytes]:
        """Yield the document's bytes chunk by chunk, each at most 512 KiB.

        And check length and digest at the end.

        Raises:
            Retryable: ``content-missing`` when chunks are absent, ``content-damaged`` when the
                digest differs.
        """


class PageWriter(Protocol):
    """What the ocr stage may do with table `pages`."""

    def write(self, document_id: str, pages: Iterable[Page]) -> None:
        """Store the pages; they are durable when this returns. Pages are taken one by one.

        As they come.
        """


class PageReader(Protocol):
    """What the extract stage may do with table `pages`."""

    def read(self, document_id: str, page_count: int) -> tuple[Page, ...]:
        """Return pages 1 to `page_count`, in order.

        Raises:
            Retryable: ``pages-missing`` when one is absent, ``pages-damaged`` when one cannot be
                decoded.
        """


class ExtractionReader(Protocol):
    """What the archive stage may do with table `extractions`."""

    def read(self, document_id: str) -> tuple[Extraction, str] | None:
        """Return the newest extraction and the hex SHA-256 of its canonical JSON.

        Or None when there is none.

        Raises:
            Retryable: ``extraction-damaged`` when it cannot be decoded or does not have its digest.
        """


class ExtractionStore(ExtractionReader, Protocol):
    """What the extract stage may do with table `extractions`."""

    def write(self, document_id: str, extraction: Extraction) -> str:
        """Store the extraction as the document's newest.

        Return the hex SHA-256 of its canonical JSON.
        """
