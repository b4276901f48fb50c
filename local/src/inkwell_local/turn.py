"""One run at a time, and none begins while an earlier one's orphans are still at work."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from inkwell_local import processes
from inkwell_local.errors import LocalError
from inkwell_local.places import Places
from inkwell_local.session import RUN_MARK, run_mark


@contextmanager
def take(places: Places) -> Iterator[None]:
    """Hold the turn: nobody else changes this installation until it is given back.

    A run that was killed leaves compilers and downloads behind, which would write into what this
    run makes; they carry a mark in their environment and are ended first.

    Raises:
        LocalError: Another run is at work.
    """
    places.state.mkdir(parents=True, exist_ok=True)
    file = places.state / "turn"
    with file.open("a+", encoding="ascii") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            held.seek(0)
            raise LocalError(
                f"another run (process {held.read().strip() or 'unknown'}) is at work here",
                "wait for it, or end it",
            ) from error
        held.seek(0)
        held.truncate()
        held.write(str(os.getpid()))
        held.flush()
        end_orphans(places)
        yield


def end_orphans(places: Places) -> None:
    """End what runs of this installation that are gone by now started and left behind."""
    orphans = []
    for pid, mark in processes.marked(RUN_MARK).items():
        number = mark.rpartition(":")[2]
        runner = int(number) if number.isdigit() else 0
        if mark == run_mark(places, runner) and not processes.is_alive(runner):
            orphans.append(pid)
    processes.end(tuple(orphans))


def end_children(places: Places) -> None:
    """End what this run started."""
    mine = run_mark(places, os.getpid())
    processes.end(tuple(pid for pid, mark in processes.marked(RUN_MARK).items() if mark == mine))
