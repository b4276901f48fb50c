"""Builds the workloads of a tenant (its gateway) and of a pipeline (its stages). Pure.

Pods are of the restricted profile: no root, no writable root file system, no capabilities, no API
token. What a pod is told and the credentials it mounts are part of its template as digests, so that
a change of either rolls the pods.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from inkwell_api import names
from inkwell_api.names import Stage
from inkwell_api.stage_env import (
    CA_FILE,
    CREDENTIALS_DIRECTORY,
    GRACE_SECONDS,
    HEALTH_PORT,
    HTTP_PORT,
    SCORER_DIRECTORY,
    STAGE_FILE,
    StageEnv,
)
from inkwell_api.tenant_class import ServiceType
from inkwell_operator.backends.kubernetes_api.kinds import Manifest
from inkwell_operator.backends.kubernetes_api.metadata import labels, metadata, owned, selector
from inkwell_operator.backends.workloads.stage_config import gateway_env, stage_env
from inkwell_operator.model.validate import Credential, ValidatedPipeline, ValidatedTenant
from inkwell_operator.settings import StageResources, WorkerSettings

USER: Final = 10001
CONFIG_DIGEST: Final = f"{names.GROUP}/config-digest"
CREDENTIAL_DIGEST: Final = f"{names.GROUP}/credential-digest"
STAGE_KEY: Final = STAGE_FILE.name
_STARTUP_SECONDS: Final = 5
_STARTUP_TRIES: Final = 36
_ENVIRONMENT: Final[Mapping[Stage, Mapping[str, str]]] = {
    # One thread a page: Tesseract's own threads cost more than they bring, by far on few cores.
    Stage.OCR: {"OMP_THREAD_LIMIT": "1"},
}
_LEAVE_SLOWLY: Final = {"lifecycle": {"preStop": {"sleep": {"seconds": 5}}}}
"""A gateway serves on until every node has heard that it goes; else requests run into nothing."""


@dataclass(frozen=True, slots=True)
class _Workload:
    """One Deployment with what belongs to it."""

    name: str
    tenant: str
    pipeline: str | None
    stage: Stage
    env: BaseModel
    digest_of_credentials: str
    replicas: int


def tenant_workloads(tenant: ValidatedTenant, settings: WorkerSettings) -> list[Manifest]:
    """Return the gateway: ConfigMap, ServiceAccount, Deployment, Service."""
    workload = _Workload(
        name=names.GATEWAY_WORKLOAD,
        tenant=tenant.name,
        pipeline=None,
        stage=Stage.GATEWAY,
        env=gateway_env(tenant),
        digest_of_credentials=_credential_digest(tenant.gateway, tenant.resolved.ca_pem),
        replicas=0 if tenant.spec.suspended else 1,
    )
    return [
        *_objects(workload, settings),
        _service(tenant.name, tenant.resolved.spec.gateway.service_type),
    ]


def pipeline_workloads(pipeline: ValidatedPipeline, settings: WorkerSettings) -> list[Manifest]:
    """Return for each stage: ConfigMap, ServiceAccount, Deployment."""
    suspended = pipeline.tenant_spec.suspended
    return [
        owned(manifest, pipeline)
        for stage in names.PIPELINE_STAGES
        for manifest in _objects(
            _Workload(
                name=names.workload(pipeline.pipeline, stage),
                tenant=pipeline.tenant,
                pipeline=pipeline.pipeline,
                stage=stage,
                env=stage_env(pipeline, stage),
                digest_of_credentials=_credential_digest(
                    pipeline.logins[stage], pipeline.resolved.ca_pem
                ),
                replicas=0 if suspended else pipeline.replicas.get(stage, 1),
            ),
            settings,
        )
    ]


def _objects(workload: _Workload, settings: WorkerSettings) -> list[Manifest]:
    object_metadata = metadata(workload.name, workload.tenant, workload.pipeline, workload.stage)
    config = workload.env.model_dump_json(indent=2, by_alias=True) + "\n"
    return [
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": object_metadata,
            "data": {STAGE_KEY: config},
        },
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": object_metadata,
            "automountServiceAccountToken": False,
        },
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": object_metadata,
            "spec": _deployment_spec(workload, settings, digest(config)),
        },
    ]


def _deployment_spec(
    workload: _Workload, settings: WorkerSettings, config_digest: str
) -> dict[str, Any]:
    return {
        "replicas": workload.replicas,
        "revisionHistoryLimit": 2,
        "selector": {"matchLabels": selector(workload.tenant, workload.stage, workload.pipeline)},
        "strategy": {
            "type": "RollingUpdate",
            "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0},
        },
        "template": {
            "metadata": {
                "labels": labels(workload.tenant, workload.pipeline, workload.stage),
                "annotations": {
                    CONFIG_DIGEST: config_digest,
                    CREDENTIAL_DIGEST: workload.digest_of_credentials,
                    "prometheus.io/scrape": "true",
                    "prometheus.io/port": str(HEALTH_PORT),
                },
            },
            "spec": _pod_spec(workload, settings),
        },
    }


def _pod_spec(workload: _Workload, settings: WorkerSettings) -> dict[str, Any]:
    return {
        "serviceAccountName": workload.name,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": GRACE_SECONDS,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": USER,
            "runAsGroup": USER,
            "fsGroup": USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [_container(workload, settings)],
        "volumes": [
            {"name": "stage", "configMap": {"name": workload.name}},
            {"name": "credentials", "secret": {"secretName": workload.name, "defaultMode": 0o440}},
            {"name": "ca", "configMap": {"name": names.CERTIFICATE_AUTHORITY_CONFIG}},
            {"name": "tmp", "emptyDir": {"sizeLimit": "1Gi"}},
            *_scorer_volumes(workload),
        ],
    }


def _container(workload: _Workload, settings: WorkerSettings) -> dict[str, Any]:
    ports = [{"name": "health", "containerPort": HEALTH_PORT, "protocol": "TCP"}]
    if workload.stage is Stage.GATEWAY:
        ports.insert(0, {"name": "http", "containerPort": HTTP_PORT, "protocol": "TCP"})
    environment = _ENVIRONMENT.get(workload.stage, {})
    return {
        "name": workload.stage.value,
        "image": settings.images[workload.stage],
        "imagePullPolicy": settings.image_pull_policy,
        **(
            {"env": [{"name": k, "value": v} for k, v in environment.items()]}
            if environment
            else {}
        ),
        "ports": ports,
        "resources": _resources(settings.resources[workload.stage]),
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        **(_LEAVE_SLOWLY if workload.stage is Stage.GATEWAY else {}),
        "startupProbe": _probe("/healthz", _STARTUP_SECONDS, _STARTUP_TRIES),
        "livenessProbe": _probe("/healthz", 10, 6),
        "readinessProbe": _probe("/readyz", 5, 3),
        "volumeMounts": [
            {
                "name": "stage",
                "mountPath": str(STAGE_FILE),
                "subPath": STAGE_KEY,
                "readOnly": True,
            },
            {"name": "credentials", "mountPath": str(CREDENTIALS_DIRECTORY), "readOnly": True},
            {"name": "ca", "mountPath": str(CA_FILE.parent), "readOnly": True},
            {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108 - the pod's own emptyDir
            *(
                {"name": each["name"], "mountPath": str(SCORER_DIRECTORY), "readOnly": True}
                for each in _scorer_volumes(workload)
            ),
        ],
    }


def _scorer_volumes(workload: _Workload) -> list[dict[str, Any]]:
    """Return the ConfigMap of a learned scorer; pods start without one that is not there."""
    env = workload.env
    if not isinstance(env, StageEnv) or env.stage is not Stage.EXTRACT or env.extraction is None:
        return []
    if env.extraction.scorer is None:
        return []
    source = {"name": env.extraction.scorer.config_map, "optional": True}
    return [{"name": "scorer", "configMap": source}]


def _resources(resources: StageResources) -> dict[str, dict[str, str]]:
    return {
        "requests": {"cpu": resources.cpu_request, "memory": resources.memory_request},
        "limits": {"cpu": resources.cpu_limit, "memory": resources.memory_limit},
    }


def _probe(path: str, period: int, failures: int) -> dict[str, Any]:
    return {
        "httpGet": {"path": path, "port": "health", "scheme": "HTTP"},
        "periodSeconds": period,
        "timeoutSeconds": 5,
        "failureThreshold": failures,
    }


def _service(tenant: str, kind: ServiceType) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(names.GATEWAY_WORKLOAD, tenant, None, Stage.GATEWAY),
        "spec": {
            "type": kind.value,
            "selector": selector(tenant, Stage.GATEWAY),
            "ports": [{"name": "http", "port": 80, "targetPort": "http", "protocol": "TCP"}],
        },
    }


def _credential_digest(credential: Credential, ca_pem: str) -> str:
    return digest(json.dumps([credential.principal, credential.password, ca_pem]))


def digest(text: str) -> str:
    """Return a digest of a configuration, by which pods are rolled."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
