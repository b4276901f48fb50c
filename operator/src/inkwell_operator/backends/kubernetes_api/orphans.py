"""Finds what a pipeline left behind that does not exist any more."""

from collections.abc import Mapping

from inkwell_api import names
from inkwell_operator.backends.kubernetes_api.client import KubernetesClient
from inkwell_operator.backends.kubernetes_api.kinds import PIPELINE, Manifest
from inkwell_operator.backends.kubernetes_api.state import DesiredObjects, ObjectRef, is_marked_for


async def orphans_among(
    client: KubernetesClient, desired: DesiredObjects, objects: Mapping[ObjectRef, Manifest]
) -> frozenset[ObjectRef]:
    """Return the tenant's objects that belong to a pipeline which does not exist.

    Somebody took the pipeline's finalizer off before it was deleted. The pipelines that the tenant
    is known to have say only whether it is worth asking: the API server has the last word, which is
    asked after the objects were read, so that a pipeline that was just made is never taken for
    gone; one that is being deleted or does not parse exists.
    """
    if desired.pipelines is None:
        return frozenset()
    scope = desired.scope
    candidates = {
        ref: manifest
        for ref, manifest in objects.items()
        if ref.kind in scope.kinds
        and is_marked_for(manifest, scope.tenant, scope.namespace)
        and _pipeline_of(manifest) not in {None, *desired.pipelines}
    }
    if not candidates:
        return frozenset()
    existing = await client.list(PIPELINE, scope.namespace)
    known = {pipeline["metadata"]["name"] for pipeline in existing}
    uids = {pipeline["metadata"]["uid"] for pipeline in existing}
    return frozenset(
        ref
        for ref, manifest in candidates.items()
        if _pipeline_of(manifest) not in known and not uids & _owners(manifest)
    )


def _pipeline_of(manifest: Manifest) -> str | None:
    labels: dict[str, str] = manifest["metadata"].get("labels") or {}
    return labels.get(names.LABEL_PIPELINE)


def _owners(manifest: Manifest) -> set[str]:
    return {owner["uid"] for owner in manifest["metadata"].get("ownerReferences") or []}
