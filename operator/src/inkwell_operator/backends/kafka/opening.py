"""Connections of kafka-python's admin client, on which no server can hold a thread for ever.

Used by `wire` and `probe`. The driver gives each request a deadline, and its TLS handshakes none:
a server that takes a connection and says nothing would hang the first call, and any later one that
needs a broker which was not called before.
"""

import ssl
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias
from weakref import WeakKeyDictionary

from kafka import KafkaAdminClient
from kafka.errors import KafkaError
from kafka.net.compat import KafkaNetClient
from kafka.net.selector import NetworkSelector

_Wait: TypeAlias = Callable[[Any, float | None], Awaitable[None]]
_HANDSHAKE_SECONDS: Final = 5.0
"""Short enough that another address is tried before the driver gives up."""


def open_admin(*, handshake_seconds: float = _HANDSHAKE_SECONDS, **settings: Any) -> Any:
    """Return a connected admin client; where that fails, end the thread that it had started.

    Args:
        handshake_seconds: longest time for one TLS handshake, now and on later connections.
        settings: the driver's own; `bootstrap_timeout_ms` ends the tries to connect.

    Raises:
        KafkaError: no address let it in.
    """

    def client(**configs: Any) -> Any:
        return KafkaNetClient(net=_loop(handshake_seconds, **configs), **configs)

    admin: Any = KafkaAdminClient.__new__(KafkaAdminClient)
    try:
        admin.__init__(kafka_client=client, **settings)
    except KafkaError:
        admin._closed = False  # noqa: SLF001 - else its close() believes it never began
        admin.close()
        raise
    return admin


def send(admin: Any, request: Any, node: int | None = None) -> Any:
    """Send a request for which the driver has no call, to any broker or to the one named.

    Raises:
        KafkaError: it was not answered; an error that the response tells raises nothing.
    """
    manager = admin._manager  # noqa: SLF001 - no public call sends these requests

    async def sending() -> Any:
        return await manager.send(request, node_id=node)

    return manager.run(sending)


def _loop(handshake_seconds: float, **configs: Any) -> Any:
    """Return the driver's event loop, on which handshakes end in time."""
    until: WeakKeyDictionary[ssl.SSLSocket, float] = WeakKeyDictionary()

    async def shaking(wait: _Wait, sock: ssl.SSLSocket) -> None:
        try:
            await wait(sock, until.setdefault(sock, time.monotonic() + handshake_seconds))
        except BaseException:
            sock.close()  # of a handshake that fails the driver closes nothing
            raise

    def in_time(wait: _Wait) -> Callable[..., Awaitable[None]]:
        def waiting(sock: Any, timeout_at: float | None = None) -> Awaitable[None]:
            # A TLS version is agreed on by the handshake, so none is known before its end.
            is_shaking = isinstance(sock, ssl.SSLSocket) and sock.version() is None
            return shaking(wait, sock) if is_shaking else wait(sock, timeout_at)

        return waiting

    loop: Any = NetworkSelector(**configs)
    loop.wait_read, loop.wait_write = in_time(loop.wait_read), in_time(loop.wait_write)
    return loop
