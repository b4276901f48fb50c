"""From a spec and what it refers to, to a subject that every backend can work with. Pure.

Called by the reconcilers after all reads. Behind this module nobody looks a reference up or judges
a spec again: every external reference is already in the `Validated...` value.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from inkwell_api import names
from inkwell_api.conditions import ConditionType
from inkwell_api.names import Stage
from inkwell_api.pipeline import DocumentPipelineSpec
from inkwell_api.tenant import TenantSpec
from inkwell_operator.model.errors import InvalidSpec
from inkwell_operator.model.ownership import Claim
from inkwell_operator.model.quotas import EffectiveQuotas, effective_quotas
from inkwell_operator.model.targets import (
    AdminLogin,
    CassandraTarget,
    KafkaTarget,
    KeycloakTarget,
    PostgresTarget,
    ResolvedClass,
)

__all__ = [
    "Absent",
    "AdminLogin",
    "CassandraTarget",
    "Credential",
    "EffectiveQuotas",
    "KafkaTarget",
    "KeycloakTarget",
    "PipelineFacts",
    "PostgresTarget",
    "ResolvedClass",
    "SecretRef",
    "Subject",
    "ValidatedPipeline",
    "ValidatedTenant",
    "validate_pipeline",
    "validate_tenant",
]


@dataclass(frozen=True, slots=True)
class SecretRef:
    """Where a Secret is."""

    namespace: str
    name: str


@dataclass(frozen=True, slots=True)
class Credential:
    """A login, the same in Kafka, Cassandra and PostgreSQL; or a Keycloak client.

    Attributes:
        principal: name of the login, such as ``acme.invoices.ocr``; for Keycloak the clientId.
        password: its password or client secret; empty where it is not known (the subject is
            absent).
        secret: the Secret that holds it.
    """

    principal: str
    password: str = field(repr=False)
    secret: SecretRef


@dataclass(frozen=True, slots=True)
class PipelineFacts:
    """What a tenant's backends must know of one of its (accepted, not deleted) pipelines."""

    name: str
    spec: DocumentPipelineSpec


@dataclass(frozen=True, slots=True)
class ValidatedTenant:
    """A tenant that may be made.

    Attributes:
        name: the tenant.
        spec: as written.
        resolved: its class.
        claim: on what it may lay hands, and the mark of what is made for it.
        quotas: what holds for it.
        gateway: the gateway's login in Kafka, Cassandra and PostgreSQL.
        pipelines: by name; the gateway's rights, Keycloak's pipeline roles and the gateway's
            configuration follow them.
        known_pipelines: names of all that exist, whatever their state; what belongs to another is
            swept, for nobody else would ever remove it.
        unsettled: data backends in which its login is not known to be as it should.
    """

    name: str
    spec: TenantSpec
    resolved: ResolvedClass
    claim: Claim
    quotas: EffectiveQuotas
    gateway: Credential
    pipelines: tuple[PipelineFacts, ...] = ()
    known_pipelines: frozenset[str] = frozenset()
    unsettled: frozenset[ConditionType] = frozenset()


@dataclass(frozen=True, slots=True)
class ValidatedPipeline:
    """A pipeline that may be made.

    Attributes:
        tenant: name of its tenant.
        pipeline: its name.
        spec: as written.
        tenant_spec: of its tenant (suspended, deletionPolicy, mode).
        resolved: its tenant's class.
        claim: its tenant's.
        uid: `metadata.uid` of the DocumentPipeline, which owns its objects in the namespace.
        quotas: its tenant's.
        logins: by stage (ocr, extract, archive), the login in Kafka, Cassandra and PostgreSQL.
        machine: the Keycloak client (clientId, client secret) of the machine that uploads.
        gateway_url: where the tenant's API is reached; empty until that is known.
        replicas: by stage, how many pods are wanted now.
        unsettled: data backends in which its logins are not known to be as they should.
    """

    tenant: str
    pipeline: str
    spec: DocumentPipelineSpec
    tenant_spec: TenantSpec
    resolved: ResolvedClass
    claim: Claim
    uid: str
    quotas: EffectiveQuotas
    logins: Mapping[Stage, Credential]
    machine: Credential
    gateway_url: str = ""
    replicas: Mapping[Stage, int] = field(default_factory=dict)
    unsettled: frozenset[ConditionType] = frozenset()


@dataclass(frozen=True, slots=True)
class Absent:
    """A tenant or pipeline that should be gone: logins always, data unless `retain`.

    Attributes:
        tenant: the tenant's name.
        pipeline: the pipeline's, or None when the whole tenant goes (with everything of all of its
            pipelines).
        retain: keep topics, schema, keyspace and rows; revoke every login and right.
        resolved: the class whose backends hold it.
        claim: the tenant's; only what bears its mark is removed.
    """

    tenant: str
    pipeline: str | None
    retain: bool
    resolved: ResolvedClass
    claim: Claim

    @property
    def principals(self) -> tuple[str, ...]:
        """A pipeline's logins by name; a tenant's are the gateway's and all with its prefix."""
        if self.pipeline is None:
            return (names.gateway_principal(self.tenant),)
        return tuple(
            names.stage_principal(self.tenant, self.pipeline, stage)
            for stage in names.PIPELINE_STAGES
        )


Subject: TypeAlias = ValidatedTenant | ValidatedPipeline | Absent


def validate_tenant(
    name: str,
    spec: TenantSpec,
    resolved: ResolvedClass,
    claim: Claim,
    pipelines: tuple[PipelineFacts, ...] = (),
    *,
    known_pipelines: frozenset[str] = frozenset(),
) -> ValidatedTenant:
    """Return the tenant; `credentials.with_password` adds what stands in its Secret.

    Raises:
        InvalidSpec: it cannot be made as written; the message says what to change.
    """
    try:
        names.check_tenant(name)
    except names.InvalidNameError as error:
        raise InvalidSpec(str(error)) from error
    secret = SecretRef(names.namespace(name), names.GATEWAY_WORKLOAD)
    return ValidatedTenant(
        name=name,
        spec=spec,
        resolved=resolved,
        claim=claim,
        quotas=effective_quotas(spec, resolved.spec.quotas),
        gateway=Credential(names.gateway_principal(name), "", secret),
        pipelines=tuple(sorted(pipelines, key=lambda facts: facts.name)),
        known_pipelines=known_pipelines | {facts.name for facts in pipelines},
    )


def validate_pipeline(
    tenant: ValidatedTenant,
    pipeline: str,
    spec: DocumentPipelineSpec,
    uid: str,
    *,
    gateway_url: str = "",
    replicas: Mapping[Stage, int] | None = None,
) -> ValidatedPipeline:
    """Return the pipeline; `credentials.with_passwords` adds what stands in its Secrets.

    What an owner wrote into schema, patterns and rules is judged by `SpecChecker`, not here: that
    may take seconds.

    Raises:
        InvalidSpec: it cannot be made as written; the message says what to change.
    """
    try:
        names.check_pipeline(pipeline)
    except names.InvalidNameError as error:
        raise InvalidSpec(str(error)) from error
    namespace = names.namespace(tenant.name)
    return ValidatedPipeline(
        tenant=tenant.name,
        pipeline=pipeline,
        spec=spec,
        tenant_spec=tenant.spec,
        resolved=tenant.resolved,
        claim=tenant.claim,
        uid=uid,
        quotas=tenant.quotas,
        logins={
            stage: Credential(
                names.stage_principal(tenant.name, pipeline, stage),
                "",
                SecretRef(namespace, names.workload(pipeline, stage)),
            )
            for stage in names.PIPELINE_STAGES
        },
        machine=Credential(
            names.machine_client(tenant.name, pipeline),
            "",
            SecretRef(namespace, names.machine_secret(pipeline)),
        ),
        gateway_url=gateway_url,
        replicas=replicas or {},
    )
