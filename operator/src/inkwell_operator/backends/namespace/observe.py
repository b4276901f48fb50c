"""Reads a tenant's namespace, and what somebody else has put into it."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from inkwell_operator.backends.kubernetes_api.client import KubernetesClient
from inkwell_operator.backends.kubernetes_api.kinds import (
    CONFIG_MAP,
    DEPLOYMENT,
    NAMESPACE,
    NETWORK_POLICY,
    ROLE_BINDING,
    SERVICE,
    Kind,
    Manifest,
)
from inkwell_operator.backends.kubernetes_api.reads import TenantReads
from inkwell_operator.backends.namespace.state import (
    DesiredNamespace,
    ObservedNamespace,
    ownership_of,
)

OPENING_KINDS: Final = (NETWORK_POLICY, ROLE_BINDING)
_COUNTED: Final[Mapping[str, Kind]] = {
    "Deployments": DEPLOYMENT,
    "Services": SERVICE,
    "ConfigMaps": CONFIG_MAP,
}
"""What tells that a namespace is in use, of what the operator may list."""
_MADE_BY_THE_PLATFORM: Final = frozenset(
    {"system:deployer", "system:image-builder", "system:image-puller"}
)
"""Roles that OpenShift binds in each namespace to this namespace's own ServiceAccounts."""


async def observe(
    client: KubernetesClient, reads: TenantReads, desired: DesiredNamespace
) -> ObservedNamespace:
    """Read the namespace; of one that is not ours, only what is in it."""
    scope = desired.objects.scope
    objects = await reads.observe(desired.objects)
    namespace = objects.objects.get(desired.ref)
    if namespace is None and not desired.objects.objects:
        # Its label may have been taken off; its mark says whether it may go.
        namespace = await client.get(NAMESPACE, scope.namespace)
        found = {} if namespace is None else {desired.ref: namespace}
        return ObservedNamespace(replace(objects, objects=found))
    if namespace is not None and not ownership_of(desired.claim, namespace).is_ours:
        return ObservedNamespace(objects, contents=await _contents(client, scope.namespace))
    known = (await reads.objects_of(scope.tenant)).objects
    openings = {
        ref: each.manifest
        for ref, each in known.items()
        if ref.namespace == scope.namespace
        and ref not in desired.objects.objects
        and not scope.owns(each.manifest)
        and opens(each.manifest)
    }
    return ObservedNamespace(objects, openings)


def opens(manifest: Manifest) -> bool:
    """Whether an object that is not ours lets somebody in: policies and bindings only add. Pure."""
    match manifest["kind"]:
        case "NetworkPolicy":
            spec = manifest.get("spec") or {}
            return bool(spec.get("ingress") or spec.get("egress"))
        case "RoleBinding":
            return not _is_the_platforms(manifest)
        case _:
            return False


def _is_the_platforms(binding: Manifest) -> bool:
    """Whether a binding gives the namespace's own ServiceAccounts what OpenShift gives to all."""
    namespace = binding["metadata"]["namespace"]
    subjects: list[dict[str, Any]] = binding.get("subjects") or []
    role = binding["roleRef"]
    return (
        role["kind"] == "ClusterRole"
        and role["name"] in _MADE_BY_THE_PLATFORM
        and all(
            subject.get("namespace") == namespace
            or subject["name"] == f"system:serviceaccounts:{namespace}"
            for subject in subjects
        )
    )


async def _contents(client: KubernetesClient, namespace: str) -> dict[str, int]:
    counts = await asyncio.gather(*(client.count(kind, namespace) for kind in _COUNTED.values()))
    return dict(zip(_COUNTED, counts, strict=True))
