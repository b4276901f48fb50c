"""From a spec and what it refers to, to a subject that every backend can work with. Pure.

Called by the reconcilers after all reads. Behind this module nobody looks a reference up or judges
a spec again: every external reference is already in the `Validated...` value.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from inkwell_api import names
from inkwell_api.names import Stage
from inkwell_api.pipeline import DocumentPipelineSpec
from inkwell_api.tenant import TenantSpec
from inkwell_api.tenant_class import TenantClassSpec


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
class AdminLogin:
    """How the operator logs in to one backend.

    Attributes:
        username: user, or clientId for Keycloak.
        password: password, or clientSecret for Keycloak.
        ca_pem: certificates (PEM) of the authority that signed the server's; empty for the system's
            authorities.
        ca_file: the same as a file for drivers that want a path; None for the system's authorities.
    """

    username: str
    password: str = field(repr=False)
    ca_pem: str = field(default="", repr=False)
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class KafkaTarget:
    """A Kafka cluster and its schema registry, as the operator reaches them.

    Attributes:
        bootstrap_servers: ``host:port`` each; differs from the class's only for an operator outside
            of the cluster.
        admin: SCRAM-SHA-512 login over TLS.
        replication_factor: copies of each partition.
        min_in_sync_replicas: `min.insync.replicas` of each topic.
        registry_url: base of the Confluent API.
        registry_admin: basic auth of the registry.
    """

    bootstrap_servers: tuple[str, ...]
    admin: AdminLogin
    replication_factor: int
    min_in_sync_replicas: int
    registry_url: str
    registry_admin: AdminLogin


@dataclass(frozen=True, slots=True)
class CassandraTarget:
    """A Cassandra cluster, as the operator reaches it; contact points are ``host:port``."""

    contact_points: tuple[str, ...]
    datacenter: str
    replication_factor: int
    admin: AdminLogin


@dataclass(frozen=True, slots=True)
class PostgresTarget:
    """A PostgreSQL database, as the operator reaches it; TLS with verify-full."""

    host: str
    port: int
    database: str
    admin: AdminLogin


@dataclass(frozen=True, slots=True)
class KeycloakTarget:
    """A Keycloak realm, as the operator reaches it.

    Attributes:
        url: base address to call.
        issuer: the `iss` of the realm's tokens, as workers and people see it.
        realm: the realm.
        admin: clientId and clientSecret (client credentials grant).
    """

    url: str
    issuer: str
    realm: str
    admin: AdminLogin


@dataclass(frozen=True, slots=True)
class ResolvedClass:
    """A TenantClass with every Secret it refers to, read.

    Attributes:
        name: of the TenantClass.
        spec: as written; what workers are told (addresses inside the cluster) comes from here.
        kafka: target for the operator, and so on for each backend.
        ca_pem: authorities that the tenant's workers must trust (all distinct `ca.crt`, joined);
            may be empty.
        model_keys: by name of the model endpoint, its API key where it has one.
    """

    name: str
    spec: TenantClassSpec
    kafka: KafkaTarget
    cassandra: CassandraTarget
    postgres: PostgresTarget
    keycloak: KeycloakTarget
    ca_pem: str = field(default="", repr=False)
    model_keys: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class EffectiveQuotas:
    """The class's quotas, lowered by the tenant's overrides.

    Bytes are per second and per principal.
    """

    produce_bytes_per_second: int
    consume_bytes_per_second: int
    pods: int
    cpu: str
    memory: str
    pipelines: int


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
        quotas: what holds for it.
        gateway: the gateway's login in Kafka, Cassandra and PostgreSQL.
        pipelines: by name; the gateway's rights, Keycloak's pipeline roles and the gateway's
            configuration follow them.
    """

    name: str
    spec: TenantSpec
    resolved: ResolvedClass
    quotas: EffectiveQuotas
    gateway: Credential
    pipelines: tuple[PipelineFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class ValidatedPipeline:
    """A pipeline that may be made.

    Attributes:
        tenant: name of its tenant.
        pipeline: its name.
        spec: as written.
        tenant_spec: of its tenant (suspended, deletionPolicy, mode).
        resolved: its tenant's class.
        quotas: its tenant's.
        logins: by stage (ocr, extract, archive), the login in Kafka, Cassandra and PostgreSQL.
        machine: the Keycloak client (clientId, client secret) of the machine that uploads.
    """

    tenant: str
    pipeline: str
    spec: DocumentPipelineSpec
    tenant_spec: TenantSpec
    resolved: ResolvedClass
    quotas: EffectiveQuotas
    logins: Mapping[Stage, Credential]
    machine: Credential


@dataclass(frozen=True, slots=True)
class Absent:
    """A tenant or pipeline that should be gone: logins always, data unless `retain`.

    Attributes:
        tenant: the tenant's name.
        pipeline: the pipeline's, or None when the whole tenant goes (with everything of all of its
            pipelines).
        retain: keep topics, schema, keyspace and rows; revoke every login and right.
        resolved: the class whose backends hold it.
    """

    tenant: str
    pipeline: str | None
    retain: bool
    resolved: ResolvedClass

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
