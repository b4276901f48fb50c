"""Reads of a backend, shared by the tenants that ask for them at the same time, or in one wave.

Used by the backends' `observe`. One reconcile alone reads what is its own. When many tenants ask
within a wave (a resync, a start), or at once (a hundred tenants applied together), one read of the
whole backend answers all of them, unless they were written since: so the number of calls does not
follow the number of tenants. A snapshot is let go with its wave, or after some seconds.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
S = TypeVar("S")

MANY: Final = 8
"""From this many tenants asking at once, everything is read instead of each tenant's part."""
MAX_AGE_SECONDS: Final = 5.0
"""How long, outside of a wave, a read of everything answers for tenants not written since."""


@dataclass(slots=True, eq=False)
class Wave:
    """Passes over many objects of which nothing is known to have changed.

    Attributes:
        size: how many passes.
        began: when; what was read since then answers for all of them.
    """

    size: int
    began: float = field(default_factory=time.monotonic)
    _at_end: list[Callable[[], None]] = field(default_factory=list)

    def at_end(self, function: Callable[[], None]) -> None:
        """Call `function` when the wave is over."""
        self._at_end.append(function)

    def end(self) -> None:
        """Let go of everything that was read for the wave."""
        for function in self._at_end:
            function()
        self._at_end.clear()


current_wave: ContextVar[Wave | None] = ContextVar("current_wave", default=None)
"""The wave that the running pass belongs to, or None where something has changed."""


@dataclass(slots=True)
class _Round(Generic[K, S]):
    """What the next read is asked for."""

    wanted: set[K] = field(default_factory=set)
    wave: Wave | None = None
    """Whose every object is to be read."""
    result: "asyncio.Future[S] | None" = None


@dataclass(frozen=True, slots=True)
class _Snapshot(Generic[S]):
    """A read of everything."""

    content: S
    began: float


class GroupedReads(Generic[K, S]):
    """Turns many `snapshot_for` into few reads, one at a time; a key names a tenant's part."""

    def __init__(
        self,
        read: Callable[[frozenset[K] | None], Awaitable[S]],
        *,
        max_age: float = MAX_AGE_SECONDS,
    ) -> None:
        """Read by `read`, which is given the keys to read, or None for everything."""
        self._read = read
        self._max_age = max_age
        self._waiting: _Round[K, S] = _Round()
        self._task: asyncio.Task[None] | None = None
        self._everything: _Snapshot[S] | None = None
        self._written: dict[str, float] = {}

    def invalidate(self, tenant: str) -> None:
        """Note that something of `tenant` was just written.

        What was read before does not answer for it.
        """
        is_reading = self._task is not None and not self._task.done()
        if self._everything is not None or is_reading:
            self._written[tenant] = time.monotonic()

    async def snapshot_for(self, tenant: str, key: K) -> S:
        """Return a snapshot with `key` of `tenant`, and every write to it that had ended by now."""
        wave = current_wave.get()
        known = self._everything
        since = time.monotonic() - self._max_age if wave is None else wave.began
        is_fresh = known is not None and known.began >= since
        if known is not None and is_fresh:
            if known.began > self._written.get(tenant, float("-inf")):
                return known.content
        elif wave is not None and wave.size >= MANY:
            self._waiting.wave = wave
        waiting = self._waiting
        waiting.wanted.add(key)
        if waiting.result is None:
            waiting.result = asyncio.get_running_loop().create_future()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())
        return await asyncio.shield(waiting.result)

    async def _work(self) -> None:
        """Read for those who wait, until nobody does."""
        while self._waiting.result is not None:
            this, self._waiting = self._waiting, _Round()
            began = time.monotonic()
            everything = this.wave is not None or len(this.wanted) >= MANY
            assert this.result is not None  # noqa: S101 - the loop's condition, which mypy cannot carry over the swap
            try:
                snapshot = await self._read(None if everything else frozenset(this.wanted))
            except asyncio.CancelledError:
                this.result.cancel()
                raise
            except Exception as error:  # noqa: BLE001 - it is the waiters' to handle
                this.result.set_exception(error)
                this.result.exception()  # a cancelled waiter leaves nobody to look at it
                continue
            if everything:
                self._keep(_Snapshot(snapshot, began), this.wave)
            this.result.set_result(snapshot)

    def _keep(self, snapshot: _Snapshot[S], wave: Wave | None) -> None:
        """Keep a read of everything until its wave is over, or for as long as it is of use."""
        self._everything = snapshot
        self._written = {name: at for name, at in self._written.items() if at >= snapshot.began}

        def release() -> None:
            if self._everything is snapshot:
                self._everything = None
                self._written.clear()

        if wave is None:
            asyncio.get_running_loop().call_later(self._max_age, release)
        else:
            wave.at_end(release)
