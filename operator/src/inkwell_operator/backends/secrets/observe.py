"""Reads Secrets, a call a subject: no right reaches over more than one tenant's."""

import asyncio
from typing import Final

from inkwell_operator.backends.kubernetes_api.client import KubernetesClient
from inkwell_operator.backends.kubernetes_api.kinds import NAMESPACE, SECRET, Manifest
from inkwell_operator.backends.kubernetes_api.state import (
    DesiredObjects,
    ObjectRef,
    ObservedObjects,
)
from inkwell_operator.model.errors import AccessDenied

_RIGHTS_TRIES: Final = 12
_RIGHTS_PAUSE_SECONDS: Final = 0.25


async def observe(client: KubernetesClient, desired: DesiredObjects) -> ObservedObjects:
    """Read the Secrets of the namespace; none where there is no namespace of ours.

    Raises:
        AccessDenied: the operator may not read them, and not for lack of a moment.
    """
    secrets = await _list(client, desired.scope.namespace)
    refs = {ObjectRef.of(secret): secret for secret in secrets}
    return ObservedObjects(
        {
            ref: secret
            for ref, secret in refs.items()
            if desired.scope.owns(secret) or ref in desired.objects
        }
    )


async def _list(client: KubernetesClient, namespace: str) -> list[Manifest]:
    """List a namespace's Secrets; a fresh RoleBinding takes a moment to give the right."""
    found = await client.get(NAMESPACE, namespace)
    if found is None:
        return []
    for last in (number == _RIGHTS_TRIES for number in range(1, _RIGHTS_TRIES + 1)):
        try:
            return await client.list(SECRET, namespace)
        except AccessDenied:
            if found["metadata"].get("deletionTimestamp"):
                return []
            if last:
                raise
        await asyncio.sleep(_RIGHTS_PAUSE_SECONDS)
    return []
