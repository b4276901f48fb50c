"""Tells what is going on while it goes on: steps with elapsed time, and where the time went."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TextIO

HEARTBEAT: Final = 30.0
"""Seconds between two lines that name the steps still at work."""


@dataclass(frozen=True, slots=True)
class Spell:
    """One finished step: when it began and how long it took, in seconds since the start."""

    name: str
    began: float
    took: float


class Progress:
    """Prints one line when a step begins and one when it ends; safe to use from several threads."""

    def __init__(self, out: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        """Start the clock."""
        self._out = out
        self._clock = clock
        self._start = clock()
        self._lock = threading.Lock()
        self._running: dict[str, float] = {}
        self._spells: list[Spell] = []

    def elapsed(self) -> float:
        """Return the seconds since the start."""
        return self._clock() - self._start

    def say(self, text: str) -> None:
        """Print one line with the elapsed time in front."""
        with self._lock:
            self._out.write(f"{self.elapsed():5.0f}s  {text}\n")
            self._out.flush()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Announce a step, then its end and how long it took."""
        began = self.elapsed()
        self.say(f"{name} ...")
        self._running[name] = began
        try:
            yield
        except BaseException:
            self.say(f"{name}: failed after {self.elapsed() - began:.0f}s")
            raise
        else:
            took = self.elapsed() - began
            self._spells.append(Spell(name, began, took))
            self.say(f"{name}: done in {took:.1f}s")
        finally:
            del self._running[name]

    @contextmanager
    def heartbeat(self, every: float = HEARTBEAT) -> Iterator[None]:
        """Name the steps still at work every so many seconds, so that silence means trouble."""
        stop = threading.Event()

        def beat() -> None:
            while not stop.wait(every):
                running = dict(self._running)
                if running:
                    now = self.elapsed()
                    names = (f"{name} {now - began:.0f}s" for name, began in running.items())
                    self.say(f"  still at work: {', '.join(names)}")

        thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def summary(self) -> str:
        """Return where the time went, longest first; steps overlap, so they may sum to more."""
        lines = [f"{self.elapsed():.1f}s in all; where it went (steps overlap):"]
        spells = sorted(self._spells, key=lambda spell: -spell.took)
        lines += [
            f"  {spell.took:7.1f}s  {spell.name} (from {spell.began:.0f}s)" for spell in spells
        ]
        return "\n".join(lines)
