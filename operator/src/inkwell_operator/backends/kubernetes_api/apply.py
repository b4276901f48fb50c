"""Writes objects that hold no secret."""

from typing import Any, Final

from inkwell_operator.backends.kubernetes_api.actions import (
    Apply,
    ObjectAction,
    Recreate,
    Remove,
    Restore,
)
from inkwell_operator.backends.kubernetes_api.client import KubernetesClient
from inkwell_operator.backends.kubernetes_api.kinds import DEPLOYMENT, Manifest
from inkwell_operator.backends.kubernetes_api.managers import left_to_others, without_others
from inkwell_operator.backends.kubernetes_api.state import ObjectRef
from inkwell_operator.model.errors import WriteConflict

_TRIES: Final = 4


async def apply_action(client: KubernetesClient, action: ObjectAction) -> None:
    """Make one write; what is there or gone already is success.

    Raises:
        WriteConflict: somebody else wrote the object meanwhile.
        InkwellError: as the client does.
    """
    match action:
        case Apply(manifest):
            await client.apply(manifest)
        case Restore(manifest, uid):
            await _restore(client, manifest, uid)
        case Recreate(manifest, uid):
            ref = ObjectRef.of(manifest)
            await client.delete(ref.kind, ref.name, ref.namespace, uid)
            if ref.kind != DEPLOYMENT:  # which stays until its pods are gone
                await client.apply(manifest)
        case Remove(ref, uid):
            await client.delete(ref.kind, ref.name, ref.namespace, uid)


async def _restore(client: KubernetesClient, manifest: Manifest, uid: str) -> None:
    """Put our fields in the place of all there are, then apply, so that they are ours.

    A JSON patch needs no further right than an apply does (`patch`, not `update`).
    """
    ref = ObjectRef.of(manifest)
    for last in (number == _TRIES for number in range(1, _TRIES + 1)):
        found = await client.get(ref.kind, ref.name, ref.namespace)
        if found is None or found["metadata"]["uid"] != uid:
            break
        try:
            await client.patch(ref.kind, ref.name, ref.namespace, replacing(manifest, found))
            break
        except WriteConflict:
            # A controller writes the status of what was just changed all the while.
            if last:
                raise
    await client.apply(manifest)


def replacing(manifest: Manifest, found: Manifest) -> list[dict[str, Any]]:
    """Return the JSON patch that leaves of `found` only metadata, status and what is ours. Pure."""
    version, left = found["metadata"]["resourceVersion"], left_to_others(manifest)
    wanted = {key: value for key, value in manifest.items() if key not in left}
    surplus = sorted(found.keys() - manifest.keys() - left)
    return [
        {"op": "replace", "path": "/metadata/resourceVersion", "value": version},
        {"op": "add", "path": "/metadata/managedFields", "value": without_others(found)},
        *({"op": "add", "path": f"/{key}", "value": value} for key, value in wanted.items()),
        *({"op": "remove", "path": f"/{key}"} for key in surplus),
    ]
