"""Reads objects of tenants, in few calls however many tenants ask (`grouped_reads`)."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from inkwell_api import names
from inkwell_operator.backends.grouped_reads import GroupedReads
from inkwell_operator.backends.kubernetes_api.client import KubernetesClient
from inkwell_operator.backends.kubernetes_api.kinds import NAMESPACE, Kind, Manifest
from inkwell_operator.backends.kubernetes_api.orphans import orphans_among
from inkwell_operator.backends.kubernetes_api.packed import Existing, pack, reduced, unpack
from inkwell_operator.backends.kubernetes_api.state import (
    DesiredObjects,
    ObjectRef,
    ObservedObjects,
    tenant_of,
)

MAX_AGE_SECONDS: Final = 2.0
"""A pass looks at a tenant several times; within this time, and unless written, once is enough."""

_OURS: Final = f"{names.LABEL_MANAGED_BY}={names.FIELD_MANAGER}"


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """What one read found, by tenant and packed, and when by the server's clock."""

    by_tenant: Mapping[str, tuple[bytes, ...]]
    at: datetime


@dataclass(frozen=True, slots=True)
class _Recent:
    """What was read of one tenant, and when by our own clock."""

    read_at: float
    packed: tuple[bytes, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class TenantObjects:
    """What there is of a tenant, of the kinds that were asked for.

    Attributes:
        objects: by place.
        at: when they were read, by the server's clock.
    """

    objects: Mapping[ObjectRef, Existing]
    at: datetime


class TenantReads:
    """Reads objects of some kinds; not Secrets, which are read tenant by tenant."""

    def __init__(
        self, client: KubernetesClient, kinds: tuple[Kind, ...], whole: tuple[Kind, ...] = ()
    ) -> None:
        """Read what carries our mark of `kinds`; of those in `whole`, others' objects as well."""
        self._client = client
        self._kinds = kinds
        self._whole = frozenset(whole)
        self._reads: GroupedReads[str, _Snapshot] = GroupedReads(self._read)
        self._recent: dict[str, _Recent] = {}
        self._writes: dict[str, int] = defaultdict(int)

    def invalidate(self, tenant: str) -> None:
        """Forget what is known of a tenant: something of it was just written, by whomever."""
        self._writes[tenant] += 1
        self._recent.pop(tenant, None)
        self._reads.invalidate(tenant)

    async def objects_of(self, tenant: str) -> TenantObjects:
        """Return the objects that are marked as a tenant's, or stand in its namespace."""
        recent = self._recent.get(tenant)
        if recent is None or time.monotonic() - recent.read_at > MAX_AGE_SECONDS:
            recent = await self._read_one(tenant)
        found = (each for packed in recent.packed for each in unpack(packed))
        return TenantObjects({each.ref: each for each in found}, recent.at)

    async def observe(self, desired: DesiredObjects) -> ObservedObjects:
        """Return the objects of the scope, foreign ones of a wanted name, and orphans."""
        scope = desired.scope
        known = await self.objects_of(scope.tenant)
        manifests = {ref: each.manifest for ref, each in known.objects.items()}
        orphans = await orphans_among(self._client, desired, manifests)
        found = {
            ref: each
            for ref, each in known.objects.items()
            if ref.kind in scope.kinds
            and (scope.owns(each.manifest) or ref in desired.objects or ref in orphans)
        }
        for foreign in await self._get_all(ref for ref in desired.objects if ref not in found):
            found[foreign.ref] = foreign
        return ObservedObjects(
            {ref: each.manifest for ref, each in found.items()},
            {ref: each.added for ref, each in found.items() if each.added},
            orphans,
            known.at,
        )

    async def _read_one(self, tenant: str) -> _Recent:
        began, writes = time.monotonic(), self._writes[tenant]
        snapshot = await self._reads.snapshot_for(tenant, tenant)
        recent = _Recent(began, snapshot.by_tenant.get(tenant, ()), snapshot.at)
        if self._writes[tenant] == writes:
            self._recent[tenant] = recent
        return recent

    async def _get_all(self, refs: Iterable[ObjectRef]) -> list[Existing]:
        found = await asyncio.gather(
            *(self._client.get(ref.kind, ref.name, ref.namespace) for ref in refs)
        )
        return [reduced(manifest) for manifest in found if manifest is not None]

    async def _read(self, tenants: frozenset[str] | None) -> _Snapshot:
        at = self._client.server_time
        parts = await asyncio.gather(
            *(
                self._read_kind(kind, namespace, labels)
                for kind in self._kinds
                for namespace, labels in self._questions(kind, tenants)
            )
        )
        found: dict[str, list[bytes]] = defaultdict(list)
        for tenant, packed in (pair for part in parts for pair in part):
            found[tenant].append(packed)
        return _Snapshot({tenant: tuple(packed) for tenant, packed in found.items()}, at)

    async def _read_kind(self, kind: Kind, namespace: str, labels: str) -> list[tuple[str, bytes]]:
        """List a kind, and pack what belongs to tenants page by page."""
        packed: list[tuple[str, bytes]] = []
        async for page in self._client.pages(kind, namespace, labels):
            by_tenant: dict[str, list[Existing]] = defaultdict(list)
            for manifest in page:
                by_tenant[self._tenant_of(manifest)].append(reduced(manifest))
            packed += [(tenant, pack(objects)) for tenant, objects in by_tenant.items() if tenant]
        return packed

    def _tenant_of(self, manifest: Manifest) -> str:
        """Return the tenant by the label, or by the namespace where others' objects count."""
        by_place = names.tenant_of_namespace(manifest["metadata"].get("namespace", ""))
        return tenant_of(manifest) or by_place or ""

    def _questions(self, kind: Kind, tenants: frozenset[str] | None) -> list[tuple[str, str]]:
        """Return the pairs of namespace and label selector that together list what is asked for."""
        if tenants is None:
            return [("", "" if kind in self._whole else _OURS)]
        return [
            (
                "" if kind == NAMESPACE else names.namespace(tenant),
                "" if kind in self._whole else f"{_OURS},{names.LABEL_TENANT}={tenant}",
            )
            for tenant in sorted(tenants)
        ]
