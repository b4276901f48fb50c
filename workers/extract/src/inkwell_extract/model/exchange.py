"""One exchange with an HTTP server that is over in time and in size, whatever the server does.

httpx limits each wait for bytes, and not all waits together: a server that sends a byte now and
then holds its caller for ever. So a watchman shuts the connection down when the time is over.
"""

import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self

import httpx

_CONNECTED: Final = "connection.connect_tcp.complete"
_ALONE: Final = {"Connection": "close", "Accept-Encoding": "identity"}
"""A connection of its own, which may be shut down, and no bytes that grow when they are unpacked
(https://www.python-httpx.org/advanced/extensions/#trace tells of new connections only)."""


class OverdueError(Exception):
    """The exchange was not over in time."""


class TooLongError(Exception):
    """The server answered with more bytes than are taken."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered.

    Attributes:
        status: of HTTP.
        content: its body.
    """

    status: int
    content: bytes


class Watchman:
    """Ends an exchange when its time is over, or when it is told to."""

    def __init__(self, seconds: float) -> None:
        """Prepare; the time begins with the block."""
        self._timer = threading.Timer(max(seconds, 0.0), self.end)
        self._timer.daemon = True
        self._ends = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._connection: socket.socket | None = None
        self._is_ended = False

    def __enter__(self) -> Self:
        """Start."""
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of the connection."""
        self._timer.cancel()
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @property
    def is_over(self) -> bool:
        """Whether the exchange's time is over, or it was ended."""
        return self._is_ended or time.monotonic() >= self._ends

    def end(self) -> None:
        """Shut the connection down, so that who waits for it wakes up."""
        with self._lock:
            self._is_ended = True
            self._shut_down()

    def notice(self, event: str, info: Mapping[str, Any]) -> None:
        """Take hold of the connection when it is made; called by httpcore."""
        if event != _CONNECTED:
            return
        with self._lock:
            # A descriptor of our own: TLS takes the other one over, and closes it.
            self._connection = info["return_value"].get_extra_info("socket").dup()
            if self._is_ended:
                self._shut_down()

    def _shut_down(self) -> None:
        if self._connection is not None:
            with suppress(OSError):
                # The server was faster.
                self._connection.shutdown(socket.SHUT_RDWR)


def exchange(
    client: httpx.Client, request: httpx.Request, watchman: Watchman, most_bytes: int
) -> Reply:
    """Send a request and return the answer.

    Args:
        client: sends it.
        request: made by `client`.
        watchman: ends it.
        most_bytes: of the body.

    Raises:
        OverdueError: it was not over in time.
        TooLongError: the body is longer than `most_bytes`.
        httpx.HTTPError: the server cannot be reached, or does not speak HTTP.
        RuntimeError: the client was closed.
    """
    request.headers.update(_ALONE)
    request.extensions = {**request.extensions, "trace": watchman.notice}
    try:
        response = client.send(request, stream=True)
        try:
            content = _body(response, most_bytes)
        finally:
            response.close()
    except httpx.HTTPError as error:
        if watchman.is_over or isinstance(error, httpx.ReadTimeout | httpx.WriteTimeout):
            raise OverdueError from error
        raise
    if watchman.is_over:
        # A body without a length is over when its connection is.
        raise OverdueError
    return Reply(response.status_code, content)


def _body(response: httpx.Response, most_bytes: int) -> bytes:
    content = bytearray()
    for part in response.iter_bytes():
        content += part
        if len(content) > most_bytes:
            raise TooLongError
    return bytes(content)
