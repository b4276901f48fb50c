"""Waits for a condition with a limit; never for a time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def until(
    what: str,
    look: Callable[[], Awaitable[T | None]],
    *,
    seconds: float = 60.0,
    every: float = 0.25,
    explain: Callable[[], Awaitable[str]] | None = None,
) -> T:
    """Return what `look` returns once that is true; an empty list is not.

    Args:
        what: what is waited for, in words, for the failure.
        look: looks once.
        seconds: limit.
        every: pause between two looks, in seconds.
        explain: what a person wants to see when the limit is over: last conditions, events, log.

    Raises:
        TimeoutError: the limit is over.
    """
    end = time.monotonic() + seconds
    while True:
        if found := await look():
            return found
        if time.monotonic() > end:
            detail = await explain() if explain is not None else ""
            raise TimeoutError(f"no {what} within {seconds:g} s\n{detail}".rstrip())
        await asyncio.sleep(every)
