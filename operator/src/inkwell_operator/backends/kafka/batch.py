"""Writes of many tenants, sent together: Kafka takes a list as gladly as one.

While a request is under way, what arrives waits for the next one; so a lone write waits for nobody,
and a hundred tenants at once cost a few requests of each kind.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Batch(Generic[T]):
    """Turns many `add(item)` into few calls of `send`, one at a time."""

    def __init__(
        self, send: Callable[[Sequence[T]], Awaitable[Sequence[Exception | None]]]
    ) -> None:
        """Send by `send`, which answers for each item with None or what went wrong."""
        self._send = send
        self._waiting: list[tuple[T, asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None

    async def add(self, item: T) -> None:
        """Send an item and wait for its own result.

        Raises:
            Exception: what `send` answered for this item.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())
        await done

    async def _work(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                results = await self._send([item for item, _ in batch])
            except Exception as error:  # noqa: BLE001 - each of the waiters is told
                results = [error] * len(batch)
            for (_, done), result in zip(batch, results, strict=True):
                if done.done():
                    continue
                if result is None:
                    done.set_result(None)
                else:
                    done.set_exception(result)
