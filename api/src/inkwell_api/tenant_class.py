"""TenantClass: the platform's offer, as a StorageClass is for disks."""

from enum import StrEnum
from typing import ClassVar

from pydantic import ConfigDict, Field

from inkwell_api.class_endpoints import (
    CassandraEndpoint,
    KafkaEndpoint,
    KeycloakEndpoint,
    ModelEndpoint,
    PostgresEndpoint,
)
from inkwell_api.resource import AGE_COLUMN, CustomResource, PrinterColumn, SpecModel
from inkwell_api.rules import (
    CPU_PATTERN,
    HOST_PATTERN,
    MEMORY_PATTERN,
    checked,
    quantity_at_least,
    rule,
)


class ServiceType(StrEnum):
    """How a tenant's gateway is reached."""

    CLUSTER_IP = "ClusterIP"
    NODE_PORT = "NodePort"
    LOAD_BALANCER = "LoadBalancer"


class GatewayOffer(SpecModel):
    """How the gateways of the class are exposed."""

    model_config = ConfigDict(
        json_schema_extra=checked(
            rule(
                "self.serviceType != 'NodePort' || has(self.externalHost)",
                "serviceType NodePort needs externalHost: a host at which nodes are reached",
                at=".externalHost",
            )
        )
    )

    service_type: ServiceType = Field(
        default=ServiceType.CLUSTER_IP, description="Type of the gateway's Service."
    )
    external_host: str | None = Field(
        default=None,
        max_length=253,
        pattern=HOST_PATTERN,
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
        max_length=12,
        pattern=CPU_PATTERN,
        description="Sum of CPU limits in the namespace; at least 1.",
        json_schema_extra=checked(
            quantity_at_least("1", CPU_PATTERN, "cpu is at least 1: a gateway would not start")
        ),
    )
    memory: str = Field(
        default="32Gi",
        max_length=12,
        pattern=MEMORY_PATTERN,
        description="Sum of memory limits in the namespace; at least 1Gi.",
        json_schema_extra=checked(
            quantity_at_least(
                "1Gi", MEMORY_PATTERN, "memory is at least 1Gi: a gateway would not start"
            )
        ),
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
