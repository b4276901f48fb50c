"""Processor time of this process and all that it started, ended or not."""

import os
import resource
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PARENT: Final = 1
_TIMES: Final = slice(11, 15)
"""Places behind the name in /proc/PID/stat: its own time, user and system, and its children's."""


def processor_seconds() -> float:
    """Return the processor time until now; children count as far as the kernel tells of them."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    running = sum(_seconds(values) for values in _descendants())
    return time.process_time() + ended.ru_utime + ended.ru_stime + running


def _descendants() -> Iterator[list[str]]:
    """Yield what /proc says of each process that descends from this one, and still runs."""
    by_parent: dict[int, list[tuple[int, list[str]]]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            values = (folder / "stat").read_text().rpartition(")")[2].split()
            by_parent.setdefault(int(values[_PARENT]), []).append((int(folder.name), values))
    pending = [os.getpid()]
    while pending:
        for pid, values in by_parent.get(pending.pop(), ()):
            pending.append(pid)
            yield values


def _seconds(values: list[str]) -> float:
    return sum(map(int, values[_TIMES])) / _TICKS
