"""Builds a tenant's network policies: nothing is open but what a stage needs. Pure."""

from ipaddress import ip_network
from typing import Any, Final

from inkwell_api.names import Stage
from inkwell_api.stage_env import HEALTH_PORT, HTTP_PORT
from inkwell_operator.backends.kubernetes_api.kinds import Manifest
from inkwell_operator.backends.kubernetes_api.metadata import metadata, selector
from inkwell_operator.backends.namespace.endpoints import Endpoint, endpoints_of
from inkwell_operator.model.validate import ValidatedTenant
from inkwell_operator.settings import DnsServer, WorkerSettings

_ANYWHERE: Final = (("0.0.0.0/0", "169.254.0.0/16"), ("::/0", "fe80::/10"))
"""All addresses, and those of a node's own link, where clouds keep their credentials."""


def default_deny(tenant: str) -> Manifest:
    """Return the policy by which nothing is open that no other policy opens."""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata("default-deny", tenant),
        "spec": {"podSelector": {}, "policyTypes": ["Egress", "Ingress"]},
    }


def stage_policy(tenant: ValidatedTenant, stage: Stage, settings: WorkerSettings) -> Manifest:
    """Let a stage's pods reach the name service and this stage's endpoints alone."""
    ingress: list[dict[str, Any]] = [
        {
            "from": [_namespace_peer(name) for name in sorted(set(settings.scraping_namespaces))],
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
                *map(_name_service, settings.dns),
                *(_egress(endpoint) for endpoint in endpoints_of(tenant.resolved.spec, stage)),
            ],
        },
    }


def _name_service(server: DnsServer) -> dict[str, Any]:
    peer = (
        _namespace_peer(server.namespace)
        if server.namespace
        else {"ipBlock": {"cidr": server.cidr}}
    )
    ports = [{"port": server.port, "protocol": protocol} for protocol in ("UDP", "TCP")]
    return {"to": [peer], "ports": ports}


def _egress(endpoint: Endpoint) -> dict[str, Any]:
    return {"to": _peers(endpoint), "ports": [{"port": endpoint.port, "protocol": "TCP"}]}


def _peers(endpoint: Endpoint) -> list[dict[str, Any]]:
    """Return where an endpoint may be: a host outside of the cluster may be at any address."""
    if endpoint.namespace:
        return [_namespace_peer(endpoint.namespace)]
    if endpoint.address:
        return [{"ipBlock": {"cidr": str(ip_network(endpoint.address))}}]
    return [
        {"ipBlock": {"cidr": everywhere, "except": [link_local]}}
        for everywhere, link_local in _ANYWHERE
    ]


def _namespace_peer(name: str) -> dict[str, Any]:
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}
