"""Writes a tenant's namespace and the objects in it."""

from inkwell_operator.backends.kubernetes_api.apply import apply_action
from inkwell_operator.backends.kubernetes_api.client import KubernetesClient
from inkwell_operator.backends.namespace.actions import NamespaceAction, Recount


async def apply_to_namespace(client: KubernetesClient, action: NamespaceAction) -> None:
    """Make one write; what is there or gone already is success."""
    match action:
        case Recount(manifest, resources):
            spec = manifest["spec"]
            limits = {key: most for key, most in spec["hard"].items() if key not in resources}
            await client.apply({**manifest, "spec": {**spec, "hard": limits}})
            await client.apply(manifest)
        case _:
            await apply_action(client, action)
