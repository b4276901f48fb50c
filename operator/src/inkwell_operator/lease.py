"""The Lease: of several replicas the one that holds it acts, the others stand by.

Called by `leadership`. A standby goes by its own clock and the Lease's changes alone, so that
clocks which differ between nodes do no harm.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from inkwell_operator.backends.kubernetes_api.client import KubernetesClient
from inkwell_operator.backends.kubernetes_api.kinds import LEASE, Manifest

NAME: Final = "inkwell-operator"
DURATION_SECONDS: Final = 10
"""A Lease that did not change for so long is free."""


class Lease:
    """The object in the cluster, and who holds it."""

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
        self._last_change: tuple[str, float] = ("", clock())

    async def acquire(self) -> bool:
        """Take the Lease if it is free or ours; say whether it is ours now.

        Raises:
            InkwellError: the API server did not answer, or somebody else was faster.
        """
        lease = await self._client.get(LEASE, NAME, self._namespace)
        if lease is None:
            await self._client.create(self._manifest(transitions=0, acquired=_now()))
            return True
        spec: dict[str, Any] = lease.get("spec") or {}
        holder = spec.get("holderIdentity") or ""
        if holder not in {"", self._identity} and not self._is_free(lease):
            return False
        transitions = spec.get("leaseTransitions", 0) + (holder != self._identity)
        await self._replace(lease, self._manifest(transitions=transitions, acquired=_now()))
        return True

    async def renew(self) -> bool:
        """Renew the Lease; say whether it was still ours. Another's is left alone, however old.

        Raises:
            InkwellError: the API server did not answer, or the Lease is being changed.
        """
        lease = await self._client.get(LEASE, NAME, self._namespace)
        spec: dict[str, Any] = (lease or {}).get("spec") or {}
        if lease is None or spec.get("holderIdentity") != self._identity:
            return False
        transitions, acquired = spec.get("leaseTransitions", 0), spec.get("acquireTime", _now())
        await self._replace(lease, self._manifest(transitions=transitions, acquired=acquired))
        return True

    async def release(self) -> None:
        """Let go of the Lease where it is ours, so that a standby takes over at once."""
        lease = await self._client.get(LEASE, NAME, self._namespace)
        if lease is not None and lease["spec"].get("holderIdentity") == self._identity:
            lease["spec"]["holderIdentity"] = ""
            await self._client.replace(lease)

    async def _replace(self, existing: Manifest, wanted: Manifest) -> None:
        # With the version that was read: of two that take it at the same time, one is refused.
        wanted["metadata"]["resourceVersion"] = existing["metadata"]["resourceVersion"]
        await self._client.replace(wanted)

    def _is_free(self, lease: Manifest) -> bool:
        version = lease["metadata"]["resourceVersion"]
        if version != self._last_change[0]:
            self._last_change = (version, self._clock())
        return self._clock() - self._last_change[1] > DURATION_SECONDS

    def _manifest(self, transitions: int, acquired: str) -> Manifest:
        return {
            "apiVersion": LEASE.api_version,
            "kind": LEASE.kind,
            "metadata": {"name": NAME, "namespace": self._namespace},
            "spec": {
                "holderIdentity": self._identity,
                "leaseDurationSeconds": DURATION_SECONDS,
                "leaseTransitions": transitions,
                "acquireTime": acquired,
                "renewTime": _now(),
            },
        }


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
