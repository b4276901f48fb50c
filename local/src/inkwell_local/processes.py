"""Finds processes by what they carry, reading /proc: there may be no other record of them."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

GRACE_SECONDS: Final = 5.0
"""How long a process may take to end by itself when it is asked to."""


def marked(name: str) -> dict[int, str]:
    """Return the value of an environment variable in each process that has it but this one."""
    start = f"{name}=".encode()
    found: dict[int, str] = {}

    def matches(folder: Path) -> bool:
        for part in _parts(folder / "environ"):
            if part.startswith(start):
                found[int(folder.name)] = part[len(start) :].decode(errors="replace")
        return int(folder.name) in found

    return {pid: found[pid] for pid in _matching(matches)}


def mentioning(text: str) -> tuple[int, ...]:
    """Return the processes whose command line holds a text, this one left out."""
    wanted = text.encode()
    return tuple(
        _matching(lambda folder: any(wanted in part for part in _parts(folder / "cmdline")))
    )


def in_cgroups(names: set[str]) -> tuple[int, ...]:
    """Return the processes in a control group one of whose path's parts is among the names."""

    def matches(folder: Path) -> bool:
        lines = (folder / "cgroup").read_text(encoding="utf-8").splitlines()
        return any(names.intersection(line.split("/")) for line in lines)

    return tuple(_matching(matches))


def end(pids: tuple[int, ...], grace: float = GRACE_SECONDS) -> None:
    """Ask processes to end, then kill those that do not."""
    for pid in pids:
        _send(pid, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while any(map(is_alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid in filter(is_alive, pids):
        _send(pid, signal.SIGKILL)
    deadline = time.monotonic() + grace
    while any(map(is_alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    """Tell whether a process still runs; a dead one that nobody collected does not."""
    try:
        stat = Path("/proc", str(pid), "stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in {"Z", "X"}


def _matching(test: Callable[[Path], bool]) -> Iterator[int]:
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        try:
            if test(folder) and is_alive(int(folder.name)):
                yield int(folder.name)
        except OSError:
            continue  # it ended while we looked, or is not ours to look at


def _parts(file: Path) -> list[bytes]:
    return file.read_bytes().split(b"\0")


def _send(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return  # it ended in the meantime
