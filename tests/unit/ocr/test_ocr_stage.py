import hashlib
from collections.abc import Generator, Iterable, Iterator
from datetime import UTC, datetime
from typing import IO, Any

import pytest

from inkwell_api.document import Page
from inkwell_api.events import Analyzed, Recognized, Uploaded
from inkwell_api.pipeline import TextLayer
from inkwell_ocr.job import Job
from inkwell_ocr.sandbox.pool import StoppedError
from inkwell_ocr.sandbox.process import ChildStartError
from inkwell_ocr.stage import OcrStage
from inkwell_ocr.unreadable import Cause, Unreadable
from inkwell_worker.stage import Abandoned, Poison, Retryable, Task, Unavailable
from support.typeset import pages

NOW = datetime(2026, 1, 2, tzinfo=UTC)
COMMON: dict[str, Any] = {
    "event_id": "11111111-1111-4111-8111-111111111111",
    "tenant": "acme",
    "pipeline": "invoices",
    "document_id": "0b0e5b5e-6f43-4cf9-9e0e-6b7b3c1f0a11",
    "occurred_at": NOW,
    "sha256": "ab" * 32,
}
UPLOADED = Uploaded(**COMMON, size_bytes=9, content_type="application/pdf", chunk_count=2)


class Chunks:
    """A document in two chunks."""

    def read(self, document: Uploaded) -> Iterator[bytes]:
        """Yield them."""
        assert document == UPLOADED
        yield b"%PDF-"
        yield b"text"


class Pages:
    """Keeps pages."""

    def __init__(self, before: Iterable[Page] = ()) -> None:
        """Hold what was kept before."""
        self.kept: list[Page] = list(before)

    def write(self, document_id: str, pages: Iterable[Page]) -> str:
        """Take them one by one, and return a digest of them."""
        assert document_id == COMMON["document_id"]
        self.kept.extend(pages)
        return hashlib.sha256(repr(self.kept).encode()).hexdigest()


class Reader:
    """Stands for the sandbox: yields two pages, or fails behind the first."""

    def __init__(self, error: Exception | None = None) -> None:
        """Fail with this error, if any."""
        self.error = error
        self.is_stopped = False
        self.may_ask_second: list[bool] = []

    def read(self, document: IO[bytes], job: Job, seconds: float) -> Generator[Page, None, None]:
        """Yield the pages."""
        assert document.read() == b"%PDF-text"
        assert (job.content_type, job.text_layer, job.max_pages) == ("application/pdf", "Prefer", 7)
        assert seconds > 0
        self.may_ask_second.append(job.may_ask_second)
        first, second = pages(["one two"], ["three"])
        yield first
        if self.error is not None:
            raise self.error
        yield second

    def stop(self) -> None:
        """Note it."""
        self.is_stopped = True


def stage(reader: Reader, kept: Pages | None = None) -> OcrStage:
    """Return a stage around a reader."""
    return OcrStage(Chunks(), kept or Pages(), reader, TextLayer.PREFER, 7, 120)


def test_pages_are_stored_and_counted() -> None:
    kept = Pages()
    event = stage(Reader(), kept).process(Task(UPLOADED, 1, NOW))
    assert isinstance(event, Recognized)
    assert (event.page_count, event.word_count, event.text_layer_pages) == (2, 3, 2)
    assert event.mean_confidence == 1.0
    assert event.document_id == UPLOADED.document_id
    assert [page.number for page in kept.kept] == [1, 2]
    assert event.pages_sha256 == hashlib.sha256(repr(kept.kept).encode()).hexdigest()


def test_where_the_pages_are_others_the_event_is_another() -> None:
    """The archive takes an event in once: one with another digest must have another id."""
    one = stage(Reader()).process(Task(UPLOADED, 1, NOW))
    other = stage(Reader(), Pages(pages(["one"]))).process(Task(UPLOADED, 1, NOW))
    assert one.event_id != other.event_id


def test_a_repeat_tells_the_same_event() -> None:
    assert stage(Reader()).process(Task(UPLOADED, 1, NOW)) == stage(Reader()).process(
        Task(UPLOADED, 3, NOW)
    )


@pytest.mark.parametrize("cause", [Cause.ENCRYPTED_PDF, Cause.CORRUPT_IMAGE, Cause.TOO_MANY_PAGES])
def test_a_document_that_cannot_be_read_is_poison_at_once(cause: Cause) -> None:
    with pytest.raises(Poison) as caught:
        stage(Reader(Unreadable(cause, "why"))).process(Task(UPLOADED, 1, NOW))
    assert caught.value.cause == cause.value


@pytest.mark.parametrize("cause", [Cause.PAGE_TIMEOUT, Cause.CHILD_DIED, Cause.TOO_MUCH_MEMORY])
def test_what_may_pass_is_tried_twice(cause: Cause) -> None:
    reading = stage(Reader(Unreadable(cause, "why")))
    with pytest.raises(Retryable):
        reading.process(Task(UPLOADED, 1, NOW))
    with pytest.raises(Poison):
        reading.process(Task(UPLOADED, 2, NOW))


def test_on_the_second_try_no_second_engine_is_asked() -> None:
    """It needs most memory and time, so it may be what the first try failed by."""
    reader = Reader(Unreadable(Cause.CHILD_DIED, "why"))
    with pytest.raises(Retryable):
        stage(reader).process(Task(UPLOADED, 1, NOW))
    reader.error = None
    stage(reader).process(Task(UPLOADED, 2, NOW))
    assert reader.may_ask_second == [True, False]


def test_a_worker_without_children_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        stage(Reader(ChildStartError("no"))).process(Task(UPLOADED, 1, NOW))


def test_a_stop_abandons_the_document() -> None:
    reader = Reader(StoppedError())
    reading = stage(reader)
    with pytest.raises(Abandoned):
        reading.process(Task(UPLOADED, 1, NOW))
    reading.abandon()
    assert reader.is_stopped


def test_another_kind_of_event_is_refused() -> None:
    analyzed = Analyzed(**COMMON, page_count=1, extraction_sha256="", engine="Rules", model="")
    with pytest.raises(Poison):
        stage(Reader()).process(Task(analyzed, 1, NOW))
