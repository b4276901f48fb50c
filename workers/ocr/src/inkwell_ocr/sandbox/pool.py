"""Keeps the child processes that read documents: starts, feeds, times, kills and replaces them.

The worker's threads call `read`, one document each; a child serves one document at a time. A child
that hangs or dies takes its one document with it and nothing else.
"""

import queue
import tempfile
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from inkwell_api.document import Page
from inkwell_api.page_codec import decode_page
from inkwell_ocr.job import Job
from inkwell_ocr.limits import DEFAULT_CHILD_BYTES, START_SECONDS
from inkwell_ocr.sandbox import messages
from inkwell_ocr.sandbox.messages import Kind
from inkwell_ocr.sandbox.process import GRACE_SECONDS, Child, ChildStartError
from inkwell_ocr.unreadable import Cause, Unreadable

_RUNS_PROGRAMS: Final = "TesseractCommand"
_PATH: Final = "/usr/local/bin:/usr/bin:/bin"


@dataclass(frozen=True, slots=True)
class Settings:
    """How children read.

    Attributes:
        languages: Tesseract's codes, most frequent first.
        segmentation: name of a page segmentation (`inkwell_api.pipeline.PageSegmentation`).
        page_seconds: longest time for one page.
        engine: name of an engine (`inkwell_api.pipeline.OcrEngine`).
        language_data: folder of Tesseract's models, or None for the usual ones.
        child_bytes: memory that one child may hold.
    """

    languages: tuple[str, ...]
    segmentation: str
    page_seconds: float
    engine: str = "Tesseract"
    language_data: Path | None = None
    child_bytes: int = DEFAULT_CHILD_BYTES


class StoppedError(Exception):
    """`Sandbox.stop` was called."""


class Sandbox:
    """A pool of children, as many as are used at once."""

    def __init__(self, settings: Settings) -> None:
        """Prepare; children start when first needed."""
        self._settings = settings
        self._idle: queue.LifoQueue[Child] = queue.LifoQueue()
        self._lock = threading.Lock()
        self._children: set[Child] = set()
        self._stopped = False

    def read(self, document: IO[bytes], job: Job, seconds: float) -> Generator[Page, None, None]:
        """Yield the document's pages as they are read.

        Args:
            document: a real file, at its start.
            job: what to do with it.
            seconds: longest time for the whole document.

        Raises:
            Unreadable: the document cannot be read, took too long, or brought its child down.
            ChildStartError: no child could be started.
            StoppedError: `stop` was called.
        """
        deadline = time.monotonic() + seconds
        with self._borrow(document, job, deadline) as child:
            while True:
                page_deadline = time.monotonic() + self._settings.page_seconds + GRACE_SECONDS
                content = self._next_page(child, min(page_deadline, deadline), deadline)
                if content is None:
                    return
                yield content

    def stop(self) -> None:
        """Kill all children, for good; every running `read` ends with `StoppedError`."""
        with self._lock:
            self._stopped = True
            children = tuple(self._children)
        for child in children:
            child.kill()
        # Those at work are collected by the threads that wait for them.
        with suppress(queue.Empty):
            while True:
                self._discard(self._idle.get_nowait())

    def _next_page(self, child: Child, until: float, document_until: float) -> Page | None:
        try:
            kind, content = child.receive(until)
        except messages.DeadlinePassedError as error:
            is_document = until >= document_until
            cause = Cause.DOCUMENT_TIMEOUT if is_document else Cause.PAGE_TIMEOUT
            what = "the document" if is_document else "a page"
            raise Unreadable(cause, f"{what} took longer than its limit") from error
        except messages.ChannelClosedError as error:
            if self._stopped:
                raise StoppedError from error
            raise child.failure() from error
        match kind:
            case Kind.PAGE:
                return decode_page(content)
            case Kind.DONE:
                child.finished(messages.decode_object(content))
                return None
            case Kind.FAILED:
                failure = messages.decode_object(content)
                child.finished(failure)
                raise Unreadable(Cause(failure["cause"]), str(failure["detail"])[:200])
            case Kind.READY | Kind.JOB | Kind.STARTED:
                raise messages.BadMessageError

    @contextmanager
    def _borrow(self, document: IO[bytes], job: Job, deadline: float) -> Iterator[Child]:
        child = self._take_at_work(document, job, deadline)
        try:
            yield child
        except (messages.BadMessageError, ValueError, KeyError, TypeError) as error:
            # Only a child that was taken over speaks like this.
            raise Unreadable(
                Cause.CHILD_DIED, "the process reading it answered nonsense"
            ) from error
        finally:
            self._give_back(child)

    def _take_at_work(self, document: IO[bytes], job: Job, deadline: float) -> Child:
        """Return a child that has begun with the document.

        One that died of what it read before is replaced: no document pays for its neighbour.
        """
        while True:
            child = self._take()
            is_fresh = child.is_fresh
            if child.give(document, job, min(deadline, time.monotonic() + START_SECONDS)):
                return child
            self._discard(child)
            if self._stopped:
                raise StoppedError
            if time.monotonic() >= deadline:
                raise Unreadable(Cause.DOCUMENT_TIMEOUT, "the document took longer than its limit")
            if is_fresh:
                msg = "the OCR process ended before it opened a document"
                raise ChildStartError(msg)

    def _take(self) -> Child:
        with suppress(queue.Empty):
            while True:
                child = self._idle.get_nowait()
                if child.is_alive():
                    return child
                self._discard(child)
        with self._lock:
            if self._stopped:
                raise StoppedError
            child = _started(self._settings)
            self._children.add(child)
        try:
            child.wait_until_ready()
        except ChildStartError:
            self._discard(child)
            if self._stopped:
                raise StoppedError from None
            raise
        return child

    def _give_back(self, child: Child) -> None:
        if child.may_serve_again() and not self._stopped:
            self._idle.put(child)
        else:
            self._discard(child)

    def _discard(self, child: Child) -> None:
        child.kill()
        child.reap()
        with self._lock:
            self._children.discard(child)


def _started(settings: Settings) -> Child:
    configuration = {
        "engine": settings.engine,
        "languages": settings.languages,
        "segmentation": settings.segmentation,
        "page_seconds": settings.page_seconds,
    }
    environment = {
        "OMP_THREAD_LIMIT": "1",
        # NumPy's library starts a thread a core when it is loaded, and a child may start none.
        "OPENBLAS_NUM_THREADS": "1",
        "ORT_DISABLE_TELEMETRY": "1",
        "LC_ALL": "C.UTF-8",
        "PATH": _PATH,
    }
    if settings.language_data is not None:
        environment["TESSDATA_PREFIX"] = str(settings.language_data)
    scratch = Path(tempfile.mkdtemp(prefix="ocr-")) if settings.engine == _RUNS_PROGRAMS else None
    if scratch is not None:
        environment["TMPDIR"] = str(scratch)
    return Child(configuration, environment, settings.child_bytes, scratch)
