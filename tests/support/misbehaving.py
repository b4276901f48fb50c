"""A server on a port of this machine that misbehaves below HTTP, as it is told."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

Behaviour = Callable[[socket.socket], None]
"""Answers one connection; it ends with an OSError when the other side goes."""

_BLOCK: Final = 65536
_LISTS: Final = b'HTTP/1.1 200 OK\r\nContent-Length: 12\r\nConnection: close\r\n\r\n{"data": []}'


@dataclass
class Misbehaving:
    """What runs.

    Attributes:
        behave: answers a question.
        is_well: whether it lists its models.
        url: its address.
        questions: how many it was asked.
    """

    behave: Behaviour
    is_well: bool
    url: str = ""
    questions: int = 0
    _open: list[socket.socket] = field(default_factory=list)

    def serve(self, listening: socket.socket) -> None:
        """Answer each connection in a thread of its own until the port closes."""
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                self._open.append(connection)
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def close(self) -> None:
        """End all connections."""
        for connection in self._open:
            connection.close()

    def _answer(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            request = connection.recv(_BLOCK)
            if request.startswith(b"GET "):
                if self.is_well:
                    connection.sendall(_LISTS)
                else:
                    hang(connection)
            else:
                self.questions += 1
                self.behave(connection)


@contextmanager
def misbehaving(behave: Behaviour, *, is_well: bool = True) -> Iterator[Misbehaving]:
    """Run a server until the end of the block."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = Misbehaving(behave, is_well, f"http://127.0.0.1:{listening.getsockname()[1]}/v1/")
        threading.Thread(target=server.serve, args=(listening,), daemon=True).start()
        try:
            yield server
        finally:
            server.close()


def hang(connection: socket.socket) -> None:
    """Say nothing, for ever."""
    while connection.recv(_BLOCK):
        pass


def drip(*parts: bytes, then: bytes = b" ", every: float = 0.05) -> Behaviour:
    """Send parts, then the same bytes again and again, for ever."""

    def behave(connection: socket.socket) -> None:
        for part in parts:
            connection.sendall(part)
        while True:
            connection.sendall(then)
            time.sleep(every)

    return behave


def send(*parts: bytes) -> Behaviour:
    """Send parts and close the connection."""

    def behave(connection: socket.socket) -> None:
        for part in parts:
            connection.sendall(part)

    return behave
