"""The keyed work queue: what is to be looked at, and when.

A key is queued at most once and worked on by at most one worker; what is added while it is worked
on is looked at once more afterwards. Handlers add keys; the reconcilers say how it went; only this
module decides when to try again.
"""

import asyncio
import contextlib
import heapq
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from itertools import count
from typing import Final

import structlog

from inkwell_operator.settings import QueueSettings

_log = structlog.get_logger()
_JITTER: Final = 0.2


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """An object of ours: its kind, namespace (empty for cluster scope) and name."""

    kind: str
    namespace: str
    name: str


class Verdict(Enum):
    """How a pass went, which is all that the queue needs to know."""

    DONE = "done"
    WAITING = "waiting"
    """Applied and not in effect yet."""
    FAILED = "failed"
    """Worth another try soon."""
    BLOCKED = "blocked"
    """Somebody else must act first."""
    GONE = "gone"
    """The object does not exist any more."""


@dataclass(frozen=True, slots=True)
class Result:
    """The verdict on one pass, and the least seconds before the next where a backend said so."""

    verdict: Verdict
    retry_after: float = 0.0


Reconcile = Callable[[Key], Awaitable[Result]]


class WorkQueue:
    """Runs `reconcile` for keys, with bounded concurrency, backoff and resync."""

    def __init__(
        self,
        reconcile: Reconcile,
        settings: QueueSettings,
        *,
        draw: Callable[[], float] = random.random,
    ) -> None:
        """Start empty.

        Args:
            reconcile: brings one object to its spec; an exception is a defect and counts as a
                failure.
            settings: pace.
            draw: a number from 0 to 1 for the jitter.
        """
        self._reconcile = reconcile
        self._settings = settings
        self._draw = draw
        self._heap: list[tuple[float, int, Key]] = []
        self._due: dict[Key, float] = {}
        self._active: set[Key] = set()
        self._failures: dict[Key, int] = {}
        self._numbers = count()
        self._changed = asyncio.Event()

    def __len__(self) -> int:
        """Return how many keys wait, whether due or not."""
        return len(self._due)

    @property
    def active(self) -> int:
        """How many keys are worked on."""
        return len(self._active)

    def overdue(self) -> int:
        """Return how many keys are due and wait for a free worker."""
        now = asyncio.get_running_loop().time()
        return sum(due <= now for key, due in self._due.items() if key not in self._active)

    def add(self, key: Key, after: float = 0.0) -> None:
        """Look at `key` in `after` seconds, or earlier where that was already asked for."""
        due = asyncio.get_running_loop().time() + after
        if due >= self._due.get(key, float("inf")):
            return
        self._due[key] = due
        heapq.heappush(self._heap, (due, next(self._numbers), key))
        self._changed.set()

    async def run(self) -> None:
        """Work until cancelled; passes that run then are cancelled too."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self._settings.concurrency):
                group.create_task(self._work())

    async def _work(self) -> None:
        while True:
            key = await self._next()
            try:
                await self._pass(key)
            finally:
                self._active.discard(key)
                self._changed.set()

    async def _next(self) -> Key:
        while True:
            wait = self._take()
            if isinstance(wait, Key):
                return wait
            self._changed.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), wait)

    def _take(self) -> Key | float | None:
        """Return a key that is due, or the seconds until one may be, or None when nothing waits."""
        now = asyncio.get_running_loop().time()
        held: list[tuple[float, int, Key]] = []
        try:
            while self._heap:
                entry = heapq.heappop(self._heap)
                due, _, key = entry
                if self._due.get(key) != due:
                    continue
                if due > now:
                    held.append(entry)
                    return due - now
                if key in self._active:
                    held.append(entry)
                    continue
                del self._due[key]
                self._active.add(key)
                return key
            return None
        finally:
            for entry in held:
                heapq.heappush(self._heap, entry)

    async def _pass(self, key: Key) -> None:
        try:
            result = await self._reconcile(key)
        except Exception:  # noqa: BLE001 - a defect in one pass must not end the worker
            _log.exception("reconcile failed", key=str(key))
            result = Result(Verdict.FAILED)
        delay = self._delay(key, result)
        if delay is not None:
            self.add(key, delay)

    def _delay(self, key: Key, result: Result) -> float | None:
        settings = self._settings
        if result.verdict is not Verdict.FAILED:
            self._failures.pop(key, None)
        match result.verdict:
            case Verdict.GONE:
                return None
            case Verdict.DONE:
                seconds = settings.resync_seconds
            case Verdict.WAITING:
                seconds = settings.waiting_seconds
            case Verdict.BLOCKED:
                seconds = settings.blocked_retry_seconds
            case Verdict.FAILED:
                failures = self._failures[key] = self._failures.get(key, 0) + 1
                seconds = min(
                    settings.first_retry_seconds * 2 ** min(failures - 1, 30),
                    settings.longest_retry_seconds,
                )
        return max(seconds * (1 + _JITTER * (2 * self._draw() - 1)), result.retry_after)
