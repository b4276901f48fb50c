"""Writes objects that hold no secret."""

from inkwell_operator.backends.kubernetes_api.actions import (
    Apply,
    ObjectAction,
    Remove,
    Replace,
)
from inkwell_operator.backends.kubernetes_api.client import KubernetesClient
from inkwell_operator.backends.kubernetes_api.state import ObjectRef


async def apply_action(client: KubernetesClient, action: ObjectAction) -> None:
    """Make one write; what is there or gone already is success.

    Raises:
        InkwellError: as the client does.
    """
    match action:
        case Apply(manifest):
            await client.apply(manifest)
        case Remove(ref, uid):
            await client.delete(ref.kind, ref.name, ref.namespace, uid)
        case Replace(manifest, uid):
            ref = ObjectRef.of(manifest)
            await client.delete(ref.kind, ref.name, ref.namespace, uid)
            await client.apply(manifest)
