"""The ocr stage: `Uploaded` in, pages stored, `Recognized` out.

The same bytes give the same pages, so it is safe to repeat.
"""

import hashlib
import tempfile
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import IO, Final, Protocol

from inkwell_api.document import Page, PageSource
from inkwell_api.events import Event, Recognized, Uploaded, event_id_for
from inkwell_api.pipeline import TextLayer
from inkwell_ocr.job import Job
from inkwell_ocr.limits import document_seconds
from inkwell_ocr.sandbox.pool import StoppedError
from inkwell_ocr.sandbox.process import ChildStartError
from inkwell_ocr.unreadable import Cause, Unreadable
from inkwell_worker.stage import Abandoned, Poison, Retryable, Task, Unavailable
from inkwell_worker.stores import ChunkStore, PageWriter

_MAY_PASS: Final = frozenset(
    {Cause.PAGE_TIMEOUT, Cause.DOCUMENT_TIMEOUT, Cause.CHILD_DIED, Cause.TOO_MUCH_MEMORY}
)
"""What a busy machine may cause as well; a second try decides."""

_TRIES: Final = 2


class Reader(Protocol):
    """Who reads documents: `sandbox.pool.Sandbox`."""

    def read(self, document: IO[bytes], job: Job, seconds: float) -> Generator[Page, None, None]:
        """Yield the pages of a document."""

    def stop(self) -> None:
        """End all reading, for good."""


@dataclass(slots=True)
class _Tally:
    """What the event says of the pages; counted while they pass by."""

    pages: int = 0
    words: int = 0
    text_layer_pages: int = 0
    confidence: float = 0.0

    def count(self, pages: Iterable[Page]) -> Iterator[Page]:
        for page in pages:
            self.pages += 1
            self.words += len(page.words)
            self.text_layer_pages += page.source is PageSource.TEXT_LAYER
            self.confidence += sum(word.confidence for word in page.words)
            yield page


@dataclass(frozen=True, slots=True)
class OcrStage:
    """Turns stored documents into stored pages.

    Attributes:
        chunks: where documents are.
        pages: where pages go.
        sandbox: who reads.
        text_layer: what to do with the text of PDFs.
        max_pages: most pages of a document.
        page_seconds: longest time for one page.
    """

    chunks: ChunkStore
    pages: PageWriter
    sandbox: Reader
    text_layer: TextLayer
    max_pages: int
    page_seconds: float

    def process(self, task: Task) -> Event:
        """Read one document and store its pages.

        Raises:
            Poison: it can never be read.
            Retryable: reading it failed in a way that may pass.
            Unavailable: no child process can be started.
            Abandoned: the worker stops.
        """
        document = task.event
        if not isinstance(document, Uploaded):
            raise Poison(
                "unexpected-event", "the ocr stage reads documents that were uploaded only"
            )
        tally = _Tally()
        try:
            with tempfile.TemporaryFile() as file:
                _store(self.chunks.read(document), file)
                # Closed at once, not when it is collected: the child is free for the next document.
                with closing(self._read(document, file, task.attempt)) as read:
                    stored = self.pages.write(document.document_id, tally.count(read))
        except Unreadable as error:
            if error.cause in _MAY_PASS and task.attempt < _TRIES:
                raise Retryable(error.cause.value, error.detail) from error
            raise Poison(error.cause.value, error.detail) from error
        except ChildStartError as error:
            raise Unavailable("ocr-child-missing", str(error)) from error
        except StoppedError as error:
            raise Abandoned from error
        return _recognized(document, tally, stored, task)

    def abandon(self) -> None:
        """Kill the children; every running `process` raises `Abandoned`."""
        self.sandbox.stop()

    def _read(
        self, document: Uploaded, file: IO[bytes], attempt: int
    ) -> Generator[Page, None, None]:
        seconds = document_seconds(self.max_pages, self.page_seconds)
        job = Job(
            document.content_type,
            self.text_layer.value,
            self.max_pages,
            seconds,
            may_ask_second=attempt < _TRIES,
        )
        return self.sandbox.read(file, job, seconds)


def _store(chunks: Iterable[bytes], file: IO[bytes]) -> None:
    for chunk in chunks:
        file.write(chunk)
    file.flush()
    file.seek(0)


def _recognized(document: Uploaded, tally: _Tally, stored: str, task: Task) -> Recognized:
    # Where the same bytes give other pages (a newer engine, another processor), so does the event.
    digest = hashlib.sha256(f"{document.sha256}/{stored}".encode()).hexdigest()
    return Recognized(
        event_id=event_id_for(document.document_id, Recognized.KIND, digest),
        tenant=document.tenant,
        pipeline=document.pipeline,
        document_id=document.document_id,
        occurred_at=task.now,
        sha256=document.sha256,
        page_count=tally.pages,
        word_count=tally.words,
        text_layer_pages=tally.text_layer_pages,
        mean_confidence=round(tally.confidence / tally.words, 4) if tally.words else 0.0,
        pages_sha256=stored,
    )
