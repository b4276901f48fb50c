"""What the Kubernetes backends know of the world: kinds, objects and where they stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from typing_extensions import override

from inkwell_api import names

Manifest: TypeAlias = dict[str, Any]
"""An object as the API server takes and gives it."""


@dataclass(frozen=True, slots=True, order=True)
class Kind:
    """A kind of object and its place in the API."""

    api_version: str
    kind: str
    plural: str
    is_namespaced: bool = True

    def path(self, namespace: str = "", name: str = "", subresource: str = "") -> str:
        """Return the path of a collection, an object or a subresource."""
        root = "/api" if "/" not in self.api_version else "/apis"
        parts = [root, self.api_version]
        if self.is_namespaced and namespace:
            parts += ["namespaces", namespace]
        parts.append(self.plural)
        return "/".join((*parts, *(part for part in (name, subresource) if part)))


NAMESPACE: Final = Kind("v1", "Namespace", "namespaces", is_namespaced=False)
SECRET: Final = Kind("v1", "Secret", "secrets")
CONFIG_MAP: Final = Kind("v1", "ConfigMap", "configmaps")
SERVICE_ACCOUNT: Final = Kind("v1", "ServiceAccount", "serviceaccounts")
SERVICE: Final = Kind("v1", "Service", "services")
RESOURCE_QUOTA: Final = Kind("v1", "ResourceQuota", "resourcequotas")
LIMIT_RANGE: Final = Kind("v1", "LimitRange", "limitranges")
DEPLOYMENT: Final = Kind("apps/v1", "Deployment", "deployments")
NETWORK_POLICY: Final = Kind("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies")
ROLE_BINDING: Final = Kind("rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings")
EVENT: Final = Kind("events.k8s.io/v1", "Event", "events")
LEASE: Final = Kind("coordination.k8s.io/v1", "Lease", "leases")

_OURS: Final = f"{names.GROUP}/{names.VERSION}"
TENANT_CLASS: Final = Kind(_OURS, "TenantClass", "tenantclasses", is_namespaced=False)
TENANT: Final = Kind(_OURS, "Tenant", "tenants", is_namespaced=False)
PIPELINE: Final = Kind(_OURS, "DocumentPipeline", "documentpipelines")

OWNED_KINDS: Final = (
    NAMESPACE,
    RESOURCE_QUOTA,
    LIMIT_RANGE,
    NETWORK_POLICY,
    ROLE_BINDING,
    CONFIG_MAP,
    SECRET,
    SERVICE_ACCOUNT,
    SERVICE,
    DEPLOYMENT,
)
_KIND_BY_NAME: Final = {
    kind.kind: kind for kind in (*OWNED_KINDS, EVENT, LEASE, TENANT_CLASS, TENANT, PIPELINE)
}


def kind_named(kind: str) -> Kind:
    """Return the kind of that name, of those that Inkwell works with."""
    return _KIND_BY_NAME[kind]


def kind_of(manifest: Manifest) -> Kind:
    """Return the kind of an object of ours."""
    return kind_named(manifest["kind"])


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
            is_ours(manifest)
            and labels.get(names.LABEL_TENANT) == self.tenant
            and labels.get(names.LABEL_PIPELINE) == self.pipeline
            and self.is_staged in {None, names.LABEL_STAGE in labels}
        )


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
        drawn: by Secret name, the keys whose values are random and made once.
    """

    scope: Scope
    objects: Mapping[ObjectRef, Manifest]
    drawn: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ObservedObjects:
    """What is there: objects of the scope, and foreign ones that bear a wanted name.

    Attributes:
        objects: by place, whole.
        at: when they were asked for.
    """

    objects: Mapping[ObjectRef, Manifest]
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Apply:
    """Make an object be as the manifest says (server-side apply)."""

    manifest: Manifest = field(repr=False)


@dataclass(frozen=True, slots=True)
class PutSecret:
    """Make or complete a Secret: `missing` keys get new random values."""

    manifest: Manifest = field(repr=False)
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remove:
    """Delete an object; the uid keeps a new one of the same name safe."""

    ref: ObjectRef
    uid: str


@dataclass(frozen=True, slots=True)
class Replace:
    """Delete the object of this uid and make it again: some things happen at a birth only."""

    manifest: Manifest = field(repr=False)
    uid: str


ObjectAction: TypeAlias = Apply | PutSecret | Remove | Replace
