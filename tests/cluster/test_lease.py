"""Of two replicas one acts; when it dies the other takes over in time, and never before."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from inkwell_operator.backends.kubernetes import KubernetesClient
from inkwell_operator.backends.kubernetes.client import connect
from inkwell_operator.backends.kubernetes.state import LEASE, Manifest
from inkwell_operator.lease import DURATION_SECONDS, NAME, LeadershipLostError, Lease
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


class Replica:
    """A replica that notes when it acts."""

    def __init__(self, client: KubernetesClient, name: str) -> None:
        self.acts = asyncio.Event()
        self.lease = Lease(client, NAMESPACE, name)
        self.run = asyncio.create_task(self.lease.lead(self._work))

    async def _work(self) -> None:
        self.acts.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.acts.clear()

    async def is_acting(self) -> bool:
        return self.acts.is_set()

    async def end(self) -> None:
        self.run.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.run


async def test_a_leader_that_ends_in_good_order_is_followed_at_once(
    client: KubernetesClient,
) -> None:
    first = Replica(client, "first")
    await wait.until("the first to act", first.is_acting, seconds=5)
    second = Replica(client, "second")
    await asyncio.sleep(3)
    assert not second.acts.is_set()
    await first.end()
    await wait.until("the second to act", second.is_acting, seconds=5)
    await second.end()


async def test_a_leader_that_dies_is_followed_within_fifteen_seconds(
    client: KubernetesClient,
) -> None:
    first = Replica(client, "first")
    await wait.until("the first to act", first.is_acting, seconds=5)
    second = Replica(client, "second")
    client_of_first = _CutOff(await connect())
    first.lease._client = client_of_first
    began = time.monotonic()

    async def is_second_acting() -> bool:
        assert not (first.acts.is_set() and second.acts.is_set()), "two act at the same time"
        return second.acts.is_set()

    await wait.until("the second to act", is_second_acting, seconds=15, every=0.05)
    assert DURATION_SECONDS - 2 < time.monotonic() - began < 15
    await second.end()
    with pytest.raises(LeadershipLostError):
        await first.run
    await client_of_first.aclose()
