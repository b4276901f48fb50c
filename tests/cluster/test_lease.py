"""Of two replicas one acts; when it dies the other takes over in time, and never before."""

import asyncio
import contextlib
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Event
from typing import Any, NoReturn

import pytest
from typing_extensions import override

from inkwell_operator.backends.kubernetes_api import KubernetesClient
from inkwell_operator.backends.kubernetes_api.client import connect
from inkwell_operator.backends.kubernetes_api.kinds import LEASE, Manifest
from inkwell_operator.leadership import Leadership, LeadershipLostError, Timing, open_lease
from inkwell_operator.lease import DURATION_SECONDS, NAME, Lease
from inkwell_operator.model.errors import Unreachable
from inkwell_operator.pulse import Pulse
from support import wait

NAMESPACE = "default"
TIMING = Timing()
WRITER = Path(__file__).parent / "writing_replica.py"


@pytest.fixture
async def client(kubeconfig: Path) -> AsyncIterator[KubernetesClient]:
    """A connection; no Lease of ours is there before or after."""
    assert kubeconfig
    connection = await connect()
    # It must not wait for the threads that a test fills.
    connection.configuration.client_session_kwargs = {"trust_env": False}
    client = KubernetesClient(connection)
    await client.delete(LEASE, NAME, NAMESPACE)
    yield client
    await client.delete(LEASE, NAME, NAMESPACE)
    await client.aclose()


class _CutOff(KubernetesClient):
    """A client without a network: its replica neither renews nor releases."""

    @override
    async def _call(self, what: str, method: str, path: str, **parameters: Any) -> Manifest:
        raise Unreachable("cut off")


class _Judged(Lease):
    """A Lease that notes each look at another's: whether it was free, and its age as seen here."""

    def __init__(self, client: KubernetesClient, identity: str) -> None:
        super().__init__(client, NAMESPACE, identity)
        self.looks: list[tuple[bool, float]] = []
        self._version = ""
        self._since = 0.0

    @override
    def _is_free(self, lease: Manifest) -> bool:
        now = time.monotonic()
        if lease["metadata"]["resourceVersion"] != self._version:
            self._version, self._since = lease["metadata"]["resourceVersion"], now
        # Both judge by one reading of the clock, whatever comes in between.
        self._clock = lambda: now
        is_free = super()._is_free(lease)
        self._clock = time.monotonic
        self.looks.append((is_free, now - self._since))
        return is_free


class Replica:
    """A replica that says when it may act."""

    def __init__(self, name: str) -> None:
        self.pulse = Pulse()
        self.lease: _Judged | None = None
        self.leadership = Leadership(lambda: self._open(name), self.pulse, end_process=_exit)
        self._beating = asyncio.create_task(self.pulse.run())
        self.leadership.start()

    @asynccontextmanager
    async def _open(self, name: str) -> AsyncIterator[Lease]:
        client = KubernetesClient(await connect())
        self.lease = _Judged(client, name)
        try:
            yield self.lease
        finally:
            await client.aclose()

    def cut_off(self) -> None:
        """Take the network away, without a word to anybody."""
        assert self.lease is not None
        self.lease._client.__class__ = _CutOff

    async def acts(self) -> bool:
        return self.leadership.is_leading()

    async def has_looked_twice(self) -> bool:
        return self.lease is not None and len(self.lease.looks) > 1

    async def end(self) -> None:
        await self.leadership.stop()
        self._beating.cancel()


def _exit(code: int) -> NoReturn:
    raise AssertionError(f"the process would have ended with {code}")


async def test_a_leader_that_ends_in_good_order_is_followed_at_once(
    client: KubernetesClient,
) -> None:
    assert client
    first = Replica("first")
    await wait.until("the first to act", first.acts)
    second = Replica("second")
    await wait.until("two looks of the second", second.has_looked_twice)
    assert not await second.acts()
    await first.end()
    await wait.until("the second to act", second.acts)
    # It was let go: nobody had to wait for it to age.
    assert second.lease is not None
    assert not any(is_free for is_free, _ in second.lease.looks)
    await second.end()


async def test_a_leader_that_dies_is_followed_within_fifteen_seconds(
    client: KubernetesClient,
) -> None:
    assert client
    first = Replica("first")
    await wait.until("the first to act", first.acts)
    second = Replica("second")
    lost = asyncio.create_task(first.leadership.lost())
    # What the operator does: it ends as soon as it hears that it leads no more.
    lost.add_done_callback(lambda _: first.leadership._stop_thread())
    first.cut_off()

    async def is_second_acting() -> bool:
        assert not (await first.acts() and await second.acts()), "two act at the same time"
        return await second.acts()

    await wait.until("the second to act", is_second_acting, every=0.05)
    # Measured from start to end, a slow machine would be to blame as well; so each look is judged.
    assert DURATION_SECONDS + TIMING.renew < 15
    assert second.lease is not None
    assert any(is_free for is_free, _ in second.lease.looks)
    for is_free, age in second.lease.looks:
        assert is_free == (age > DURATION_SECONDS)
    await second.end()
    with pytest.raises(LeadershipLostError):
        await lost
    await first.end()


async def test_full_threads_and_a_blocked_loop_cost_no_renewal(client: KubernetesClient) -> None:
    loop = asyncio.get_running_loop()
    replica = Replica("busy")
    await wait.until("the replica to act", replica.acts)
    release = Event()
    waiting = [loop.run_in_executor(None, release.wait) for _ in range(64)]
    replica.pulse.beat()
    before = await _renewed_at(client)
    await asyncio.sleep(DURATION_SECONDS)
    time.sleep(TIMING.stall * 0.9)  # noqa: ASYNC251 - the loop is to stand still
    assert await replica.acts()
    assert await _renewed_at(client) > before
    release.set()
    await asyncio.gather(*waiting)
    await replica.end()


async def _renewed_at(client: KubernetesClient) -> str:
    lease = await client.get(LEASE, NAME, NAMESPACE)
    assert lease is not None
    return str(lease["spec"]["renewTime"])


async def test_a_leader_that_was_frozen_writes_nothing_more_and_ends(
    client: KubernetesClient, tmp_path: Path
) -> None:
    """It writes to a file as fast as it can, through the fence, as reconcilers do."""
    written = tmp_path / "written"
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(WRITER), NAMESPACE, str(written)
    )
    try:

        async def writes() -> bool:
            return written.exists() and written.stat().st_size > 100

        await wait.until("writes of the replica", writes)
        process.send_signal(signal.SIGSTOP)
        second = Replica("second")
        await wait.until("the second to act", second.acts)
        size = written.stat().st_size
        process.send_signal(signal.SIGCONT)
        async with asyncio.timeout(10):
            assert await process.wait() == 70
        # One write may have been let through right before the process was frozen.
        assert written.stat().st_size <= size + 1
        await second.end()
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    assert client


async def test_the_lease_is_let_go_by_its_own_connection(client: KubernetesClient) -> None:
    async with open_lease(NAMESPACE, "one") as lease:
        assert await lease.acquire()
        assert await lease.renew()
        await lease.release()
        assert not await lease.renew()
    found = await client.get(LEASE, NAME, NAMESPACE)
    assert found is not None
    assert found["spec"]["holderIdentity"] == ""
