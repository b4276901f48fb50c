"""The kinds of object that the operator reads and writes, and their places in the API."""

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

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

CRD: Final = Kind(
    "apiextensions.k8s.io/v1",
    "CustomResourceDefinition",
    "customresourcedefinitions",
    is_namespaced=False,
)

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
    kind.kind: kind for kind in (*OWNED_KINDS, EVENT, LEASE, CRD, TENANT_CLASS, TENANT, PIPELINE)
}


def kind_named(kind: str) -> Kind:
    """Return the kind of that name, of those that Inkwell works with."""
    return _KIND_BY_NAME[kind]


def kind_of(manifest: Manifest) -> Kind:
    """Return the kind of an object of ours."""
    return kind_named(manifest["kind"])
