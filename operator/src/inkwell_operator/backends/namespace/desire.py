"""Builds a tenant's namespace: quotas, network policies, role bindings. Pure."""

from typing import Final

from inkwell_api import names
from inkwell_api.names import Stage
from inkwell_operator.backends.kubernetes_api.kinds import Manifest
from inkwell_operator.backends.kubernetes_api.metadata import labels, metadata
from inkwell_operator.backends.namespace.network import default_deny, stage_policy
from inkwell_operator.backends.namespace.state import ANNOTATION_INSTALLATION, ANNOTATION_UID
from inkwell_operator.model.ownership import Mark
from inkwell_operator.model.validate import ValidatedTenant
from inkwell_operator.settings import Settings

OWNER_ROLE: Final = "inkwell-tenant-owner"
SECRETS_ROLE: Final = "inkwell-tenant-secrets"
_RBAC: Final = "rbac.authorization.k8s.io"
_SECRETS_A_PIPELINE: Final = 8
"""Its four, and as many again while logins change."""
_SECRETS_BESIDES: Final = 10
_EPHEMERAL_GIB: Final = 2
"""Of a pod: its scratch volume, and logs."""


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
        default_deny(tenant.name),
        *(stage_policy(tenant, stage, settings.workers) for stage in Stage),
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
                "limits.ephemeral-storage": f"{quotas.pods * _EPHEMERAL_GIB}Gi",
                "persistentvolumeclaims": "0",
                "secrets": str(_SECRETS_BESIDES + _SECRETS_A_PIPELINE * quotas.pipelines),
                "services": "4",
                "services.loadbalancers": "1",
                "services.nodeports": "2",
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
                    "default": {
                        "cpu": "500m",
                        "memory": "256Mi",
                        "ephemeral-storage": f"{_EPHEMERAL_GIB}Gi",
                    },
                    "defaultRequest": {
                        "cpu": "25m",
                        "memory": "64Mi",
                        "ephemeral-storage": "64Mi",
                    },
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
