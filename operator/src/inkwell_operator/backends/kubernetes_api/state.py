"""What the Kubernetes backends know of the world: objects, where they stand, whose they are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from typing_extensions import override

from inkwell_api import names
from inkwell_api.conditions import ConditionType
from inkwell_operator.backends.kubernetes_api.kinds import Kind, Manifest, kind_of
from inkwell_operator.backends.kubernetes_api.managers import FieldPath


@dataclass(frozen=True, slots=True, order=True)
class ObjectRef:
    """Where an object stands; `namespace` is empty for cluster scope."""

    kind: Kind
    namespace: str
    name: str

    @classmethod
    def of(cls, manifest: Manifest) -> "ObjectRef":
        """Return where `manifest` stands."""
        metadata = manifest["metadata"]
        return cls(kind_of(manifest), metadata.get("namespace", ""), metadata["name"])

    @override
    def __str__(self) -> str:
        """Return the object in words: ``Deployment tenant-acme/invoices-ocr``."""
        return f"{self.kind.kind} {self.namespace}{'/' if self.namespace else ''}{self.name}"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which objects are a subject's: those with these labels, of these kinds, in this namespace.

    Attributes:
        namespace: where they stand.
        tenant: whose they are.
        pipeline: of which pipeline, or None for the tenant's own.
        kinds: of which kinds.
        is_staged: True for objects of a stage, False for those of none, None for both.
    """

    namespace: str
    tenant: str
    pipeline: str | None
    kinds: tuple[Kind, ...]
    is_staged: bool | None = None

    def owns(self, manifest: Manifest) -> bool:
        """Whether an object carries our mark and is this very subject's."""
        labels = manifest["metadata"].get("labels") or {}
        return (
            is_marked_for(manifest, self.tenant, self.namespace)
            and labels.get(names.LABEL_PIPELINE) == self.pipeline
            and self.is_staged in {None, names.LABEL_STAGE in labels}
        )


def tenant_of(manifest: Manifest) -> str:
    """Return the tenant of an object of ours; empty where it names none."""
    labels: dict[str, str] = manifest["metadata"].get("labels") or {}
    return labels.get(names.LABEL_TENANT, "")


def is_marked_for(manifest: Manifest, tenant: str, namespace: str) -> bool:
    """Whether an object carries our mark for a tenant and stands in (or is) its namespace."""
    metadata = manifest["metadata"]
    place = metadata.get("namespace") or metadata["name"]
    return is_ours(manifest) and tenant_of(manifest) == tenant and place == namespace


def is_ours(manifest: Manifest) -> bool:
    """Whether an object carries our ownership mark."""
    labels = manifest["metadata"].get("labels") or {}
    return (
        labels.get(names.LABEL_MANAGED_BY) == names.FIELD_MANAGER and names.LABEL_TENANT in labels
    )


@dataclass(frozen=True, slots=True)
class DesiredObjects:
    """Objects that should be there; whatever else of `scope` is there should not be.

    Attributes:
        scope: whose objects.
        objects: whole, as they are to be applied.
        adopts: whether unmarked objects of the wanted names are taken over.
        pipelines: of a tenant, the pipelines that it is known to have; objects of others are
            looked into (`orphans`). None where that is nobody's question.
        unsettled: data backends whose logins are not known to be as they should.
    """

    scope: Scope
    objects: Mapping[ObjectRef, Manifest]
    adopts: bool = False
    pipelines: frozenset[str] | None = None
    unsettled: frozenset[ConditionType] = frozenset()

    @classmethod
    def of(
        cls,
        scope: Scope,
        manifests: Iterable[Manifest] = (),
        *,
        adopts: bool = False,
        pipelines: frozenset[str] | None = None,
        unsettled: frozenset[ConditionType] = frozenset(),
    ) -> "DesiredObjects":
        """Return the objects by their places; none at all for what should be gone."""
        objects = {ObjectRef.of(manifest): manifest for manifest in manifests}
        return cls(scope, objects, adopts, pipelines, unsettled)


@dataclass(frozen=True, slots=True)
class ObservedObjects:
    """What is there: objects of the scope, and foreign ones that bear a wanted name.

    Attributes:
        objects: by place, without the server's record of who set what.
        added: by place, what that record tells of others (`managers.added_fields`).
        orphans: those of them that belong to a pipeline which does not exist any more.
        at: when they were asked for, by the server's clock.
    """

    objects: Mapping[ObjectRef, Manifest]
    added: Mapping[ObjectRef, tuple[FieldPath, ...]] = field(default_factory=dict)
    orphans: frozenset[ObjectRef] = frozenset()
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
