"""Waves: every object of ours is looked at again and again, all of a wave together.

A wave is what makes the reads of a resync shared: one snapshot of each backend answers for all of
its passes. It is the least urgent work; a wave that takes longer than its interval is ended,
whatever is left of it: an object that may not be looked at for long keeps no other from the next.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterable

import structlog

from inkwell_operator import metrics
from inkwell_operator.backends.grouped_reads import Wave
from inkwell_operator.queue import Key, Urgency

_log = structlog.get_logger()


class Waves:
    """Begins waves, and knows which passes of the running one are still to come."""

    def __init__(
        self,
        prepare: Callable[[], Awaitable[Iterable[Key]]],
        add: Callable[[Key, Urgency], None],
        interval_seconds: float,
    ) -> None:
        """Begin none yet.

        Args:
            prepare: called at the beginning of each wave; returns the keys to look at.
            add: puts a key into the queue.
            interval_seconds: between the beginnings of two waves.
        """
        self._prepare = prepare
        self._add = add
        self._interval = interval_seconds
        self._wave = Wave(0)
        self._left: set[Key] = set()
        self._began = 0.0
        self._over = asyncio.Event()
        self._over.set()

    async def run(self) -> None:
        """Begin one wave after the other, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            await self.begin()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._interval):
                    await self._over.wait()
            self._end()
            await asyncio.sleep(max(self._interval - (loop.time() - began), 0))

    async def begin(self) -> None:
        """Begin a wave over all objects."""
        self._began = time.perf_counter()
        keys = set(await self._prepare())
        self._wave, self._left = Wave(len(keys)), keys
        _log.debug("wave begins", objects=len(keys))
        if not keys:
            return
        self._over.clear()
        for key in sorted(keys):
            self._add(key, Urgency.RESYNC)

    def wave_of(self, key: Key, urgency: Urgency) -> Wave | None:
        """Return the wave that a pass belongs to; None where something else has caused it."""
        return self._wave if urgency is Urgency.RESYNC and key in self._left else None

    def passed(self, key: Key) -> None:
        """Note that a pass over an object has ended; the wave is over when none is left."""
        self._left.discard(key)
        if not self._left:
            self._end()

    def _end(self) -> None:
        if not self._over.is_set():
            seconds = time.perf_counter() - self._began
            outcome = "cut" if self._left else "complete"
            metrics.RESYNC_SECONDS.labels(outcome).observe(seconds)
            _log.debug("wave ends", left=len(self._left), seconds=round(seconds, 3))
            self._left = set()
            self._wave.end()
            self._over.set()
