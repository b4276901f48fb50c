"""Builders of what tests start from: valid by default, changed where a test says so."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from inkwell_api import names
from inkwell_api.names import Stage
from inkwell_api.pipeline import DocumentPipelineSpec
from inkwell_api.tenant import TenantSpec
from inkwell_api.tenant_class import TenantClassSpec
from inkwell_operator.model.ownership import Claim, Mark
from inkwell_operator.model.targets import (
    AdminLogin,
    CassandraTarget,
    KafkaTarget,
    KeycloakTarget,
    PostgresTarget,
    ResolvedClass,
)
from inkwell_operator.model.validate import (
    Absent,
    Credential,
    PipelineFacts,
    ValidatedPipeline,
    ValidatedTenant,
    validate_pipeline,
    validate_tenant,
)

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data"
ADMIN = AdminLogin("admin", "admin-password", ca_pem="CA\n")


def claim(tenant: str = "acme", uid: str = "", **changes: Any) -> Claim:
    """Return the claim of a Tenant of one test installation."""
    return Claim(Mark(tenant, "test-installation", uid or f"uid-of-{tenant}"), **changes)


def class_spec(**changes: Any) -> TenantClassSpec:
    """Return a class whose backends are services of one cluster."""
    spec: dict[str, Any] = {
        "kafka": {
            "bootstrapServers": ["kafka.inkwell-services.svc:9093"],
            "secretName": "kafka-admin",
            "replicationFactor": 1,
            "minInSyncReplicas": 1,
            "schemaRegistry": {
                "url": "http://registry.inkwell-services.svc:8080/apis/ccompat/v7",
                "secretName": "registry-admin",
            },
        },
        "cassandra": {
            "contactPoints": ["cassandra.inkwell-services.svc:9042"],
            "datacenter": "datacenter1",
            "secretName": "cassandra-admin",
            "replicationFactor": 1,
        },
        "postgres": {
            "address": "postgres.inkwell-services.svc:5432",
            "database": "inkwell",
            "secretName": "postgres-admin",
        },
        "keycloak": {
            "url": "https://keycloak.inkwell-services.svc:8443",
            "realm": "inkwell",
            "secretName": "keycloak-admin",
        },
        "models": [{"name": "default", "url": "http://ollama.inkwell-services.svc:11434/v1"}],
        "gateway": {"serviceType": "NodePort", "externalHost": "127.0.0.1"},
    }
    return TenantClassSpec.model_validate(spec | changes)


def resolved(spec: TenantClassSpec | None = None, **changes: Any) -> ResolvedClass:
    """Return a class with all that it refers to."""
    spec = spec or class_spec()
    host, _, port = spec.postgres.address.rpartition(":")
    parts: dict[str, Any] = {
        "name": "standard",
        "spec": spec,
        "kafka": KafkaTarget(
            tuple(spec.kafka.bootstrap_servers), ADMIN, 1, 1, spec.kafka.schema_registry.url, ADMIN
        ),
        "cassandra": CassandraTarget(
            tuple(spec.cassandra.contact_points), spec.cassandra.datacenter, 1, ADMIN
        ),
        "postgres": PostgresTarget(
            host, int(port), spec.postgres.database, ADMIN, spec.postgres.isolation
        ),
        "keycloak": KeycloakTarget(
            spec.keycloak.url,
            f"{spec.keycloak.url}/realms/{spec.keycloak.realm}",
            spec.keycloak.realm,
            ADMIN,
        ),
        "ca_pem": "CA\n",
    }
    return ResolvedClass(**(parts | changes))


def pipeline_spec(**changes: Any) -> DocumentPipelineSpec:
    """Return a pipeline that reads one number by rules."""
    spec: dict[str, Any] = {
        "extraction": {
            "schema": {"type": "object", "properties": {"total": {"type": "number"}}},
        },
    }
    return DocumentPipelineSpec.model_validate(spec | changes)


def tenant(
    name: str = "acme",
    *,
    pipelines: dict[str, DocumentPipelineSpec] | None = None,
    of: ResolvedClass | None = None,
    password: str = "gateway-password",  # noqa: S107 - protects nothing
    **changes: Any,
) -> ValidatedTenant:
    """Return a tenant with a known password."""
    spec = TenantSpec.model_validate({"className": "standard"} | changes)
    facts = tuple(PipelineFacts(name, spec) for name, spec in (pipelines or {}).items())
    owns = claim(name, adopts=spec.adopt, retained=spec.retained_data)
    valid = validate_tenant(name, spec, of or resolved(), owns, facts)
    return replace(valid, gateway=_with_password(valid.gateway, password))


def pipeline(
    name: str = "invoices",
    *,
    of: ValidatedTenant | None = None,
    spec: DocumentPipelineSpec | None = None,
    password: str = "password",  # noqa: S107 - protects nothing
    replicas: dict[Stage, int] | None = None,
) -> ValidatedPipeline:
    """Return a pipeline with known passwords."""
    valid = validate_pipeline(
        of or tenant(),
        name,
        spec or pipeline_spec(),
        f"uid-of-{name}",
        gateway_url="http://127.0.0.1:30010",
        replicas=replicas or dict.fromkeys(names.PIPELINE_STAGES, 1),
    )
    return replace(
        valid,
        logins={
            stage: _with_password(login, f"{stage.value}-{password}")
            for stage, login in valid.logins.items()
        },
        machine=_with_password(valid.machine, f"machine-{password}"),
    )


def absent(name: str = "acme", pipeline: str | None = None, *, retain: bool = True) -> Absent:
    """Return a tenant or pipeline that should be gone."""
    return Absent(name, pipeline, retain, resolved(), claim(name))


def _with_password(credential: Credential, password: str) -> Credential:
    return Credential(credential.principal, password, credential.secret)
