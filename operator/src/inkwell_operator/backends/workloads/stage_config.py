"""Renders what each stage is told (`inkwell_api.stage_env`). Pure.

Every name and address that a worker uses is said here; a worker derives none. Addresses are those
inside the cluster, from the TenantClass, never the operator's overrides.
"""

from inkwell_api import names
from inkwell_api.address import split_address
from inkwell_api.names import EventKind, Stage
from inkwell_api.pipeline import DocumentPipelineSpec, Engine
from inkwell_api.quantity import parse_duration, parse_size
from inkwell_api.stage_env import (
    Address,
    CassandraAccess,
    GatewayEnv,
    GatewayPipeline,
    KafkaAccess,
    ModelAccess,
    OidcAccess,
    PostgresAccess,
    StageEnv,
)
from inkwell_api.stage_topics import STAGE_TOPICS, consumed_topics
from inkwell_api.tenant_class import TenantClassSpec
from inkwell_operator.model.validate import (
    PipelineFacts,
    ResolvedClass,
    ValidatedPipeline,
    ValidatedTenant,
)


def gateway_env(tenant: ValidatedTenant) -> GatewayEnv:
    """Return what the gateway of a tenant is told."""
    spec = tenant.resolved.spec
    issuer = tenant.resolved.keycloak.issuer
    return GatewayEnv(
        tenant=tenant.name,
        oidc=OidcAccess(
            issuer=issuer,
            jwks_url=f"{issuer}/protocol/openid-connect/certs",
            audience=names.api_client(tenant.name),
        ),
        kafka=KafkaAccess(
            bootstrap_servers=",".join(spec.kafka.bootstrap_servers),
            registry_url=spec.kafka.schema_registry.url,
        ),
        cassandra=_cassandra(spec, tenant.name),
        postgres=_postgres(tenant.resolved, tenant.name),
        pipelines=tuple(_gateway_pipeline(tenant.name, facts) for facts in tenant.pipelines),
    )


def stage_env(pipeline: ValidatedPipeline, stage: Stage) -> StageEnv:
    """Return what one stage of a pipeline is told: only what this stage may know."""
    spec, resolved = pipeline.spec, pipeline.resolved
    lifetime = spec.retention.results if stage is Stage.ARCHIVE else spec.retention.documents
    return StageEnv(
        tenant=pipeline.tenant,
        pipeline=pipeline.pipeline,
        stage=stage,
        kafka=_kafka(pipeline, stage),
        cassandra=_cassandra(resolved.spec, pipeline.tenant, parse_duration(lifetime)),
        postgres=_postgres(resolved, pipeline.tenant) if stage is Stage.ARCHIVE else None,
        max_bytes=parse_size(spec.documents.max_bytes),
        max_pages=spec.documents.max_pages,
        ocr=spec.ocr if stage is Stage.OCR else None,
        extraction=spec.extraction if stage in {Stage.EXTRACT, Stage.ARCHIVE} else None,
        model=_model(spec, resolved) if stage is Stage.EXTRACT else None,
        validation=spec.validation if stage in {Stage.EXTRACT, Stage.ARCHIVE} else None,
    )


def _kafka(pipeline: ValidatedPipeline, stage: Stage) -> KafkaAccess:
    tenant, name = pipeline.tenant, pipeline.pipeline
    endpoint = pipeline.resolved.spec.kafka
    return KafkaAccess(
        bootstrap_servers=",".join(endpoint.bootstrap_servers),
        registry_url=endpoint.schema_registry.url,
        group=names.group(tenant, name, stage),
        consumes=consumed_topics(tenant, name, stage),
        produces=names.topic(tenant, name, STAGE_TOPICS[stage].result),
        dead_letters=names.topic(tenant, name, EventKind.DEAD),
    )


def _cassandra(spec: TenantClassSpec, tenant: str, ttl_seconds: int = 0) -> CassandraAccess:
    return CassandraAccess(
        contact_points=tuple(_address(point) for point in spec.cassandra.contact_points),
        datacenter=spec.cassandra.datacenter,
        keyspace=names.keyspace(tenant),
        ttl_seconds=ttl_seconds,
    )


def _postgres(resolved: ResolvedClass, tenant: str) -> PostgresAccess:
    return PostgresAccess(
        address=_address(resolved.spec.postgres.address),
        database=resolved.postgres.database_of(tenant),
        schema_name=names.schema(tenant),
    )


def _model(spec: DocumentPipelineSpec, resolved: ResolvedClass) -> ModelAccess | None:
    choice = spec.extraction.model
    if choice is None or spec.extraction.engine is Engine.RULES:
        return None
    endpoint = next(model for model in resolved.spec.models if model.name == choice.endpoint)
    return ModelAccess(
        base_url=endpoint.url,
        name=choice.name,
        has_api_key=choice.endpoint in resolved.model_keys,
        context_tokens=endpoint.context_tokens,
        timeout_seconds=endpoint.timeout_seconds,
    )


def _gateway_pipeline(tenant: str, facts: PipelineFacts) -> GatewayPipeline:
    documents = facts.spec.documents
    return GatewayPipeline(
        name=facts.name,
        uploaded_topic=names.topic(tenant, facts.name, EventKind.UPLOADED),
        accept=tuple(kind.value for kind in documents.accept),
        max_bytes=parse_size(documents.max_bytes),
        document_ttl_seconds=parse_duration(facts.spec.retention.documents),
    )


def _address(text: str) -> Address:
    host, port = split_address(text)
    return Address(host=host, port=port)
