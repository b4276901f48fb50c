"""The request body as a stream that cannot stall for ever."""

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Final

from fastapi import Request
from starlette.requests import ClientDisconnect

from inkwell_gateway.problems import ProblemError

IDLE_SECONDS: Final = 30.0
"""Longest silence of a client within a body."""
TOTAL_SECONDS: Final = 1800.0
"""Longest time for a whole body."""


async def stream_of(request: Request) -> AsyncIterator[bytes]:
    """Yield the body as it comes.

    Raises:
        ProblemError: 408 when the client is too slow, 400 when it is gone.
    """
    deadline = asyncio.get_running_loop().time() + TOTAL_SECONDS
    stream = request.stream()
    while True:
        left = deadline - asyncio.get_running_loop().time()
        try:
            data = await asyncio.wait_for(anext(stream), max(0.0, min(IDLE_SECONDS, left)))
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise ProblemError(
                HTTPStatus.REQUEST_TIMEOUT,
                "too-slow",
                "the body came too slowly",
                {"Connection": "close"},
            ) from None
        except ClientDisconnect as error:
            raise ProblemError(HTTPStatus.BAD_REQUEST, "cut", "the body ended early") from error
        if data:
            yield data
