"""One child process that reads documents, and the channel to it."""

import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, Final

import structlog

from inkwell_ocr.job import Job
from inkwell_ocr.limits import CHILD_DOCUMENTS, START_SECONDS, worn_out_bytes
from inkwell_ocr.sandbox import messages
from inkwell_ocr.sandbox.messages import Kind
from inkwell_ocr.unreadable import Cause, Unreadable

log = structlog.get_logger(__name__)

GRACE_SECONDS: Final = 5.0
"""Added to a page's time for what surrounds it."""

_LOOK_SECONDS: Final = 0.02


class ChildStartError(Exception):
    """A child did not come up; a language may be missing from the image, or memory from the pod."""


class Child:
    """One child process and the channel to it."""

    def __init__(
        self,
        configuration: Mapping[str, Any],
        environment: Mapping[str, str],
        memory_bytes: int,
        scratch: Path | None = None,
    ) -> None:
        """Start the process.

        Args:
            configuration: how it reads, for `sandbox.child.main`.
            environment: its whole environment.
            memory_bytes: what it may hold.
            scratch: its folder for files of programs that it runs; removed with it.
        """
        self._scratch = scratch
        self._channel, theirs = socket.socketpair()
        arguments = json.dumps({**configuration, "memory_bytes": memory_bytes})
        with theirs:
            # -I: neither the environment nor the working directory adds code. An own session: no
            # signal of a terminal.
            self._process = subprocess.Popen(  # noqa: S603 -- our own interpreter
                [
                    sys.executable, "-I", "-m", "inkwell_ocr.sandbox.child",
                    str(theirs.fileno()), arguments,
                ],
                env=environment,
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                # Before its first document it may have to say that a module is missing.
                stderr=None,
                start_new_session=True,
            )  # fmt: skip
        self._memory_bytes = memory_bytes
        # A child inherits this process's peak, so that nothing below it says how much it held.
        self._inherited_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        self._peak_bytes = 0
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
            msg = "the OCR process did not start; has its image all that spec.ocr names?"
            raise ChildStartError(msg) from error
        if kind is not Kind.READY:
            msg = "the OCR process did not start as it should"
            raise ChildStartError(msg)
        self._is_idle = True
        log.info("ocr process started", pid=self._process.pid, landlock=state.get("landlock", 0))

    @property
    def is_fresh(self) -> bool:
        """Say whether it was given no document yet."""
        return self._documents == 0

    def give(self, document: IO[bytes], job: Job, deadline: float) -> bool:
        """Hand a document over; returns whether the child has begun with it.

        Else it died of what it read before, or hangs in it, and never opened this document.
        """
        self._is_idle = False
        self._documents += 1
        filled = replace(job, memory_bytes=self._memory_bytes)
        try:
            messages.send(self._channel, Kind.JOB, filled.encode(), (document.fileno(),))
            kind, _ = messages.receive(self._channel, deadline)
        except (
            messages.ChannelClosedError,
            messages.DeadlinePassedError,
            messages.BadMessageError,
        ):
            return False
        return kind is Kind.STARTED

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
            or resident > worn_out_bytes(self._memory_bytes)
        )

    def may_serve_again(self) -> bool:
        """Say whether another document may be given to it."""
        return self._is_idle and not self._is_worn_out and self.is_alive()

    def is_alive(self) -> bool:
        """Say whether the process runs."""
        return self._process.poll() is None

    def failure(self) -> Unreadable:
        """Return why the document that it was reading brought it down."""
        self._wait(GRACE_SECONDS)
        status = self._process.returncode
        if (
            status is not None
            and status < 0
            and self._peak_bytes > worn_out_bytes(self._memory_bytes)
        ):
            # Libraries in C end the process where they get no more memory.
            return Unreadable(Cause.TOO_MUCH_MEMORY, "a page needs too much memory")
        return Unreadable(Cause.CHILD_DIED, f"the process reading it {_ending(status)}")

    def _wait(self, seconds: float) -> None:
        """Wait for the process's end; keep the most memory that it ever held."""
        end = time.monotonic() + seconds
        while self._process.returncode is None and time.monotonic() < end:
            pid, status, usage = os.wait4(self._process.pid, os.WNOHANG)
            if pid:
                self._process.returncode = os.waitstatus_to_exitcode(status)
                peak = usage.ru_maxrss * 1024
                self._peak_bytes = peak if peak > self._inherited_bytes else 0
            else:
                time.sleep(_LOOK_SECONDS)

    def kill(self) -> None:
        """End the process at once, and a program that it runs: they are a session of their own."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def reap(self) -> None:
        """Collect the dead process and close the channel."""
        self._process.wait()
        self._channel.close()
        if self._scratch is not None:
            # A program that was ended leaves the page that it was reading.
            shutil.rmtree(self._scratch, ignore_errors=True)


def _ending(status: int | None) -> str:
    """Say how a process ended, for a person."""
    if status is None:
        return "closed its channel"
    if status >= 0:
        return f"ended with status {status}"
    if -status == signal.SIGXCPU:
        return "used up its processor time"
    return f"was ended by signal {-status}"
