"""Builds the Secrets of a tenant or pipeline, without the values that are drawn once. Pure.

The random parts (`DRAWN`) are made when a Secret is made and never overwritten; what stands in the
manifests here is derived and follows the spec.
"""

import base64
from collections.abc import Mapping
from typing import Final

from inkwell_api import names
from inkwell_api.names import Stage
from inkwell_api.pipeline import Engine
from inkwell_operator.backends.kubernetes_api.kinds import Manifest
from inkwell_operator.backends.kubernetes_api.metadata import metadata, owned
from inkwell_operator.model.validate import ValidatedPipeline, ValidatedTenant

PASSWORD: Final = "password"  # noqa: S105 - the name of a key
CLIENT_SECRET: Final = "clientSecret"  # noqa: S105 - the name of a key
MODEL_KEY: Final = "llm-api-key"


def tenant_secrets(tenant: ValidatedTenant) -> dict[str, tuple[Manifest, tuple[str, ...]]]:
    """Return by name each Secret of a tenant and its drawn keys."""
    login = _login(names.GATEWAY_WORKLOAD, tenant.name, None, Stage.GATEWAY)
    return {names.GATEWAY_WORKLOAD: (login, (PASSWORD,))}


def pipeline_secrets(pipeline: ValidatedPipeline) -> dict[str, tuple[Manifest, tuple[str, ...]]]:
    """Return by name each Secret of a pipeline and its drawn keys."""
    secrets: dict[str, tuple[Manifest, tuple[str, ...]]] = {}
    for stage in names.PIPELINE_STAGES:
        name = names.workload(pipeline.pipeline, stage)
        extra = _model_key(pipeline) if stage is Stage.EXTRACT else {}
        login = _login(name, pipeline.tenant, pipeline.pipeline, stage, extra)
        secrets[name] = (login, (PASSWORD,))
    machine = _machine(pipeline)
    secrets[machine["metadata"]["name"]] = (machine, (CLIENT_SECRET,))
    return {name: (owned(secret, pipeline), drawn) for name, (secret, drawn) in secrets.items()}


def _login(
    name: str,
    tenant: str,
    pipeline: str | None,
    stage: Stage,
    extra: Mapping[str, str] | None = None,
) -> Manifest:
    principal = (
        names.gateway_principal(tenant)
        if pipeline is None
        else names.stage_principal(tenant, pipeline, stage)
    )
    return _secret(name, tenant, pipeline, stage, {"username": principal, **(extra or {})})


def _model_key(pipeline: ValidatedPipeline) -> dict[str, str]:
    extraction = pipeline.spec.extraction
    if extraction.engine is Engine.RULES or extraction.model is None:
        return {}
    key = pipeline.resolved.model_keys.get(extraction.model.endpoint)
    return {} if key is None else {MODEL_KEY: key}


def _machine(pipeline: ValidatedPipeline) -> Manifest:
    """Return what a machine needs to upload to this one pipeline."""
    issuer = pipeline.resolved.keycloak.issuer
    values = {
        "clientId": names.machine_client(pipeline.tenant, pipeline.pipeline),
        "issuer": issuer,
        "tokenUrl": f"{issuer}/protocol/openid-connect/token",
        "gatewayUrl": pipeline.gateway_url,
    }
    return _secret(
        names.machine_secret(pipeline.pipeline), pipeline.tenant, pipeline.pipeline, None, values
    )


def _secret(
    name: str, tenant: str, pipeline: str | None, stage: Stage | None, values: Mapping[str, str]
) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata(name, tenant, pipeline, stage),
        "type": "Opaque",
        "data": {key: encode(value) for key, value in values.items()},
    }


def encode(value: str) -> str:
    """Return a value as it stands in a Secret's data."""
    return base64.b64encode(value.encode()).decode("ascii")


def decode(data: Mapping[str, str], key: str) -> str:
    """Return a value from a Secret's data; empty where it is missing."""
    return base64.b64decode(data.get(key, "")).decode()
