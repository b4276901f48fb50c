"""Reads Secrets, a call a subject: no right reaches over more than one tenant's."""

import asyncio
import time
from collections import defaultdict
from typing import Final

from inkwell_operator.backends.kubernetes_api.client import KubernetesClient
from inkwell_operator.backends.kubernetes_api.kinds import NAMESPACE, SECRET, Manifest
from inkwell_operator.backends.kubernetes_api.orphans import orphans_among
from inkwell_operator.backends.kubernetes_api.packed import reduced
from inkwell_operator.backends.kubernetes_api.state import (
    DesiredObjects,
    ObjectRef,
    ObservedObjects,
)
from inkwell_operator.model.errors import AccessDenied

MAX_AGE_SECONDS: Final = 2.0
"""A pass asks for the same Secrets twice; within this time, and unless written, once is enough."""
_RIGHTS_TRIES: Final = 12
_RIGHTS_PAUSE_SECONDS: Final = 0.25


class SecretReads:
    """Reads the Secrets of tenants."""

    def __init__(self, client: KubernetesClient) -> None:
        """Read through `client`."""
        self._client = client
        self._recent: dict[str, tuple[float, dict[ObjectRef, Manifest]]] = {}
        self._writes: dict[str, int] = defaultdict(int)

    def invalidate(self, tenant: str) -> None:
        """Forget what is known of a tenant: a Secret of it was just written."""
        self._writes[tenant] += 1
        self._recent.pop(tenant, None)

    async def observe(self, desired: DesiredObjects) -> ObservedObjects:
        """Read the Secrets of the namespace; none where there is no namespace of ours.

        Raises:
            AccessDenied: the operator may not read them, and not for lack of a moment.
        """
        scope = desired.scope
        secrets = await self._secrets(scope.tenant, scope.namespace)
        orphans = await orphans_among(self._client, desired, secrets)
        found = {
            ref: secret
            for ref, secret in secrets.items()
            if scope.owns(secret) or ref in desired.objects or ref in orphans
        }
        return ObservedObjects(found, orphans=orphans, at=self._client.server_time)

    async def _secrets(self, tenant: str, namespace: str) -> dict[ObjectRef, Manifest]:
        began, writes = time.monotonic(), self._writes[tenant]
        recent = self._recent.get(tenant)
        if recent is not None and began - recent[0] < MAX_AGE_SECONDS:
            return recent[1]
        listed = [reduced(secret) for secret in await self._list(namespace)]
        secrets = {secret.ref: secret.manifest for secret in listed}
        if self._writes[tenant] == writes:
            self._recent[tenant] = (began, secrets)
        return secrets

    async def _list(self, namespace: str) -> list[Manifest]:
        """List a namespace's Secrets; a fresh RoleBinding takes a moment to give the right."""
        for number in range(1, _RIGHTS_TRIES + 1):
            try:
                return await self._client.list(SECRET, namespace)
            except AccessDenied:
                if not await self._is_there(namespace):
                    return []
                if number == _RIGHTS_TRIES:
                    raise
            await asyncio.sleep(_RIGHTS_PAUSE_SECONDS)
        return []

    async def _is_there(self, namespace: str) -> bool:
        """Whether the namespace exists and stays: of one that goes, the rights go first."""
        found = await self._client.get(NAMESPACE, namespace)
        return found is not None and "deletionTimestamp" not in found["metadata"]
