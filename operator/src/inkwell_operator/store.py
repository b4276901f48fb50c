"""Our own objects as they were last seen: parsed, and indexed by tenant and class.

Watches and listings write, reconcilers read. It may be a moment behind the API server; every pass
is level-triggered, so that only delays, and a pass looks at the live object before its first
write. Of our own kinds' bodies, as Kubernetes sends them, only this module reads spec and status;
others look at their metadata alone. An object whose spec does not fit its model is kept with the
reason: its own pass reports that, and no other object suffers.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeAlias, TypeVar

from pydantic import ValidationError

from inkwell_api import names
from inkwell_api.pipeline import DocumentPipelineSpec
from inkwell_api.resource import Metadata, SpecModel
from inkwell_api.tenant import DeletionPolicy, Mode, TenantSpec
from inkwell_api.tenant_class import TenantClassSpec
from inkwell_operator.queue import Key

TENANT_CLASS: Final = "TenantClass"
TENANT: Final = "Tenant"
PIPELINE: Final = "DocumentPipeline"
KINDS: Final = (TENANT_CLASS, TENANT, PIPELINE)
_SPECS: Final[Mapping[str, type[SpecModel]]] = {
    TENANT_CLASS: TenantClassSpec,
    TENANT: TenantSpec,
    PIPELINE: DocumentPipelineSpec,
}

S = TypeVar("S", bound=SpecModel)


@dataclass(frozen=True, slots=True)
class Essentials:
    """What a deletion needs of a Tenant's spec, even where the spec as a whole does not parse.

    What is not legible is what destroys least: data are retained.
    """

    class_name: str
    deletion_policy: DeletionPolicy
    mode: Mode


@dataclass(frozen=True, slots=True)
class Stored(Generic[S]):
    """One of our objects.

    Attributes:
        key: kind, namespace and name.
        metadata: as far as Inkwell reads it.
        spec: parsed, without fields that this version does not know; None where it does not parse.
        fault: why the spec does not parse, in words.
        status: as it stands, to be compared with what is to stand; never an input of a decision.
        essentials: of a Tenant's spec.
    """

    key: Key
    metadata: Metadata
    spec: S | None
    fault: str
    status: Mapping[str, Any]
    essentials: Essentials

    @property
    def is_deleting(self) -> bool:
        """Whether the object is on its way out."""
        return self.metadata.deletion_timestamp is not None

    @property
    def has_finalizer(self) -> bool:
        """Whether the object waits for the operator before it goes."""
        return names.FINALIZER in self.metadata.finalizers

    @property
    def is_orphaned(self) -> bool:
        """Whether a person asked for the object to go and for everything else to stay."""
        return self.metadata.annotations.get(names.ORPHAN_ANNOTATION) == "true"


StoredTenant: TypeAlias = Stored[TenantSpec]
StoredPipeline: TypeAlias = Stored[DocumentPipelineSpec]
StoredClass: TypeAlias = Stored[TenantClassSpec]


class Store:
    """TenantClasses, Tenants and DocumentPipelines by key."""

    def __init__(self) -> None:
        """Start empty, and not synced."""
        self._objects: dict[Key, Stored[Any]] = {}
        self._pipelines: defaultdict[str, set[Key]] = defaultdict(set)
        self._tenants: defaultdict[str, set[Key]] = defaultdict(set)
        self._listed: set[str] = set()

    @property
    def is_synced(self) -> bool:
        """Whether every kind was listed whole at least once: before that, absence means nothing."""
        return self._listed == set(KINDS)

    def put(self, body: Mapping[str, Any]) -> bool:
        """Remember an object; say whether more of it than status and bookkeeping has changed.

        A version older than the known one is left aside: answers to our own writes are remembered
        by `refresh`, which may be before the watch delivers them.
        """
        known = self._objects.get(key_of(body))
        if known is not None and _is_same(known, body):
            return False
        new = parse(body)
        if known is not None and _version(new) < _version(known):
            return False
        self._forget(new.key)
        self._objects[new.key] = new
        self._index(new)
        return known is None or _identity(known) != _identity(new)

    def refresh(self, body: Mapping[str, Any]) -> None:
        """Remember the answer to a write of our own, where nothing else has changed.

        The watch may deliver a deletion before the write that allowed it is answered; remembering
        that answer would keep a ghost, for which the tenant of a deleted pipeline waits for ever.
        And an answer that carries somebody's edit or deletion is left to the watch: remembered, it
        would make the watch's event an old one, which wakes nobody.
        """
        known = self._objects.get(key_of(body))
        if known is not None and _identity(known) == _identity(parse(body)):
            self.put(body)

    def drop(self, key: Key) -> None:
        """Forget an object that is gone."""
        self._forget(key)

    def replace_listed(self, kind: str, bodies: Iterable[Mapping[str, Any]]) -> frozenset[Key]:
        """Remember a complete listing of a kind, and forget what it does not hold.

        Args:
            kind: one of `KINDS`.
            bodies: every object of the kind, as one consistent listing returned them.

        Returns:
            The keys of objects that were known and do not exist any more: a watch that was
            interrupted never delivers their deletion.
        """
        listed = {key_of(body): body for body in bodies}
        vanished = frozenset(key for key in self._objects if key.kind == kind and key not in listed)
        for key in vanished:
            self._forget(key)
        for body in listed.values():
            self.put(body)
        self._listed.add(kind)
        return vanished

    def get(self, key: Key) -> Stored[Any] | None:
        """Return an object, or None."""
        return self._objects.get(key)

    def tenant_class(self, name: str) -> StoredClass | None:
        """Return a TenantClass, or None."""
        return self._objects.get(Key(TENANT_CLASS, "", name))

    def tenant(self, name: str) -> StoredTenant | None:
        """Return a Tenant, or None."""
        return self._objects.get(Key(TENANT, "", name))

    def pipeline(self, key: Key) -> StoredPipeline | None:
        """Return a DocumentPipeline, or None."""
        return self._objects.get(key)

    def tenants_of_class(self, class_name: str) -> list[StoredTenant]:
        """Return the Tenants of a class, by name."""
        return self._sorted(self._tenants.get(class_name, ()))

    def pipelines_of(self, tenant: str) -> list[StoredPipeline]:
        """Return a tenant's pipelines, by name."""
        return self._sorted(self._pipelines.get(names.namespace(tenant), ()))

    def all_of(self, kind: str) -> list[Stored[Any]]:
        """Return every object of a kind, by key."""
        return self._sorted(key for key in self._objects if key.kind == kind)

    def _sorted(self, keys: Iterable[Key]) -> list[Stored[Any]]:
        return [self._objects[key] for key in sorted(keys)]

    def _index(self, new: Stored[Any]) -> None:
        if new.key.kind == PIPELINE:
            self._pipelines[new.key.namespace].add(new.key)
        elif new.key.kind == TENANT:
            self._tenants[new.essentials.class_name].add(new.key)

    def _forget(self, key: Key) -> None:
        known = self._objects.pop(key, None)
        if known is None:
            return
        if key.kind == PIPELINE:
            self._pipelines[key.namespace].discard(key)
        elif key.kind == TENANT:
            self._tenants[known.essentials.class_name].discard(key)


def key_of(body: Mapping[str, Any]) -> Key:
    """Return the key of an object."""
    metadata = body["metadata"]
    return Key(body["kind"], metadata.get("namespace") or "", metadata["name"])


def parse(body: Mapping[str, Any]) -> Stored[Any]:
    """Return an object of ours, parsed; what does not fit its model is noted and raises nothing."""
    raw = body.get("spec") or {}
    spec, fault = _parse_spec(str(body["kind"]), raw)
    return Stored(
        key=key_of(body),
        metadata=Metadata.model_validate(body["metadata"]),
        spec=spec,
        fault=fault,
        status=body.get("status") or {},
        essentials=_essentials(raw),
    )


def _parse_spec(kind: str, raw: Mapping[str, Any]) -> tuple[SpecModel | None, str]:
    """Return the spec, or why it does not parse.

    Fields that this version does not know are left out: the API server has refused those that no
    CRD knows, and a newer CRD fills in defaults of its own.
    """
    try:
        return _SPECS[kind].model_validate(raw, extra="ignore"), ""
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(('spec', *map(str, fault['loc'])))}: {fault['msg']}"
            for fault in error.errors(include_input=False, include_url=False)
        )
        return None, f"the stored {kind} does not fit its schema: {faults}"
    except RecursionError:
        return None, f"the stored {kind} is nested too deeply: flatten spec.extraction.schema"


def _essentials(raw: Mapping[str, Any]) -> Essentials:
    is_delete = raw.get("deletionPolicy") == DeletionPolicy.DELETE.value
    mode = raw.get("mode", Mode.APPLY.value)
    return Essentials(
        class_name=str(raw.get("className", "")),
        deletion_policy=DeletionPolicy.DELETE if is_delete else DeletionPolicy.RETAIN,
        mode=Mode.APPLY if mode == Mode.APPLY.value else Mode.PLAN,
    )


def _is_same(known: Stored[Any], body: Mapping[str, Any]) -> bool:
    """Whether a body is the version that is known, which listings deliver again and again."""
    metadata, version = body["metadata"], known.metadata.resource_version
    is_same = (metadata.get("uid"), metadata.get("resourceVersion")) == (
        known.metadata.uid,
        version,
    )
    return bool(version) and is_same


def _version(stored: Stored[Any]) -> int:
    version = stored.metadata.resource_version
    return int(version) if version.isdigit() else 0


def _identity(stored: Stored[Any]) -> tuple[Any, ...]:
    """Return what makes another pass worth it: all but status and what every write changes."""
    metadata = stored.metadata
    return (
        metadata.uid,
        metadata.generation,
        metadata.deletion_timestamp,
        metadata.labels,
        metadata.annotations,
    )
