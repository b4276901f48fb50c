"""One Kafka cluster as both of its drivers reach it: pace, deadline, threads, and its end.

Used by `Client`, `WireClient` and `Ledger`. Calls that block run in threads of this cluster's own:
were they on the event loop's, a Kafka that is away would hold up name look-ups, the Lease and every
other backend.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

from inkwell_operator.backends.http_client import GivenUp
from inkwell_operator.backends.server import Server, ServerLimits
from inkwell_operator.model.targets import KafkaTarget

T = TypeVar("T")
REQUEST_SECONDS: Final = 15
"""When a driver gives up by itself; less than the server's deadline, since drivers say why."""
_LIMITS: Final = ServerLimits(deadline_seconds=20.0)
_THREADS: Final = 8


class Cluster:
    """The way to one Kafka cluster, shared by all tenants on it."""

    def __init__(self, target: KafkaTarget, limits: ServerLimits = _LIMITS) -> None:
        """Open no connection yet."""
        self.target = target
        self._server = Server("Kafka", limits)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="kafka")
        self._is_closed = False

    def refuse_calls(self) -> None:
        """Refuse every later call; what still has to be closed may run in the threads."""
        self._is_closed = True

    def close(self) -> None:
        """End the threads, each with the call that it is in."""
        self._is_closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)

    def demand_open(self) -> None:
        """Raise where the cluster was given up.

        A pass may still hold a backend whose login was rotated; opened anew, its connection would
        be nobody's to close.

        Raises:
            GivenUp: it was closed.
        """
        if self._is_closed:
            raise GivenUp(
                "Kafka: its login or address was replaced meanwhile; the next pass uses the new one"
            )

    async def call(self, operation: Callable[[], Awaitable[T]]) -> T:
        """Carry out one operation on the cluster.

        Raises:
            GivenUp: the cluster was closed.
            Unreachable: it is known to be away.
            InkwellError: as `Server.call`.
        """
        self.demand_open()
        return await self._server.call(operation)

    async def run(self, function: Callable[..., T], *arguments: Any) -> T:
        """Run what blocks in a thread of this cluster's own, and wait for it."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, function, *arguments)

    def settings(self) -> dict[str, Any]:
        """Return how librdkafka connects."""
        admin = self.target.admin
        trust = {"ssl.ca.pem": admin.ca_pem} if admin.ca_pem else {}
        return {
            "bootstrap.servers": ",".join(self.target.bootstrap_servers),
            "security.protocol": "SASL_SSL",
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": admin.username,
            "sasl.password": admin.password,
            "socket.timeout.ms": REQUEST_SECONDS * 1000,
            "client.id": "inkwell-operator",
            "log_level": 2,
            **trust,
        }
