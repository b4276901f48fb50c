"""Runs proofs of isolation beside the passes, which wait for no probe: one an object at a time.

A proof gives way to passes that are due, for a while: a login costs the operator as much as some
looks do. Where a proof says something else than the status does, its object is woken.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

import structlog

from inkwell_api.conditions import Condition
from inkwell_operator.backends.grouped_reads import current_wave
from inkwell_operator.backends.run import PassOutdated
from inkwell_operator.queue import Key

_log = structlog.get_logger()
_LONGEST_WAIT_SECONDS: Final = 120.0
_PAUSE_SECONDS: Final = 0.5


def _wake_nobody(_: Key) -> None:
    """Nobody follows yet."""


def _never() -> bool:
    return False


class Proofs:
    """The proofs that are under way."""

    def __init__(self) -> None:
        """Start with none, and with nobody to wake."""
        self._running: dict[str, asyncio.Task[None]] = {}
        self._wake: Callable[[Key], None] = _wake_nobody
        self._is_busy: Callable[[], bool] = _never

    def follow(
        self, wake: Callable[[Key], None], is_busy: Callable[[], bool] | None = None
    ) -> None:
        """Give way, and tell.

        Args:
            wake: is called with each object of which a proof says something else than was shown.
            is_busy: whether passes are due, which come first.
        """
        self._wake = wake
        self._is_busy = is_busy or _never

    def begin(
        self,
        key: Key,
        uid: str,
        shown: Condition | None,
        prove: Callable[[], Awaitable[Condition | None]],
    ) -> None:
        """Begin a proof, unless one of the object is under way.

        Args:
            key: of the object.
            uid: of the object.
            shown: its condition `Isolated` as the pass tells it.
            prove: makes the proof and returns the condition; may raise `PassOutdated`.
        """
        if uid not in self._running:
            task = asyncio.create_task(self._run(key, shown, prove))
            self._running[uid] = task
            task.add_done_callback(lambda _: self._running.pop(uid, None))

    async def _run(
        self,
        key: Key,
        shown: Condition | None,
        prove: Callable[[], Awaitable[Condition | None]],
    ) -> None:
        current_wave.set(None)  # which may end before the proof does
        try:
            await self._give_way()
            found = await prove()
        except PassOutdated as reason:
            _log.debug("proof of isolation ended", key=str(key), reason=str(reason))
        except Exception:  # noqa: BLE001 - nobody awaits a proof: a defect must not end unseen
            _log.exception("defect in a proof of isolation", key=str(key))
        else:
            if found != shown:
                self._wake(key)

    async def _give_way(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST_WAIT_SECONDS):
                while self._is_busy():  # noqa: ASYNC110 - a key falls due by the clock, with no event
                    await asyncio.sleep(_PAUSE_SECONDS)

    def forget(self, uid: str) -> None:
        """End the proof of an object that is gone."""
        if uid in self._running:
            self._running[uid].cancel()

    def close(self) -> None:
        """End all proofs."""
        for task in self._running.values():
            task.cancel()
