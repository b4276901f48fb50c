"""TenantClass: the platform's offer, as a StorageClass is for disks."""

from enum import StrEnum
from typing import Annotated, ClassVar, Final, TypeAlias

from pydantic import Field, StringConstraints

from inkwell_api.resource import AGE_COLUMN, CustomResource, PrinterColumn, SpecModel

SECRET_NAME_PATTERN: Final = r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$"  # noqa: S105 - of a name
HOST_PORT_PATTERN: Final = r"^[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?:[0-9]{1,5}$"
URL_PATTERN: Final = r"^https?://[^\s/?#@]+(/[^\s?#]*)?$"
HTTPS_PATTERN: Final = r"^https://[^\s/?#@]+(/[^\s?#]*)?$"

HostPort: TypeAlias = Annotated[str, StringConstraints(max_length=261, pattern=HOST_PORT_PATTERN)]
"""An address as ``host:port``."""


def _secret(what: str) -> str:
    return (
        f"Name of a Secret in the operator's own namespace with {what}, and `ca.crt` where "
        "the server's certificate "
        "is signed by a private authority."
    )


class SchemaRegistryEndpoint(SpecModel):
    """The schema registry (Confluent API)."""

    url: str = Field(
        max_length=512,
        pattern=URL_PATTERN,
        description="Address of the API, such as https://registry:8080/apis/ccompat/v7.",
    )
    secret_name: str = Field(
        max_length=253,
        pattern=SECRET_NAME_PATTERN,
        description=_secret("`username` and `password`"),
    )


class KafkaEndpoint(SpecModel):
    """A Kafka cluster (SASL_SSL, SCRAM-SHA-512)."""

    bootstrap_servers: list[HostPort] = Field(
        min_length=1,
        max_length=16,
        description="Addresses (host:port) that workers and operator connect to first.",
    )
    secret_name: str = Field(
        max_length=253,
        pattern=SECRET_NAME_PATTERN,
        description=_secret("`username` and `password`"),
    )
    replication_factor: int = Field(
        default=3, ge=1, le=9, description="Copies of each topic partition."
    )
    min_in_sync_replicas: int = Field(
        default=2,
        ge=1,
        le=9,
        description="Copies that must have a record before it counts as written.",
    )
    schema_registry: SchemaRegistryEndpoint = Field(
        description="Where the schemas of events are kept."
    )


class CassandraEndpoint(SpecModel):
    """A Cassandra cluster (client TLS)."""

    contact_points: list[HostPort] = Field(
        min_length=1, max_length=16, description="Addresses (host:port) to connect to first."
    )
    datacenter: str = Field(
        min_length=1,
        max_length=48,
        pattern=r"^[A-Za-z0-9_-]+$",
        description="The local data centre.",
    )
    secret_name: str = Field(
        max_length=253,
        pattern=SECRET_NAME_PATTERN,
        description=_secret("`username` and `password`"),
    )
    replication_factor: int = Field(
        default=3, ge=1, le=9, description="Copies of each row in the data centre."
    )


class PostgresEndpoint(SpecModel):
    """A PostgreSQL server (TLS, verify-full) with pgvector."""

    address: HostPort = Field(description="Address (host:port) of the server that takes writes.")
    database: str = Field(
        min_length=1,
        max_length=63,
        pattern=r"^[a-z_][a-z0-9_]*$",
        description="The database that holds a schema a tenant.",
    )
    secret_name: str = Field(
        max_length=253,
        pattern=SECRET_NAME_PATTERN,
        description=_secret("`username` and `password`"),
    )


class KeycloakEndpoint(SpecModel):
    """A Keycloak realm: one for all tenants of the class."""

    url: str = Field(
        max_length=512,
        pattern=HTTPS_PATTERN,
        description="Base address, such as https://keycloak.example.org.",
    )
    realm: str = Field(
        min_length=1,
        max_length=63,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$",
        description="The realm.",
    )
    secret_name: str = Field(
        max_length=253,
        pattern=SECRET_NAME_PATTERN,
        description=_secret("`clientId` and `clientSecret` of a client that may manage clients"),
    )


class ModelEndpoint(SpecModel):
    """An OpenAI-compatible endpoint: Ollama, vLLM, llama.cpp or a hosted one."""

    name: str = Field(
        max_length=63,
        pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
        description="What a pipeline calls it.",
    )
    url: str = Field(
        max_length=512, pattern=URL_PATTERN, description="Base address up to and with /v1."
    )
    secret_name: str | None = Field(
        default=None,
        max_length=253,
        pattern=SECRET_NAME_PATTERN,
        description=(
            "Secret in the operator's own namespace with `api-key`, where the endpoint wants one."
        ),
    )
    context_tokens: int = Field(
        default=8192,
        ge=256,
        le=2_000_000,
        description="Tokens of prompt and answer together that its models take.",
    )
    timeout_seconds: int = Field(
        default=120, ge=1, le=3600, description="Longest wait for one answer, in seconds."
    )


class ServiceType(StrEnum):
    """How a tenant's gateway is reached."""

    CLUSTER_IP = "ClusterIP"
    NODE_PORT = "NodePort"
    LOAD_BALANCER = "LoadBalancer"


class GatewayOffer(SpecModel):
    """How the gateways of the class are exposed."""

    service_type: ServiceType = Field(
        default=ServiceType.CLUSTER_IP, description="Type of the gateway's Service."
    )
    external_host: str | None = Field(
        default=None,
        max_length=253,
        pattern=r"^[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?$",
        description="With NodePort: the host that status.gatewayUrl names.",
    )


class Quotas(SpecModel):
    """What one tenant may use; a Tenant may ask for less."""

    produce_bytes_per_second: int = Field(
        default=10_485_760,
        ge=1024,
        le=10_737_418_240,
        description="Kafka produce quota of each principal, bytes a second.",
    )
    consume_bytes_per_second: int = Field(
        default=10_485_760,
        ge=1024,
        le=10_737_418_240,
        description="Kafka consume quota of each principal, bytes a second.",
    )
    pods: int = Field(default=50, ge=1, le=5000, description="Pods in the tenant's namespace.")
    cpu: str = Field(
        default="16",
        pattern=r"^[1-9][0-9]{0,5}(m)?$",
        description="Sum of CPU limits in the namespace.",
    )
    memory: str = Field(
        default="32Gi",
        pattern=r"^[1-9][0-9]{0,8}(Ki|Mi|Gi)$",
        description="Sum of memory limits in the namespace.",
    )
    pipelines: int = Field(default=10, ge=1, le=100, description="DocumentPipelines of the tenant.")


class TenantClassSpec(SpecModel):
    """Backends, quotas and limits that the tenants of this class share."""

    kafka: KafkaEndpoint = Field(description="Where topics, users, ACLs and quotas are made.")
    cassandra: CassandraEndpoint = Field(description="Where keyspaces and roles are made.")
    postgres: PostgresEndpoint = Field(description="Where schemas and roles are made.")
    keycloak: KeycloakEndpoint = Field(description="Where API clients and roles are made.")
    models: list[ModelEndpoint] = Field(
        default_factory=list,
        max_length=16,
        description="Language model endpoints that pipelines may use.",
        json_schema_extra={"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]},
    )
    gateway: GatewayOffer = Field(
        default_factory=GatewayOffer, description="How gateways are exposed."
    )
    quotas: Quotas = Field(default_factory=Quotas, description="What each tenant may use at most.")


class TenantClass(CustomResource):
    """The platform's offer to tenants: endpoints of each backend, quotas, limits and defaults."""

    KIND: ClassVar[str] = "TenantClass"
    PLURAL: ClassVar[str] = "tenantclasses"
    SHORT_NAME: ClassVar[str] = "tcls"
    NAMESPACED: ClassVar[bool] = False
    COLUMNS: ClassVar[tuple[PrinterColumn, ...]] = (
        PrinterColumn(name="Kafka", type="string", json_path=".spec.kafka.bootstrapServers[0]"),
        PrinterColumn(name="Postgres", type="string", json_path=".spec.postgres.address"),
        PrinterColumn(name="Keycloak", type="string", json_path=".spec.keycloak.url", priority=1),
        AGE_COLUMN,
    )

    spec: TenantClassSpec = Field(description="What the class offers.")
