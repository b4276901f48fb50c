"""Of two replicas one acts; when it dies the other takes over in time, and never before."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from inkwell_operator.backends.kubernetes_api import KubernetesClient
from inkwell_operator.backends.kubernetes_api.client import connect
from inkwell_operator.backends.kubernetes_api.kinds import LEASE, Manifest
from inkwell_operator.lease import (
    DURATION_SECONDS,
    NAME,
    RENEW_SECONDS,
    LeadershipLostError,
    Lease,
)
from inkwell_operator.model.errors import Unreachable
from support import wait

NAMESPACE = "default"


@pytest.fixture
async def client(kubeconfig: Path) -> AsyncIterator[KubernetesClient]:
    """A connection; no Lease of ours is there before or after."""
    assert kubeconfig
    client = KubernetesClient(await connect())
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
    """A replica that notes when it acts."""

    def __init__(self, client: KubernetesClient, name: str) -> None:
        self.acts = asyncio.Event()
        self.lease = _Judged(client, name)
        self.run = asyncio.create_task(self.lease.lead(self._work))

    async def _work(self) -> None:
        self.acts.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.acts.clear()

    async def is_acting(self) -> bool:
        return self.acts.is_set()

    async def has_looked_twice(self) -> bool:
        return len(self.lease.looks) > 1

    async def end(self) -> None:
        self.run.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.run


async def test_a_leader_that_ends_in_good_order_is_followed_at_once(
    client: KubernetesClient,
) -> None:
    first = Replica(client, "first")
    await wait.until("the first to act", first.is_acting)
    second = Replica(client, "second")
    await wait.until("two looks of the second", second.has_looked_twice)
    assert not second.acts.is_set()
    await first.end()
    await wait.until("the second to act", second.is_acting)
    # It was let go: nobody had to wait for it to age.
    assert not any(is_free for is_free, _ in second.lease.looks)
    await second.end()


async def test_a_leader_that_dies_is_followed_within_fifteen_seconds(
    client: KubernetesClient,
) -> None:
    first = Replica(client, "first")
    await wait.until("the first to act", first.is_acting)
    second = Replica(client, "second")
    client_of_first = _CutOff(await connect())
    first.lease._client = client_of_first

    async def is_second_acting() -> bool:
        assert not (first.acts.is_set() and second.acts.is_set()), "two act at the same time"
        return second.acts.is_set()

    await wait.until("the second to act", is_second_acting, every=0.05)
    # Measured from start to end, a slow machine would be to blame as well; so each look is judged.
    assert DURATION_SECONDS + RENEW_SECONDS < 15
    assert any(is_free for is_free, _ in second.lease.looks)
    for is_free, age in second.lease.looks:
        assert is_free == (age > DURATION_SECONDS)
    await second.end()
    with pytest.raises(LeadershipLostError):
        await first.run
    await client_of_first.aclose()
