"""The heartbeat of the core's event loop, for those who judge it from other threads."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

BEAT_SECONDS: Final = 0.5


class Pulse:
    """When the loop last ran; written on the loop, read from any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Start with a beat, so that a loop has time to begin."""
        self._clock = clock
        self._beat_at = clock()

    def beat(self) -> None:
        """Note that the loop runs."""
        self._beat_at = self._clock()

    def age(self) -> float:
        """Return the seconds since the last beat."""
        return self._clock() - self._beat_at

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            self.beat()
            await asyncio.sleep(BEAT_SECONDS)
