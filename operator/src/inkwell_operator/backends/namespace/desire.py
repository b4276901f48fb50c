"""Builds a tenant's namespace: quotas, network policies, role bindings. Pure."""

from collections.abc import Iterable
from typing import Any, Final

from inkwell_api import names
from inkwell_api.names import Stage
from inkwell_api.stage_env import HEALTH_PORT, HTTP_PORT
from inkwell_operator.backends.kubernetes_api.kinds import Manifest
from inkwell_operator.backends.kubernetes_api.metadata import labels, metadata, selector
from inkwell_operator.backends.namespace.endpoints import Endpoint, endpoints_of
from inkwell_operator.backends.namespace.state import ANNOTATION_INSTALLATION, ANNOTATION_UID
from inkwell_operator.model.ownership import Mark
from inkwell_operator.model.validate import ValidatedTenant
from inkwell_operator.settings import Settings

OWNER_ROLE: Final = "inkwell-tenant-owner"
SECRETS_ROLE: Final = "inkwell-tenant-secrets"
_RBAC: Final = "rbac.authorization.k8s.io"
_DNS_PORT: Final = 53


def namespace(mark: Mark) -> Manifest:
    """Return the marked namespace, which admits only pods of the restricted profile."""
    namespace_labels = labels(mark.tenant)
    for mode in ("enforce", "audit", "warn"):
        namespace_labels[f"pod-security.kubernetes.io/{mode}"] = "restricted"
        namespace_labels[f"pod-security.kubernetes.io/{mode}-version"] = "latest"
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": names.namespace(mark.tenant),
            "labels": namespace_labels,
            "annotations": {
                ANNOTATION_INSTALLATION: mark.installation,
                ANNOTATION_UID: mark.uid,
            },
        },
    }


def namespace_objects(tenant: ValidatedTenant, settings: Settings) -> list[Manifest]:
    """Return the namespace and every object that keeps the tenant in and others out."""
    return [
        namespace(tenant.claim.mark),
        _operator_binding(tenant.name, settings),
        *_owner_binding(tenant),
        _resource_quota(tenant),
        _limit_range(tenant.name),
        _authorities(tenant),
        _default_deny(tenant.name),
        *(_stage_policy(tenant, stage, settings.workers.scraping_namespaces) for stage in Stage),
    ]


def _operator_binding(tenant: str, settings: Settings) -> Manifest:
    """Let the operator work with this namespace's Secrets; it has no right to others."""
    return {
        "apiVersion": f"{_RBAC}/v1",
        "kind": "RoleBinding",
        "metadata": metadata("inkwell-operator", tenant),
        "roleRef": {"apiGroup": _RBAC, "kind": "ClusterRole", "name": SECRETS_ROLE},
        "subjects": [
            {
                "kind": "ServiceAccount",
                "name": settings.service_account,
                "namespace": settings.namespace,
            }
        ],
    }


def _owner_binding(tenant: ValidatedTenant) -> list[Manifest]:
    if not tenant.spec.owners:
        return []
    owners = sorted({(owner.kind.value, owner.name) for owner in tenant.spec.owners})
    return [
        {
            "apiVersion": f"{_RBAC}/v1",
            "kind": "RoleBinding",
            "metadata": metadata("inkwell-owners", tenant.name),
            "roleRef": {"apiGroup": _RBAC, "kind": "ClusterRole", "name": OWNER_ROLE},
            "subjects": [{"apiGroup": _RBAC, "kind": kind, "name": name} for kind, name in owners],
        }
    ]


def _resource_quota(tenant: ValidatedTenant) -> Manifest:
    quotas = tenant.quotas
    return {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": metadata("inkwell", tenant.name),
        "spec": {
            "hard": {
                "pods": str(quotas.pods),
                "limits.cpu": quotas.cpu,
                "limits.memory": quotas.memory,
                "count/documentpipelines.inkwell.dev": str(quotas.pipelines),
            }
        },
    }


def _limit_range(tenant: str) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "LimitRange",
        "metadata": metadata("inkwell", tenant),
        "spec": {
            "limits": [
                {
                    "type": "Container",
                    "default": {"cpu": "500m", "memory": "256Mi"},
                    "defaultRequest": {"cpu": "25m", "memory": "64Mi"},
                }
            ]
        },
    }


def _authorities(tenant: ValidatedTenant) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata(names.CERTIFICATE_AUTHORITY_CONFIG, tenant.name),
        "data": {"ca.crt": tenant.resolved.ca_pem},
    }


def _default_deny(tenant: str) -> Manifest:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata("default-deny", tenant),
        "spec": {"podSelector": {}, "policyTypes": ["Egress", "Ingress"]},
    }


def _stage_policy(
    tenant: ValidatedTenant, stage: Stage, scraping_namespaces: Iterable[str]
) -> Manifest:
    """Let a stage's pods reach the name service and this stage's endpoints alone."""
    ingress: list[dict[str, Any]] = [
        {
            "from": [_namespace_peer(name) for name in sorted(set(scraping_namespaces))],
            "ports": [{"port": HEALTH_PORT, "protocol": "TCP"}],
        }
    ]
    if stage is Stage.GATEWAY:
        ingress.append({"ports": [{"port": HTTP_PORT, "protocol": "TCP"}]})
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata(stage.value, tenant.name),
        "spec": {
            "podSelector": {"matchLabels": selector(tenant.name, stage)},
            "policyTypes": ["Egress", "Ingress"],
            "ingress": ingress,
            "egress": [
                _name_service(),
                *(_egress(endpoint) for endpoint in endpoints_of(tenant.resolved.spec, stage)),
            ],
        },
    }


def _name_service() -> dict[str, Any]:
    return {
        "to": [_namespace_peer("kube-system")],
        "ports": [
            {"port": _DNS_PORT, "protocol": "UDP"},
            {"port": _DNS_PORT, "protocol": "TCP"},
        ],
    }


def _egress(endpoint: Endpoint) -> dict[str, Any]:
    peer = (
        {"ipBlock": {"cidr": "0.0.0.0/0"}}
        if endpoint.namespace is None
        else _namespace_peer(endpoint.namespace)
    )
    return {"to": [peer], "ports": [{"port": endpoint.port, "protocol": "TCP"}]}


def _namespace_peer(name: str) -> dict[str, Any]:
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}
