"""Runs commands: output goes to a log, failure becomes an error that shows the last lines.

Passwords never go into arguments here, since arguments are logged: they go in by `stdin`.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Final

from inkwell_local.errors import CommandFailed

TAIL_LINES: Final = 15
"""Lines of a failed command's output that are shown to the person."""


@dataclass(frozen=True, slots=True)
class Shell:
    """Runs commands with one log and one set of additional environment variables."""

    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def logging_to(self, name: str) -> Shell:
        """Return the same shell with its log in `<name>.log` beside this one's."""
        return replace(self, log=self.log.with_name(f"{name}.log"))

    def with_environment(self, **more: str) -> Shell:
        """Return the same shell with more environment variables."""
        return replace(self, environment={**self.environment, **more})

    def run(
        self,
        *command: str | Path,
        cwd: Path | None = None,
        stdin: bytes | None = None,
        timeout: float | None = None,
    ) -> None:
        """Run a command, its output going to the log.

        Args:
            command: Program and arguments.
            cwd: Folder to run in.
            stdin: What the command reads.
            timeout: Seconds after which the command and its children are killed.

        Raises:
            CommandFailed: It ended with a status other than zero, or ran out of time.
        """
        words = [str(word) for word in command]
        with self._open(words) as log:
            start = log.tell()
            code = self._wait(words, stdin=stdin, stdout=log.fileno(), cwd=cwd, timeout=timeout)[0]
        if code != 0:
            raise self._failure(words, code, timeout, self._tail(start))

    def read(
        self,
        *command: str | Path,
        cwd: Path | None = None,
        stdin: bytes | None = None,
        timeout: float | None = None,
    ) -> str:
        """Run a command and return what it prints, which is not logged; errors are.

        Raises:
            CommandFailed: It ended with a status other than zero, or ran out of time.
        """
        words = [str(word) for word in command]
        with self._open(words) as log:
            start = log.tell()
            code, out = self._wait(
                words,
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=log.fileno(),
                cwd=cwd,
                timeout=timeout,
            )
        if code != 0:
            raise self._failure(words, code, timeout, self._tail(start))
        return out.decode(errors="replace")

    def succeeds(self, *command: str | Path, timeout: float | None = None) -> bool:
        """Tell whether a command ends with status zero; its output is logged."""
        try:
            self.run(*command, timeout=timeout)
        except CommandFailed:
            return False
        return True

    def _wait(
        self,
        words: Sequence[str],
        *,
        stdin: bytes | None,
        stdout: int,
        cwd: Path | None,
        timeout: float | None,
        stderr: int = subprocess.STDOUT,
    ) -> tuple[int | None, bytes]:
        try:
            process = subprocess.Popen(
                words,
                stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                cwd=cwd,
                env={**os.environ, **self.environment},
                start_new_session=True,
            )
        except FileNotFoundError as error:
            raise CommandFailed(words[0], "is not on this machine", self.log, "") from error
        try:
            out, _ = process.communicate(stdin, timeout)
        except subprocess.TimeoutExpired:
            _kill_group(process)
            return None, b""
        except BaseException:
            _kill_group(process)
            raise
        return process.returncode, out or b""

    def _open(self, words: Sequence[str]) -> BinaryIO:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        file = self.log.open("ab")
        file.write(f"{time.strftime('%H:%M:%S')} $ {_shown(words)}\n".encode())
        file.flush()
        return file

    def _tail(self, start: int) -> str:
        with self.log.open("rb") as log:
            log.seek(start)
            lines = log.read().decode(errors="replace").splitlines()
        return "\n".join(f"  | {line}" for line in lines[-TAIL_LINES:])

    def _failure(
        self, words: Sequence[str], code: int | None, timeout: float | None, tail: str
    ) -> CommandFailed:
        ending = f"took longer than {timeout:.0f}s" if code is None else f"ended with status {code}"
        return CommandFailed(_shown(words, limit=120), ending, self.log, tail)


def _shown(words: Sequence[str], limit: int = 600) -> str:
    text = shlex.join(words)
    return text if len(text) <= limit else f"{text[:limit]} ..."


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):  # it ended in the meantime
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
