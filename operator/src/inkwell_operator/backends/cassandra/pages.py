"""The rows of a driver's answer, page after page, awaited on an event loop. Knows no driver.

Used by `client`. The driver calls back on threads of its own; nothing of the loop's is touched
there.
"""

import asyncio
from typing import Any


async def rows_of(response: Any) -> list[tuple[Any, ...]]:
    """Return all rows of the response to a statement that was sent.

    Args:
        response: the driver's `ResponseFuture`.

    Raises:
        Exception: the driver's own, as it is.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()
    rows: list[tuple[Any, ...]] = []

    def finish(error: Exception | None) -> None:
        if done.cancelled():
            return
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)

    def take(page: list[tuple[Any, ...]] | None) -> None:
        rows.extend(page or ())
        if response.has_more_pages:
            response.start_fetching_next_page()
        else:
            loop.call_soon_threadsafe(finish, None)

    def fail(error: Exception) -> None:
        loop.call_soon_threadsafe(finish, error)

    response.add_callbacks(take, fail)
    await done
    return rows
