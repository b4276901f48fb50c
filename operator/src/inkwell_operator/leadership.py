"""Leadership: a thread of its own competes for the Lease and keeps it.

It has an event loop and a connection of its own, so that nothing that waits elsewhere (a backend
that hangs, a full pool of threads, a busy core) costs the Lease. In return it watches the core: a
core whose loop stands still loses the Lease, and a process that was frozen is ended before its
other threads can write. Opened by `operator` around everything that acts.
"""

import asyncio
import contextlib
import os
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Final, NoReturn

import structlog

from inkwell_operator import metrics
from inkwell_operator.backends.kubernetes_api.client import KubernetesClient, connect
from inkwell_operator.backends.server import ServerLimits
from inkwell_operator.fence import Fence, Instant
from inkwell_operator.lease import DURATION_SECONDS, Lease
from inkwell_operator.model.errors import InkwellError
from inkwell_operator.pulse import Pulse
from inkwell_operator.settings import Settings

_log = structlog.get_logger()
_LIMITS: Final = ServerLimits(failures=1_000_000)
"""No circuit: a Lease that rests after failures is lost."""
_EXIT_CODE: Final = 70

OpenLease = Callable[[], AbstractAsyncContextManager[Lease]]


@dataclass(frozen=True, slots=True)
class Timing:
    """How leadership is timed, in seconds.

    Attributes:
        duration: a Lease that did not change for so long is free.
        give_up: without a renewal for so long nothing more is written and the leader stops; the
            rest of `duration` is for writes that are under way.
        renew: pause between two looks, of the leader and of the standbys.
        attempt: longest wait for the API server.
    """

    duration: float = DURATION_SECONDS
    give_up: float = 7
    renew: float = 2
    attempt: float = 3.5

    @property
    def stall(self) -> float:
        """Age of the loop's heartbeat from which the Lease is not renewed.

        A shorter block of the loop changes nothing; a longer one suspends the renewals, which go on
        when it ends; one of `duration` is `give_up` without a renewal, and leadership is lost.
        """
        return self.duration - self.give_up


class LeadershipLostError(Exception):
    """The Lease could not be kept; another replica may act now, and this process must end."""


class Leadership:
    """The right to act; made and awaited on the core's loop."""

    def __init__(
        self,
        open_lease: OpenLease,
        pulse: Pulse,
        *,
        timing: Timing | None = None,
        end_process: Callable[[int], NoReturn] = os._exit,
        clock: Callable[[], Instant] = Instant.now,
    ) -> None:
        """Compete for nothing yet.

        Args:
            open_lease: opens the Lease, on the thread's loop.
            pulse: of the core's loop.
            timing: another than the usual one.
            end_process: ends the process at once, whatever its other threads do.
            clock: reads the time.
        """
        self._timing = timing or Timing()
        self.fence = Fence(self._timing.give_up, clock)
        self._open_lease = open_lease
        self._pulse = pulse
        self._end_process = end_process
        self._clock = clock
        self._looked_at = self._renewed = clock()
        self._core = asyncio.get_running_loop()
        self._acquired = asyncio.Event()
        self._lost: asyncio.Future[None] = self._core.create_future()
        self._thread = threading.Thread(target=self._run, name="lease", daemon=True)
        self._has_begun = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()

    async def acquired(self) -> None:
        """Wait until this replica leads."""
        await self._acquired.wait()

    async def lost(self) -> None:
        """Wait until it leads no more.

        Raises:
            LeadershipLostError: always, in the end.
        """
        await asyncio.shield(self._lost)

    def is_leading(self) -> bool:
        """Whether writes are let through now."""
        return self.fence.age() <= self._timing.give_up

    def look_age(self) -> float:
        """Return the seconds since the Lease was last read or written with success."""
        return self._clock().since(self._looked_at)

    def start(self) -> None:
        """Begin to compete."""
        self._thread.start()
        self._has_begun.wait()

    async def stop(self) -> None:
        """Let go of the Lease and end the thread; nothing may be written any more by now."""
        self._stop_thread()
        while self._thread.is_alive():  # noqa: ASYNC110 - a thread has no event to wait for
            await asyncio.sleep(0.02)
        self._lost.cancel()

    def _stop_thread(self) -> None:
        self.fence.close()
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # its loop has ended by itself
                self._loop.call_soon_threadsafe(self._stop.set)

    def _run(self) -> None:
        try:
            with asyncio.Runner() as runner:
                self._loop = runner.get_loop()
                self._has_begun.set()
                runner.run(self._compete())
        except Exception:  # noqa: BLE001 - whatever it was, nobody keeps the Lease any more
            _log.exception("defect in the keeping of the Lease")
            self._lose("the Lease is not kept any more")

    async def _compete(self) -> None:
        async with self._open_lease() as lease:
            while not await self._attempt(lease.acquire, self._timing.attempt):
                if await self._has_stopped_within(self._timing.renew):
                    return
            _log.info("leading")
            metrics.LEADER.set(1)
            self._tell_core(self._acquired.set)
            try:
                await self._keep(lease)
            finally:
                metrics.LEADER.set(0)
            await self._release(lease)

    async def _keep(self, lease: Lease) -> None:
        """Renew the Lease until told to stop; give leadership up when that fails for too long."""
        while not await self._has_stopped_within(min(self._timing.renew, self._left())):
            self._demand_not_frozen()
            if self._pulse.age() < self._timing.stall:
                is_ours = await self._attempt(lease.renew, min(self._timing.attempt, self._left()))
                self._demand_not_frozen()
                if is_ours is False:
                    # Somebody else acts already: not even a good end may be waited for.
                    self._end("another replica holds the Lease")
            if self._left() <= 0:
                self._lose("the Lease could not be renewed in time")
                if not await self._has_stopped_within(self._timing.duration - self._age()):
                    self._end("the core did not end within the Lease's duration")
                return

    async def _attempt(self, look: Callable[[], Awaitable[bool]], seconds: float) -> bool | None:
        """Take or renew the Lease; None where that is not known."""
        began = self._clock()
        try:
            async with asyncio.timeout(seconds):
                is_ours = await look()
        except (InkwellError, TimeoutError) as error:
            _log.warning("lease not taken", error=str(error) or type(error).__name__)
            return None
        self._looked_at = began
        if is_ours and not self._stop.is_set():
            self._renewed = began
            self.fence.renew(began)
        return is_ours

    async def _release(self, lease: Lease) -> None:
        try:
            async with asyncio.timeout(self._timing.renew):
                await lease.release()
        except (InkwellError, TimeoutError) as error:
            _log.warning("lease not released", error=str(error) or type(error).__name__)

    async def _has_stopped_within(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(seconds, 0)):
                await self._stop.wait()
        return self._stop.is_set()

    def _age(self) -> float:
        return self._clock().since(self._renewed)

    def _left(self) -> float:
        return self._timing.give_up - self._age()

    def _demand_not_frozen(self) -> None:
        """End the process if it slept through the Lease: its other threads wake up as well."""
        if self._age() > self._timing.duration and not self._stop.is_set():
            self._end("the process stood still for longer than the Lease's duration")

    def _lose(self, why: str) -> None:
        self.fence.close()

        def tell() -> None:
            if not self._lost.done():
                self._lost.set_exception(LeadershipLostError(why))
                self._lost.exception()  # whoever waits raises it; perhaps nobody does

        self._tell_core(tell)

    def _end(self, why: str) -> None:
        self.fence.close()
        _log.error("ending at once", reason=why)
        self._end_process(_EXIT_CODE)

    def _tell_core(self, function: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the core's loop has ended
            self._core.call_soon_threadsafe(function)


@asynccontextmanager
async def open_lease(namespace: str, identity: str) -> AsyncIterator[Lease]:
    """Open the Lease on a connection of its own, which no other caller can hold up."""
    client = KubernetesClient(await connect(), _LIMITS)
    try:
        yield Lease(client, namespace, identity)
    finally:
        await client.aclose()


class Alone:
    """Leadership of an operator that has no other replicas."""

    def __init__(self) -> None:
        """Lead from now on."""
        self.fence = Fence.open_for_ever()
        metrics.LEADER.set(1)

    async def acquired(self) -> None:
        """Return at once."""

    async def lost(self) -> None:
        """Wait for ever."""
        await asyncio.Event().wait()

    def is_leading(self) -> bool:
        """Return True."""
        return True

    def look_age(self) -> float:
        """Return 0: there is no Lease to look at."""
        return 0.0


@asynccontextmanager
async def open_leadership(settings: Settings, pulse: Pulse) -> AsyncIterator[Leadership | Alone]:
    """Compete for leadership while the block runs, where replicas do; let go of it at the end."""
    if not settings.leader_election:
        yield Alone()
        return
    leadership = Leadership(lambda: open_lease(settings.namespace, settings.replica), pulse)
    leadership.start()
    try:
        yield leadership
    finally:
        await leadership.stop()
