"""What can go wrong on the way up, each said so that a person knows what to do next."""

from __future__ import annotations

from pathlib import Path


class LocalError(Exception):
    """Something that a person has to know about; `advice` says what to do."""

    def __init__(self, message: str, advice: str = "") -> None:
        """Keep the message and the advice apart, so that the command line can set them apart."""
        super().__init__(message)
        self.message = message
        self.advice = advice


class CommandFailed(LocalError):
    """A command ended with a status other than zero, or took longer than it may."""

    def __init__(self, command: str, ending: str, log: Path, tail: str) -> None:
        """Name the command, how it ended, the log that has all of it and its last lines."""
        message = f"`{command}` {ending}"
        super().__init__(f"{message}\n{tail}" if tail else message, f"all of it is in {log}")
        self.command = command
        self.ending = ending
        self.tail = tail


class NotReady(LocalError):
    """Something did not become ready in the time it has."""
