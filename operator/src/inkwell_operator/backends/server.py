"""One server that backends call: how many calls at a time, how fast, how long, and when not at all.

Every call of a backend's client to its server goes through `Server.call`, which all tenants of that
server share. A server that hangs costs each caller `deadline_seconds` at most; after some such
failures in a row its circuit opens, and callers fail at once with the words of the last failure
until `rest_seconds` are over. So nobody's worker waits for a server that is known to be away, and
one backend's trouble never takes the time of another.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from aiolimiter import AsyncLimiter
from purgatory import AsyncCircuitBreakerFactory
from purgatory.domain.model import OpenedState

from inkwell_operator import metrics
from inkwell_operator.model.errors import Throttled, TimedOut, Transient, Unreachable

T = TypeVar("T")
_COUNTED: Final = (Unreachable, TimedOut)
"""What tells that a server is away; a refusal tells that it is there."""
LONGEST_PAUSE_SECONDS: Final = 300.0
"""The longest pause that is heeded: a proxy may ask for a day, long after all is well again."""


@dataclass(frozen=True, slots=True)
class ServerLimits:
    """How one server is called.

    Attributes:
        deadline_seconds: longest wait for one call, the wait for its turn not counted.
        at_once: calls at the same time.
        calls_per_second: calls that may begin in a second, on average.
        failures: calls in a row that found the server away before its circuit opens.
        rest_seconds: how long the circuit stays open before one more try.
    """

    deadline_seconds: float = 20.0
    at_once: int = 16
    calls_per_second: float = 200.0
    failures: int = 3
    rest_seconds: float = 10.0


class Server:
    """The way to one server; safe for any number of callers on one event loop."""

    def __init__(self, name: str, limits: ServerLimits | None = None) -> None:
        """Start with a closed circuit.

        Args:
            name: as people know it, such as ``PostgreSQL``; messages begin with it.
            limits: how it is called.
        """
        self.name = name
        self._limits = limits or ServerLimits()
        self._turn = asyncio.Semaphore(self._limits.at_once)
        self._pace = AsyncLimiter(self._limits.calls_per_second, 1.0)
        self._breakers = AsyncCircuitBreakerFactory(
            default_threshold=self._limits.failures,
            default_ttl=self._limits.rest_seconds,
            exclude=[(BaseException, lambda error: not isinstance(error, _COUNTED))],
        )
        self._last_failure: Transient | None = None
        self._quiet_until = float("-inf")

    async def call(
        self, operation: Callable[[], Awaitable[T]], *, deadline_seconds: float | None = None
    ) -> T:
        """Carry out one operation on the server.

        Args:
            operation: makes the call; raises `InkwellError`s alone for what is to be expected.
            deadline_seconds: another deadline than the server's, for what is known to take long.

        Raises:
            TimedOut: it did not end in time.
            Unreachable: the circuit is open; the message is that of the last failure.
            Throttled: the server asked for a pause (Retry-After) that is not over.
            InkwellError: what the operation raised.
        """
        seconds = deadline_seconds or self._limits.deadline_seconds
        self._heed_pause()
        async with self._turn, self._pace:
            self._heed_pause()
            try:
                async with await self._breakers.get_breaker(self.name):
                    metrics.CIRCUIT_OPEN.labels(self.name).set(0)
                    return await self._in_time(operation, seconds)
            except OpenedState:
                metrics.CIRCUIT_OPEN.labels(self.name).set(1)
                raise self._away() from None
            except _COUNTED as error:
                self._last_failure = error
                raise
            except Throttled as error:
                if error.retry_after:
                    self._quiet_until = time.monotonic() + error.retry_after
                raise

    async def _in_time(self, operation: Callable[[], Awaitable[T]], seconds: float) -> T:
        limit = asyncio.timeout(seconds)
        with metrics.backend_call(self.name):
            try:
                async with limit:
                    return await operation()
            except TimeoutError:
                if not limit.expired():
                    raise
                raise TimedOut(f"{self.name} did not answer in {seconds:g} s") from None

    def _heed_pause(self) -> None:
        left = self._quiet_until - time.monotonic()
        if left > 0:
            raise Throttled(f"{self.name} asked for fewer requests", retry_after=left)

    def _away(self) -> Transient:
        """Return the last failure anew: the same trouble reads the same, tried or not."""
        last = self._last_failure or Unreachable(f"{self.name} does not answer")
        return type(last)(last.message, retry_after=self._limits.rest_seconds)


class Servers:
    """One `Server` for each address, so that all clients of an address share its limits."""

    def __init__(self) -> None:
        """Know no server yet."""
        self._known: dict[tuple[str, str], Server] = {}

    def at(self, name: str, address: str) -> Server:
        """Return the server at an address, always the same one.

        Args:
            name: as people know it, such as ``Keycloak``.
            address: URL or ``host:port``.
        """
        key = (name, address.rstrip("/"))
        return self._known.setdefault(key, Server(name))
