"""Reads of a backend, shared by the tenants that ask for them at the same time.

Used by the backends' `observe`. One reconcile alone reads what is its own. When many tenants ask at
once (a resync, a hundred tenants applied together) one read of the whole backend answers all of
them, and those that ask in the next seconds, unless they were written since: so the number of calls
does not follow the number of tenants.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
S = TypeVar("S")

MANY: Final = 8
"""From this many tenants asking at once, everything is read instead of each tenant's part."""
MAX_AGE_SECONDS: Final = 5.0
"""How long a read of everything answers for tenants that were not written since it began."""


@dataclass(slots=True)
class _Round(Generic[K, S]):
    """What the next read is asked for."""

    wanted: set[K] = field(default_factory=set)
    result: "asyncio.Future[S] | None" = None


class GroupedReads(Generic[K, S]):
    """Turns many `of(key)` into few reads, one at a time; a key says what of a tenant to read."""

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
        self._everything: S | None = None
        self._everything_began = float("-inf")
        self._written: dict[str, float] = {}

    def invalidate(self, tenant: str) -> None:
        """Note that something of `tenant` was just written.

        What was read before does not answer for it.
        """
        self._written[tenant] = time.monotonic()

    async def snapshot_for(self, tenant: str, key: K) -> S:
        """Return a snapshot with `key` of `tenant`, and every write to it that had ended by now."""
        oldest = max(time.monotonic() - self._max_age, self._written.get(tenant, float("-inf")))
        if self._everything is not None and self._everything_began > oldest:
            return self._everything
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
            everything = len(this.wanted) >= MANY
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
                self._everything, self._everything_began = snapshot, began
                self._written = {name: at for name, at in self._written.items() if at >= began}
            this.result.set_result(snapshot)
