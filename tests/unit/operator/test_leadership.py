"""The thread that keeps the Lease, with a Lease in memory."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Event
from typing import Any, NoReturn, cast

import pytest

from inkwell_operator.fence import Instant
from inkwell_operator.leadership import Leadership, LeadershipLostError, Timing
from inkwell_operator.lease import Lease
from inkwell_operator.model.errors import NotLeading, Unreachable
from inkwell_operator.pulse import Pulse
from support import wait

FAST = Timing(duration=1.0, give_up=0.7, renew=0.05, attempt=0.2)


class LeaseInMemory:
    """A Lease that renews while nobody else holds it and the API server answers."""

    def __init__(self) -> None:
        self.renewals: list[float] = []
        self.is_anothers = False
        self.is_away = False
        self.was_released = False

    async def acquire(self) -> bool:
        return not self.is_anothers

    async def renew(self) -> bool:
        if self.is_away:
            raise Unreachable("away")
        self.renewals.append(time.monotonic())
        return not self.is_anothers

    async def release(self) -> None:
        self.was_released = True


class ProcessEndedError(Exception):
    """Ends the thread in place of the process."""


class Replica:
    """A replica under test; the end of its process is only noted."""

    def __init__(self, lease: LeaseInMemory) -> None:
        self.lease = lease
        self.exits: list[int] = []
        self.pulse = Pulse()
        self.slept = 0.0
        """Seconds by which the machine's clock is ahead of the one that stands still in a sleep."""
        self.leadership = Leadership(
            self._open,
            self.pulse,
            timing=FAST,
            end_process=self._exit,
            clock=self._now,
        )

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[Lease]:
        yield cast("Lease", self.lease)

    def _exit(self, code: int) -> NoReturn:
        self.exits.append(code)
        raise ProcessEndedError

    def _now(self) -> Instant:
        running = time.monotonic()
        return Instant(running, running + self.slept)

    async def has_exited(self) -> bool:
        return bool(self.exits)


@asynccontextmanager
async def leading(lease: LeaseInMemory, *, beats: bool = True) -> AsyncIterator[Replica]:
    replica = Replica(lease)
    beating = asyncio.create_task(replica.pulse.run())
    replica.leadership.start()
    try:
        async with asyncio.timeout(5):
            await replica.leadership.acquired()
        if not beats:
            beating.cancel()
        yield replica
    finally:
        await replica.leadership.stop()
        beating.cancel()


@pytest.fixture
def lease() -> LeaseInMemory:
    return LeaseInMemory()


async def test_blocked_threads_and_a_short_block_of_the_loop_cost_no_renewal(
    lease: LeaseInMemory,
) -> None:
    release = Event()
    loop = asyncio.get_running_loop()
    async with leading(lease) as replica:
        waiting = [loop.run_in_executor(None, release.wait) for _ in range(64)]
        replica.pulse.beat()
        before, began = len(lease.renewals), time.monotonic()
        time.sleep(FAST.stall * 0.8)  # noqa: ASYNC251 - the loop is to stand still
        during = [at for at in lease.renewals[before:] if at < began + FAST.stall * 0.8]
        assert len(during) >= 2
        replica.leadership.fence.check()
        release.set()
        await asyncio.gather(*waiting)
    assert lease.was_released
    assert not replica.exits


async def test_a_loop_that_stands_still_for_the_leases_duration_loses_it(
    lease: LeaseInMemory,
) -> None:
    async with leading(lease, beats=False) as replica:
        replica.pulse.beat()
        last_beat = time.monotonic()
        with pytest.raises(LeadershipLostError):
            async with asyncio.timeout(5):
                await replica.leadership.lost()
        # Renewals under way when the heartbeat stopped may still have ended.
        assert lease.renewals[-1] < last_beat + FAST.stall + 0.1
        with pytest.raises(NotLeading):
            replica.leadership.fence.check()


async def test_a_core_that_does_not_end_after_losing_the_lease_is_ended(
    lease: LeaseInMemory,
) -> None:
    async with leading(lease) as replica:
        lease.is_away = True
        with pytest.raises(LeadershipLostError):
            async with asyncio.timeout(5):
                await replica.leadership.lost()
        assert not replica.exits
        await wait.until("end of the process", replica.has_exited, seconds=5, every=0.01)


async def test_a_short_outage_of_the_api_server_is_survived(lease: LeaseInMemory) -> None:
    async with leading(lease) as replica:
        lease.is_away = True
        await asyncio.sleep(FAST.give_up / 2)
        lease.is_away = False
        before = len(lease.renewals)

        async def is_renewed() -> bool:
            return len(lease.renewals) > before

        await wait.until("renewal", is_renewed, seconds=5, every=0.01)
        replica.leadership.fence.check()


async def test_a_leader_that_finds_another_holder_ends_at_once(lease: LeaseInMemory) -> None:
    async with leading(lease) as replica:
        lease.is_anothers = True
        await wait.until("end of the process", replica.has_exited, seconds=5, every=0.01)
        with pytest.raises(NotLeading):
            replica.leadership.fence.check()
    assert not lease.was_released


async def test_a_process_that_slept_through_the_lease_ends_before_it_looks(
    lease: LeaseInMemory,
) -> None:
    async with leading(lease) as replica:
        replica.slept = FAST.duration * 2
        with pytest.raises(NotLeading):
            replica.leadership.fence.check()
        await wait.until("end of the process", replica.has_exited, seconds=5, every=0.01)


async def test_a_defect_of_the_thread_is_a_lost_lease(lease: LeaseInMemory) -> None:
    async with leading(lease) as replica:

        async def renew() -> bool:
            raise RuntimeError("defect")

        cast("Any", lease).renew = renew
        with pytest.raises(LeadershipLostError):
            async with asyncio.timeout(5):
                await replica.leadership.lost()
        with pytest.raises(NotLeading):
            replica.leadership.fence.check()
