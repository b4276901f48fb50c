"""Leadership: of several replicas the one that holds the Lease acts, the others stand by.

Called by `core`. A standby goes by its own clock and the Lease's changes alone, so that clocks
which differ between nodes do no harm. A leader that cannot renew in time stops acting before any
standby may begin.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final

import structlog

from inkwell_operator import metrics
from inkwell_operator.backends.kubernetes_api.client import KubernetesClient
from inkwell_operator.backends.kubernetes_api.kinds import LEASE, Manifest
from inkwell_operator.model.errors import InkwellError

_log = structlog.get_logger()
NAME: Final = "inkwell-operator"
DURATION_SECONDS: Final = 10
"""A Lease that did not change for so long is free."""
RENEW_SECONDS: Final = 2
"""Pause between two looks, of the leader and of the standbys."""
GIVE_UP_SECONDS: Final = 7
"""A leader that could not renew for so long stops; well before `DURATION_SECONDS`."""


class LeadershipLostError(Exception):
    """The Lease could not be renewed in time; somebody else may act now."""


class Lease:
    """The right to act."""

    def __init__(
        self,
        client: KubernetesClient,
        namespace: str,
        identity: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Compete under the name `identity` for the Lease in `namespace`."""
        self._client = client
        self._namespace = namespace
        self._identity = identity
        self._clock = clock
        self._seen: tuple[str, float] = ("", clock())

    async def lead(self, work: Callable[[], Awaitable[None]]) -> None:
        """Wait for the Lease, then run `work` for as long as it is held; let go of it at the end.

        Raises:
            LeadershipLostError: it could not be renewed; `work` was cancelled.
        """
        while not await self._tried():  # noqa: ASYNC110 - what it waits for is elsewhere
            await asyncio.sleep(RENEW_SECONDS)
        _log.info("leading", identity=self._identity)
        metrics.LEADER.set(1)
        working = asyncio.ensure_future(work())
        renewing = asyncio.create_task(self._renew())
        try:
            await asyncio.wait({working, renewing}, return_when=asyncio.FIRST_COMPLETED)
            for task in (renewing, working):
                if task.done():
                    task.result()
        finally:
            metrics.LEADER.set(0)
            for task in (working, renewing):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, LeadershipLostError):
                    await task
            await self._release()

    async def _renew(self) -> None:
        renewed = self._clock()
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            if await self._tried():
                renewed = self._clock()
            elif self._clock() - renewed > GIVE_UP_SECONDS:
                raise LeadershipLostError("the Lease could not be renewed in time")

    async def _tried(self) -> bool:
        """Take or renew the Lease; say whether it is ours now."""
        try:
            async with asyncio.timeout(GIVE_UP_SECONDS / 2):
                return await self._take()
        except (InkwellError, TimeoutError) as error:
            _log.warning("lease not taken", error=str(error))
            return False

    async def _take(self) -> bool:
        lease = await self._client.get(LEASE, NAME, self._namespace)
        if lease is None:
            await self._client.create(self._manifest(transitions=0))
            return True
        spec: dict[str, Any] = lease.get("spec") or {}
        holder = spec.get("holderIdentity") or ""
        if holder not in {"", self._identity} and not self._is_free(lease):
            return False
        transitions = spec.get("leaseTransitions", 0) + (holder != self._identity)
        wanted = self._manifest(transitions=transitions)
        if holder == self._identity:
            wanted["spec"]["acquireTime"] = spec.get("acquireTime", _now())
        # With the version that was read: of two that take it at the same time, one is told so.
        wanted["metadata"]["resourceVersion"] = lease["metadata"]["resourceVersion"]
        await self._client.replace(wanted)
        return True

    def _is_free(self, lease: Manifest) -> bool:
        version = lease["metadata"]["resourceVersion"]
        if version != self._seen[0]:
            self._seen = (version, self._clock())
        return self._clock() - self._seen[1] > DURATION_SECONDS

    def _manifest(self, transitions: int) -> Manifest:
        return {
            "apiVersion": LEASE.api_version,
            "kind": LEASE.kind,
            "metadata": {"name": NAME, "namespace": self._namespace},
            "spec": {
                "holderIdentity": self._identity,
                "leaseDurationSeconds": DURATION_SECONDS,
                "leaseTransitions": transitions,
                "acquireTime": _now(),
                "renewTime": _now(),
            },
        }

    async def _release(self) -> None:
        """Let go, so that a standby takes over at once."""
        try:
            async with asyncio.timeout(RENEW_SECONDS):
                lease = await self._client.get(LEASE, NAME, self._namespace)
                if lease is not None and lease["spec"].get("holderIdentity") == self._identity:
                    lease["spec"]["holderIdentity"] = ""
                    await self._client.replace(lease)
        except (InkwellError, TimeoutError) as error:
            _log.warning("lease not released", error=str(error))


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
