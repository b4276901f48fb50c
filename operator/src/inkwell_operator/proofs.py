"""Runs proofs of isolation beside the passes, which wait for no probe: one an object at a time.

Where a proof comes to something else than the status says, its object is woken.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import structlog

from inkwell_api.conditions import Condition, Reason
from inkwell_operator.backends.grouped_reads import current_wave
from inkwell_operator.backends.run import PassOutdated
from inkwell_operator.queue import Key, Urgency

_log = structlog.get_logger()
_LONGEST_WAIT_SECONDS: Final = 3.0
_PAUSE_SECONDS: Final = 0.5


def _wake_nobody(_: Key, __: Urgency) -> None:
    """Nobody follows yet."""


def _never() -> bool:
    return False


@dataclass(slots=True)
class _Proof:
    """A proof that is under way: of what it is made, and what passes have told since."""

    basis: object
    told: Condition | None
    task: "asyncio.Task[None] | None" = None


class Proofs:
    """The proofs that are under way, by the uid of their objects."""

    def __init__(self) -> None:
        """Start with none, and with nobody to wake."""
        self._running: dict[str, _Proof] = {}
        self._wake: Callable[[Key, Urgency], None] = _wake_nobody
        self._is_busy: Callable[[], bool] = _never
        self._asked_at = float("-inf")
        self._was_busy = False

    def follow(
        self, wake: Callable[[Key, Urgency], None], is_busy: Callable[[], bool] = _never
    ) -> None:
        """Give way, and tell.

        Args:
            wake: is called with each object of which a proof comes to something else than is told.
            is_busy: whether passes are due, which come first.
        """
        self._wake = wake
        self._is_busy = is_busy

    async def give_way(self) -> None:
        """Wait while passes are due, for some seconds: a login costs as much as some looks do."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST_WAIT_SECONDS):
                while self._busy():  # noqa: ASYNC110 - a key falls due by the clock, with no event
                    await asyncio.sleep(_PAUSE_SECONDS)

    def _busy(self) -> bool:
        """Ask once for all that wait: the answer looks at every object that is queued."""
        now = asyncio.get_running_loop().time()
        if now - self._asked_at >= _PAUSE_SECONDS:
            self._asked_at, self._was_busy = now, self._is_busy()
        return self._was_busy

    def begin(
        self,
        key: Key,
        uid: str,
        basis: object,
        told: Condition | None,
        prove: Callable[[], Awaitable[Condition | None]],
    ) -> None:
        """Begin a proof, unless the same is under way.

        Args:
            key: of the object.
            uid: of the object.
            basis: of what the proof is made: logins and servers. One of another is ended.
            told: what the pass tells as condition `Isolated`.
            prove: makes the proof and returns what is to be told then; may raise `PassOutdated`.
        """
        running = self._running.get(uid)
        if running is not None and running.basis == basis:
            running.told = told
            return
        self.end(uid)
        proof = self._running[uid] = _Proof(basis, told)
        proof.task = asyncio.create_task(self._run(key, uid, proof, prove))
        proof.task.add_done_callback(lambda _: self._drop(uid, proof))

    def is_running(self, uid: str) -> bool:
        """Whether a proof of the object is under way, which will wake it where that is needed."""
        return uid in self._running

    async def _run(
        self, key: Key, uid: str, proof: _Proof, prove: Callable[[], Awaitable[Condition | None]]
    ) -> None:
        current_wave.set(None)  # which may end before the proof does
        try:
            found = await prove()
        except PassOutdated as reason:
            _log.debug("proof of isolation ended", key=str(key), reason=str(reason))
        except Exception:  # noqa: BLE001 - nobody awaits a proof: a defect must not end unseen
            _log.exception("defect in a proof of isolation", key=str(key))
        else:
            self._drop(uid, proof)
            if found != proof.told:
                is_let_in = found is not None and found.reason is Reason.LET_IN
                # An opening is told at once, whatever else of its object fails.
                self._wake(key, Urgency.SPEC if is_let_in else Urgency.DEPENDENCY)

    def _drop(self, uid: str, proof: _Proof) -> None:
        if self._running.get(uid) is proof:
            del self._running[uid]

    def end(self, uid: str) -> None:
        """End the proof of an object that is gone, or that is being changed."""
        proof = self._running.pop(uid, None)
        if proof is not None and proof.task is not None:
            proof.task.cancel()

    def close(self) -> None:
        """End all proofs."""
        for uid in [*self._running]:
            self.end(uid)
