"""Keeps the child processes that read documents: starts, feeds, times, kills and replaces them.

The worker's threads call `read`, one document each; a child serves one document at a time. A child
that hangs or dies takes its one document with it and nothing else.
"""

import json
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import structlog

from inkwell_api.document import Page
from inkwell_api.page_codec import decode_page
from inkwell_ocr.job import Job
from inkwell_ocr.limits import CHILD_DOCUMENTS, CHILD_RESIDENT_BYTES, START_SECONDS
from inkwell_ocr.sandbox import messages
from inkwell_ocr.sandbox.messages import Kind
from inkwell_ocr.unreadable import Cause, Unreadable

log = structlog.get_logger(__name__)

_GRACE_SECONDS: Final = 5.0
"""Added to a page's time for what surrounds it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How children read.

    Attributes:
        languages: Tesseract's codes, most frequent first.
        segmentation: name of a page segmentation (`inkwell_api.pipeline.PageSegmentation`).
        page_seconds: longest time for one page.
        language_data: folder of Tesseract's models, or None for the usual ones.
    """

    languages: tuple[str, ...]
    segmentation: str
    page_seconds: float
    language_data: Path | None = None


class StoppedError(Exception):
    """`Sandbox.stop` was called."""


class ChildStartError(Exception):
    """A child did not come up; a language may be missing from the image, or memory from the pod."""


class Sandbox:
    """A pool of children, as many as are used at once."""

    def __init__(self, settings: Settings) -> None:
        """Prepare; children start when first needed."""
        self._settings = settings
        self._idle: queue.LifoQueue[_Child] = queue.LifoQueue()
        self._lock = threading.Lock()
        self._children: set[_Child] = set()
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
        with self._borrow() as child:
            child.give(document, job)
            while True:
                page_deadline = time.monotonic() + self._settings.page_seconds + _GRACE_SECONDS
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

    def _next_page(self, child: "_Child", until: float, document_until: float) -> Page | None:
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
            raise Unreadable(
                Cause.CHILD_DIED, f"the process reading it {child.how_it_ended()}"
            ) from error
        match kind:
            case Kind.PAGE:
                return decode_page(content)
            case Kind.DONE:
                child.finished(messages.decode_object(content))
                return None
            case Kind.FAILED:
                failure = messages.decode_object(content)
                child.finished({})
                raise Unreadable(Cause(failure["cause"]), str(failure["detail"])[:200])
            case Kind.READY | Kind.JOB:
                raise messages.BadMessageError

    @contextmanager
    def _borrow(self) -> Iterator["_Child"]:
        child = self._take()
        try:
            yield child
        except (messages.BadMessageError, ValueError, KeyError, TypeError) as error:
            # Only a child that was taken over speaks like this.
            raise Unreadable(
                Cause.CHILD_DIED, "the process reading it answered nonsense"
            ) from error
        finally:
            self._give_back(child)

    def _take(self) -> "_Child":
        with suppress(queue.Empty):
            while True:
                child = self._idle.get_nowait()
                if child.is_alive():
                    return child
                self._discard(child)
        with self._lock:
            if self._stopped:
                raise StoppedError
            child = _Child(self._settings)
            self._children.add(child)
        try:
            child.wait_until_ready()
        except ChildStartError:
            self._discard(child)
            if self._stopped:
                raise StoppedError from None
            raise
        return child

    def _give_back(self, child: "_Child") -> None:
        if child.may_serve_again() and not self._stopped:
            self._idle.put(child)
        else:
            self._discard(child)

    def _discard(self, child: "_Child") -> None:
        child.kill()
        child.reap()
        with self._lock:
            self._children.discard(child)


class _Child:
    """One child process and the channel to it."""

    def __init__(self, settings: Settings) -> None:
        self._channel, theirs = socket.socketpair()
        configuration = json.dumps(
            {"languages": settings.languages, "segmentation": settings.segmentation}
        )
        with theirs:
            # -I: neither the environment nor the working directory adds code. An own session: no
            # signal of a terminal.
            self._process = subprocess.Popen(  # noqa: S603 -- our own interpreter
                [
                    sys.executable, "-I", "-m", "inkwell_ocr.sandbox.child",
                    str(theirs.fileno()), configuration,
                ],
                env=_environment(settings.language_data),
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                # Before its first document it may have to say that a module is missing.
                stderr=None,
                start_new_session=True,
            )  # fmt: skip
        self._documents = 0
        self._is_idle = False
        self._is_worn_out = False

    def wait_until_ready(self) -> None:
        """Wait until the models are loaded and the child is confined."""
        try:
            kind, content = messages.receive(self._channel, time.monotonic() + START_SECONDS)
            state = messages.decode_object(content)
        except (
            messages.ChannelClosedError,
            messages.DeadlinePassedError,
            messages.BadMessageError,
        ) as error:
            msg = "the OCR process did not start; are all languages of spec.ocr in the image?"
            raise ChildStartError(msg) from error
        if kind is not Kind.READY:
            msg = "the OCR process did not start as it should"
            raise ChildStartError(msg)
        self._is_idle = True
        log.info("ocr process started", pid=self._process.pid, landlock=state.get("landlock", 0))

    def give(self, document: IO[bytes], job: Job) -> None:
        """Hand a document over."""
        self._is_idle = False
        self._documents += 1
        # A child that died while idle is noticed at the first answer.
        with suppress(messages.ChannelClosedError):
            messages.send(self._channel, Kind.JOB, job.encode(), (document.fileno(),))

    def receive(self, deadline: float) -> tuple[Kind, bytes]:
        """Return the child's next answer."""
        return messages.receive(self._channel, deadline)

    def finished(self, state: dict[str, Any]) -> None:
        """Note that the document is done, and what the child said of itself."""
        self._is_idle = True
        resident = state.get("peak_resident_bytes", 0)
        self._is_worn_out = (
            self._documents >= CHILD_DOCUMENTS
            or not isinstance(resident, int)
            or resident > CHILD_RESIDENT_BYTES
        )

    def may_serve_again(self) -> bool:
        """Say whether another document may be given to it."""
        return self._is_idle and not self._is_worn_out and self.is_alive()

    def is_alive(self) -> bool:
        """Say whether the process runs."""
        return self._process.poll() is None

    def how_it_ended(self) -> str:
        """Say how the process ended, for a person."""
        try:
            status = self._process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            return "closed its channel"
        if status >= 0:
            return f"ended with status {status}"
        if -status == signal.SIGXCPU:
            return "used up its processor time"
        return f"was ended by signal {-status}"

    def kill(self) -> None:
        """End the process at once."""
        with suppress(ProcessLookupError):
            self._process.kill()

    def reap(self) -> None:
        """Collect the dead process and close the channel."""
        self._process.wait()
        self._channel.close()


def _environment(language_data: Path | None) -> dict[str, str]:
    environment = {"OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
    if language_data is not None:
        environment["TESSDATA_PREFIX"] = str(language_data)
    return environment
