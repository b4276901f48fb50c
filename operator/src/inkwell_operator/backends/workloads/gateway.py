"""Says of a gateway where it is reached, and what it lacks as it stands. Pure."""

import json

from inkwell_api import names
from inkwell_api.address import bracketed
from inkwell_api.tenant_class import GatewayOffer, ServiceType
from inkwell_operator.backends.kubernetes_api.kinds import Manifest
from inkwell_operator.backends.kubernetes_api.state import ObjectRef
from inkwell_operator.backends.workloads.desire import CONFIG_DIGEST, STAGE_KEY, digest
from inkwell_operator.backends.workloads.rollout import waits_for


def service_address(tenant: str) -> str:
    """Return where a tenant's gateway is reached from within the cluster, whatever its class."""
    return f"http://{names.GATEWAY_WORKLOAD}.{names.namespace(tenant)}.svc"


def gateway_url(service: Manifest, offer: GatewayOffer) -> str:
    """Return the address at which a gateway's Service is reached; empty while it has none yet."""
    spec, metadata_ = service["spec"], service["metadata"]
    match offer.service_type:
        case ServiceType.CLUSTER_IP:
            return f"http://{metadata_['name']}.{metadata_['namespace']}.svc"
        case ServiceType.NODE_PORT:
            port = next((p.get("nodePort") for p in spec["ports"]), None)
            return f"http://{offer.external_host or 'localhost'}:{port}" if port else ""
        case ServiceType.LOAD_BALANCER:
            ingress = (service.get("status") or {}).get("loadBalancer", {}).get("ingress") or [{}]
            host = ingress[0].get("hostname") or ingress[0].get("ip")
            return f"http://{bracketed(host)}" if host else ""


def gateway_lacks(config: Manifest | None, deployment: Manifest | None, pipeline: str) -> list[str]:
    """Return in words what keeps a gateway from serving a pipeline; empty when it does."""
    name = f"Deployment {names.GATEWAY_WORKLOAD}"
    stored = ((config or {}).get("data") or {}).get(STAGE_KEY, "{}")
    known = {each["name"] for each in json.loads(stored).get("pipelines", ())}
    if deployment is None or pipeline not in known:
        return [f"{name}: it does not know the pipeline yet"]
    annotations = deployment["spec"]["template"]["metadata"].get("annotations") or {}
    if annotations.get(CONFIG_DIGEST) != digest(stored):
        return [f"{name}: the change has not been taken up yet"]
    return waits_for(ObjectRef.of(deployment), deployment, deployment)


def gateway_takes(config: Manifest | None, deployment: Manifest | None, pipeline: str) -> list[str]:
    """Return in words why a gateway may still take uploads for a pipeline; empty when it cannot."""
    if deployment is None or not deployment["spec"]["replicas"]:
        return []
    name = f"Deployment {names.GATEWAY_WORKLOAD}"
    stored = ((config or {}).get("data") or {}).get(STAGE_KEY, "{}")
    known = {each["name"] for each in json.loads(stored).get("pipelines", ())}
    annotations = deployment["spec"]["template"]["metadata"].get("annotations") or {}
    if pipeline in known or annotations.get(CONFIG_DIGEST) != digest(stored):
        return [f"{name}: it takes uploads for the pipeline until it is told otherwise"]
    return waits_for(ObjectRef.of(deployment), deployment, deployment)
