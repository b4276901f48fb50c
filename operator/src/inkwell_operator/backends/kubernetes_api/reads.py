"""Reads objects that carry our mark, in few calls however many tenants ask (`grouped_reads`)."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from typing import TypeAlias

from inkwell_api import names
from inkwell_operator.backends.grouped_reads import GroupedReads
from inkwell_operator.backends.kubernetes_api.client import KubernetesClient
from inkwell_operator.backends.kubernetes_api.kinds import NAMESPACE, Kind, Manifest
from inkwell_operator.backends.kubernetes_api.state import (
    DesiredObjects,
    ObjectRef,
    ObservedObjects,
)

_Snapshot: TypeAlias = Mapping[str, Mapping[ObjectRef, Manifest]]
"""By tenant, its objects."""

_OURS = f"{names.LABEL_MANAGED_BY}={names.FIELD_MANAGER}"


class OwnedReads:
    """Reads what is ours of some kinds; not Secrets, which are read tenant by tenant."""

    def __init__(self, client: KubernetesClient, kinds: tuple[Kind, ...]) -> None:
        """Read objects of `kinds`."""
        self._client = client
        self._kinds = kinds
        self._reads: GroupedReads[str, _Snapshot] = GroupedReads(self._read)

    def invalidate(self, tenant: str) -> None:
        """Forget what is known of a tenant: something of it was just written, by whomever."""
        self._reads.invalidate(tenant)

    async def observe(self, desired: DesiredObjects) -> ObservedObjects:
        """Return the objects of the scope, and foreign ones that bear a wanted name."""
        snapshot = await self._reads.snapshot_for(desired.scope.tenant, desired.scope.tenant)
        found = {
            ref: manifest
            for ref, manifest in snapshot.get(desired.scope.tenant, {}).items()
            if ref.kind in desired.scope.kinds
            and (desired.scope.owns(manifest) or ref in desired.objects)
        }
        missing = [ref for ref in desired.objects if ref not in found]
        foreign = zip(missing, await self._get_all(missing), strict=True)
        return ObservedObjects(
            found | {ref: manifest for ref, manifest in foreign if manifest is not None}
        )

    async def _get_all(self, refs: list[ObjectRef]) -> list[Manifest | None]:
        return await asyncio.gather(
            *(self._client.get(ref.kind, ref.name, ref.namespace) for ref in refs)
        )

    async def _read(self, tenants: frozenset[str] | None) -> _Snapshot:
        lists = await asyncio.gather(
            *(
                self._client.list(kind, namespace, labels)
                for kind in self._kinds
                for namespace, labels in _questions(kind, tenants)
            )
        )
        found: dict[str, dict[ObjectRef, Manifest]] = defaultdict(dict)
        for manifest in (manifest for objects in lists for manifest in objects):
            tenant = manifest["metadata"]["labels"].get(names.LABEL_TENANT)
            if tenant is not None:
                found[tenant][ObjectRef.of(manifest)] = manifest
        return found


def _questions(kind: Kind, tenants: frozenset[str] | None) -> list[tuple[str, str]]:
    """Return the pairs of namespace and label selector that together list what is asked for."""
    if tenants is None:
        return [("", _OURS)]
    return [
        (
            "" if kind == NAMESPACE else names.namespace(tenant),
            f"{_OURS},{names.LABEL_TENANT}={tenant}",
        )
        for tenant in sorted(tenants)
    ]
