"""The keyed work queue: what is to be looked at, and when.

A key is queued at most once and worked on by at most one worker; what is added while it is worked
on is looked at once more afterwards. Dispatch and waves add keys, with an urgency; the reconcilers
report how it went; only this module decides when to try again. Events never bypass the backoff of a
key that fails: in an outage they are many, and nothing comes of a pass then. What was applied and
does not take effect is looked at ever more seldom, until an event or a pass tells something new.
"""

import asyncio
import contextlib
import heapq
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum, IntEnum
from itertools import count
from typing import Final

import structlog

from inkwell_operator.settings import QueueSettings

_log = structlog.get_logger()
_JITTER: Final = 0.2
_NEVER: Final = (None, 0)


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """An object of ours: its kind, namespace (empty for cluster scope) and name."""

    kind: str
    namespace: str
    name: str


class Urgency(IntEnum):
    """Why a key is to be looked at; of keys that are due the more urgent go first."""

    SPEC = 0
    """What is wanted has changed: at once, whatever went wrong before."""
    DEPENDENCY = 1
    """What the object waits for has changed: ends the wait of a blocked key, not a failed one's."""
    RETRY = 2
    """The time for another try has come."""
    DRIFT = 3
    """Something that was made for the object has changed."""
    RESYNC = 4
    """Nothing is known to have changed."""


class Verdict(Enum):
    """How a pass went, which is all that the queue needs to know."""

    DONE = "done"
    WAITING = "waiting"
    """Applied and not in effect yet; each further time in a row is waited longer."""
    FAILED = "failed"
    """Worth another try soon."""
    BLOCKED = "blocked"
    """Somebody else must act first."""
    GONE = "gone"
    """The object does not exist any more."""


@dataclass(frozen=True, slots=True)
class Result:
    """How one pass went.

    Attributes:
        verdict: on the whole of it.
        retry_after: the least seconds before the next, where a backend said so.
        has_news: whether it told something else than the pass before it.
    """

    verdict: Verdict
    retry_after: float = 0.0
    has_news: bool = False


Reconcile = Callable[[Key, Urgency], Awaitable[Result]]


@dataclass(slots=True)
class _Entry:
    """When a key is due, and why."""

    due: float
    urgency: Urgency
    number: int


@dataclass(frozen=True, slots=True)
class _Backoff:
    """What keeps a key from being looked at earlier."""

    until: float
    is_blocked: bool


class WorkQueue:
    """Runs `reconcile` for keys, with bounded concurrency, urgency and backoff."""

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
        self._entries: dict[Key, _Entry] = {}
        self._timers: list[tuple[float, int, Key]] = []
        self._ready: list[tuple[Urgency, float, int, Key]] = []
        self._active: dict[Key, float] = {}
        self._backoffs: dict[Key, _Backoff] = {}
        self._repeats: dict[Key, tuple[Verdict, int]] = {}
        self._last_start: dict[Key, float] = {}
        self._numbers = count()
        self._changed = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._last_end = self._loop.time()

    def __len__(self) -> int:
        """Return how many keys wait, whether due or not."""
        return len(self._entries)

    @property
    def active(self) -> int:
        """How many keys are worked on."""
        return len(self._active)

    def overdue(self) -> int:
        """Return how many keys are due and wait for a free worker; from any thread."""
        now = self._loop.time()
        return sum(due <= now for due in self._waiting())

    def oldest_overdue_seconds(self) -> float:
        """Return for how long the key has been due that has waited longest; from any thread."""
        now = self._loop.time()
        return max((now - due for due in self._waiting() if due <= now), default=0.0)

    def _waiting(self) -> list[float]:
        entries = list(self._entries.items())
        return [entry.due for key, entry in entries if key not in self._active]

    def stalled_seconds(self) -> float:
        """Return for how long the work has not gone on, though there is some; from any thread.

        That is the time of the longest pass that runs, or the time since a pass has ended while
        keys are due. A queue that is merely long does not stall.
        """
        now = self._loop.time()
        longest = max((now - began for began in list(self._active.values())), default=0.0)
        waiting = min(self.oldest_overdue_seconds(), now - self._last_end)
        return max(longest, waiting, 0.0)

    def add(self, key: Key, urgency: Urgency = Urgency.SPEC, after: float = 0.0) -> None:
        """Look at `key` in `after` seconds, or as soon after that as its backoff allows."""
        if urgency is not Urgency.RESYNC and self._repeats.get(key, _NEVER)[0] is Verdict.WAITING:
            del self._repeats[key]
        due = max(self._loop.time() + after, self._earliest(key, urgency))
        self._schedule(key, due, urgency)

    def _earliest(self, key: Key, urgency: Urgency) -> float:
        """Return when a key may be looked at for such a reason at the earliest."""
        backoff = self._backoffs.get(key)
        is_awaited = urgency is Urgency.DEPENDENCY and backoff is not None and backoff.is_blocked
        if urgency is Urgency.SPEC or is_awaited:
            return 0.0
        spaced = self._last_start.get(key, float("-inf")) + self._settings.least_interval_seconds
        return spaced if backoff is None else max(spaced, backoff.until)

    def _schedule(self, key: Key, due: float, urgency: Urgency) -> None:
        known = self._entries.get(key)
        if known is not None:
            if due >= known.due and urgency >= known.urgency:
                return
            due, urgency = min(due, known.due), min(urgency, known.urgency)
        entry = self._entries[key] = _Entry(due, urgency, next(self._numbers))
        heapq.heappush(self._timers, (due, entry.number, key))
        self._changed.set()

    async def run(self) -> None:
        """Work until cancelled; passes that run then are cancelled too."""
        self._last_end = self._loop.time()
        async with asyncio.TaskGroup() as group:
            for _ in range(self._settings.concurrency):
                group.create_task(self._work())

    async def _work(self) -> None:
        while True:
            key, urgency = await self._next()
            try:
                await self._pass(key, urgency)
            finally:
                del self._active[key]
                self._last_end = self._loop.time()
                self._requeue(key)
                self._changed.set()

    async def _next(self) -> tuple[Key, Urgency]:
        while True:
            self._collect_due()
            found = self._pop_ready()
            if found is not None:
                return found
            self._changed.clear()
            wait = self._timers[0][0] - self._loop.time() if self._timers else None
            # Not wait_for: in Python 3.11 it loses a cancellation that comes with the event.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._changed.wait()

    def _collect_due(self) -> None:
        """Move what is due by now from the timers to what is ready, the most urgent first."""
        now = self._loop.time()
        while self._timers and self._timers[0][0] <= now:
            _, number, key = heapq.heappop(self._timers)
            if self._is_current(key, number) and key not in self._active:
                self._push_ready(key)

    def _pop_ready(self) -> tuple[Key, Urgency] | None:
        while self._ready:
            urgency, _, number, key = heapq.heappop(self._ready)
            if self._is_current(key, number) and key not in self._active:
                del self._entries[key]
                self._active[key] = self._last_start[key] = self._loop.time()
                return key, urgency
        return None

    def _is_current(self, key: Key, number: int) -> bool:
        entry = self._entries.get(key)
        return entry is not None and entry.number == number

    def _push_ready(self, key: Key) -> None:
        entry = self._entries[key]
        heapq.heappush(self._ready, (entry.urgency, entry.due, entry.number, key))

    def _requeue(self, key: Key) -> None:
        """Bring back what was added while the key was worked on, as far as its backoff allows."""
        entry = self._entries.pop(key, None)
        if entry is not None:
            due = max(entry.due, self._earliest(key, entry.urgency))
            self._schedule(key, due, entry.urgency)

    async def _pass(self, key: Key, urgency: Urgency) -> None:
        try:
            result = await self._reconcile(key, urgency)
        except Exception:  # noqa: BLE001 - a defect in one pass must not end the worker
            _log.exception("reconcile failed", key=str(key))
            result = Result(Verdict.FAILED)
        self._settle(key, result)

    def _settle(self, key: Key, result: Result) -> None:
        """Take note of how a pass went; one that is done waits for the next wave."""
        delay = self._delay(key, result)
        self._backoffs.pop(key, None)
        if result.verdict is Verdict.GONE:
            self._last_start.pop(key, None)
        if delay is None:
            return
        until = self._loop.time() + delay
        if result.verdict in {Verdict.FAILED, Verdict.BLOCKED}:
            self._backoffs[key] = _Backoff(until, is_blocked=result.verdict is Verdict.BLOCKED)
        self._schedule(key, until, Urgency.RETRY)

    def _delay(self, key: Key, result: Result) -> float | None:
        """Return the seconds before the next try, or None where none is needed."""
        settings = self._settings
        last, times = self._repeats.pop(key, _NEVER)
        is_new = last is not result.verdict or (last is Verdict.WAITING and result.has_news)
        times = 0 if is_new else times
        match result.verdict:
            case Verdict.GONE | Verdict.DONE:
                return None
            case Verdict.WAITING:
                seconds = self._grown(settings.waiting_seconds, times)
            case Verdict.BLOCKED:
                seconds = settings.blocked_retry_seconds
            case Verdict.FAILED:
                seconds = self._grown(settings.first_retry_seconds, times)
        self._repeats[key] = result.verdict, times + 1
        return max(seconds * (1 + _JITTER * (2 * self._draw() - 1)), result.retry_after)

    def _grown(self, first: float, times: int) -> float:
        """Return the seconds to wait after so many verdicts of the kind in a row before this."""
        return min(first * 2.0 ** min(times, 30), self._settings.longest_retry_seconds)
