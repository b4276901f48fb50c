"""Where stages keep what is too large for an event: chunks, pages and extractions.

The Protocols are what a stage depends on; `cassandra_stores` implements them on the tenant's
keyspace. Every write is a deterministic overwrite. All methods raise `Unavailable` when Cassandra
is away.
"""

from collections.abc import Iterable, Iterator
from typing import Protocol

from inkwell_api.document import Extraction, Page
from inkwell_api.events import Recognized, Uploaded


class ChunkStore(Protocol):
    """The uploaded bytes (table `document_chunks`)."""

    def read(self, document: Uploaded) -> Iterator[bytes]:
        """Yield the document's bytes in chunks of at most 512 KiB.

        Length and digest are checked at the end: what was yielded may be damaged until then.

        Raises:
            Retryable: ``content-missing`` when chunks are absent, ``content-damaged`` when the
                digest differs.
        """


class PageWriter(Protocol):
    """What the ocr stage may do with table `pages`."""

    def write(self, document_id: str, pages: Iterable[Page]) -> str:
        """Store the pages, taken one by one as they come; all are durable when this returns.

        Returns:
            The hex digest of what was stored (`PagesDigest`).
        """


class PageReader(Protocol):
    """What the extract stage may do with table `pages`."""

    def read(self, document: Recognized) -> tuple[Page, ...]:
        """Return the pages that the event tells of, in order.

        Raises:
            Poison: ``digest`` when other pages are stored than the event says.
            Retryable: ``pages-missing`` when one is absent, ``pages-damaged`` when one cannot be
                decoded.
        """


class ExtractionReader(Protocol):
    """What the archive stage may do with table `extractions`."""

    def read(self, document_id: str) -> tuple[str, str] | None:
        """Return the newest extraction as it is stored, undecoded, and its hex SHA-256, or None.

        Other pipelines' logins can write it too: it is believed by the digest that an event tells.
        """


class ExtractionStore(ExtractionReader, Protocol):
    """What the extract stage may do with table `extractions`."""

    def write(self, document_id: str, extraction: Extraction) -> str:
        """Store the extraction as the document's newest; durable when this returns.

        Returns:
            The hex SHA-256 of its canonical JSON.
        """
