"""Writes of many tenants, sent together: Kafka takes lists.

While a request is under way, what arrives waits for the next one; so a lone write waits for nobody,
and a hundred tenants at once cost a few requests of each kind.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping
from typing import Generic, TypeVar

from inkwell_operator.model.errors import NotYetApplied

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class Batch(Generic[K, T]):
    """Turns many `add(item)` into few calls of `send`, one at a time."""

    def __init__(
        self,
        send: Callable[[Mapping[K, T]], Awaitable[Mapping[K, Exception | None]]],
        key: Callable[[T], K],
    ) -> None:
        """Send nothing yet.

        Args:
            send: is given the items by key and answers for each key with None or what went wrong.
            key: names the object that an item is about; two different items about one object never
                go out together.
        """
        self._send = send
        self._key = key
        self._waiting: list[tuple[T, asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None

    async def add(self, item: T) -> None:
        """Send an item and wait for its own result.

        Raises:
            NotYetApplied: `send` said nothing about it.
            Exception: what `send` answered for this item.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())
        await done

    async def _work(self) -> None:
        while self._waiting:
            batch = self._next()
            try:
                answers = await self._send({key: item for key, (item, _) in batch.items()})
            except Exception as error:  # noqa: BLE001 - each of the waiters raises it
                answers = dict.fromkeys(batch, error)
            for key, (_, waiters) in batch.items():
                missing = NotYetApplied(f"Kafka did not answer for {key}")
                _resolve(waiters, answers.get(key, missing))

    def _next(self) -> dict[K, tuple[T, list[asyncio.Future[None]]]]:
        """Take what can go out together; equal items are sent once."""
        batch: dict[K, tuple[T, list[asyncio.Future[None]]]] = {}
        later = []
        for item, done in self._waiting:
            first, waiters = batch.setdefault(self._key(item), (item, []))
            if first == item:
                waiters.append(done)
            else:
                later.append((item, done))
        self._waiting = later
        return batch


def _resolve(waiters: list[asyncio.Future[None]], answer: Exception | None) -> None:
    for done in waiters:
        if done.done():
            continue
        if answer is None:
            done.set_result(None)
        else:
            done.set_exception(answer)
