"""Where the backends of a TenantClass are: a part of its spec each, with the name of a Secret."""

from enum import StrEnum
from typing import Annotated, TypeAlias

from pydantic import ConfigDict, Field, StringConstraints

from inkwell_api.resource import SpecModel
from inkwell_api.rules import (
    DATABASE_PATTERN,
    DATACENTER_PATTERN,
    HOST_PORT_PATTERN,
    HTTPS_PATTERN,
    LABEL_PATTERN,
    REALM_PATTERN,
    SECRET_NAME_PATTERN,
    URL_PATTERN,
    checked,
    fixed,
    rule,
)

HostPort: TypeAlias = Annotated[str, StringConstraints(max_length=261, pattern=HOST_PORT_PATTERN)]
"""An address as ``host:port``; an IPv6 address stands in brackets."""


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

    model_config = ConfigDict(
        json_schema_extra=checked(
            rule(
                "self.minInSyncReplicas <= self.replicationFactor",
                "minInSyncReplicas is at most replicationFactor: no record could be written",
                at=".minInSyncReplicas",
            )
        )
    )

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
        pattern=DATACENTER_PATTERN,
        description=(
            "The local data centre. Cannot be changed: rows would not be copied to another one."
        ),
        json_schema_extra=checked(
            fixed("datacenter", "rows do not move by themselves; make a new TenantClass")
        ),
    )
    secret_name: str = Field(
        max_length=253,
        pattern=SECRET_NAME_PATTERN,
        description=_secret("`username` and `password`"),
    )
    replication_factor: int = Field(
        default=3, ge=1, le=9, description="Copies of each row in the data centre."
    )


class PostgresIsolation(StrEnum):
    """What each tenant has of its own in PostgreSQL."""

    SCHEMA = "Schema"
    DATABASE = "Database"


class PostgresEndpoint(SpecModel):
    """A PostgreSQL server (TLS, verify-full) with pgvector."""

    address: HostPort = Field(description="Address (host:port) of the server that takes writes.")
    database: str = Field(
        min_length=1,
        max_length=63,
        pattern=DATABASE_PATTERN,
        description=(
            "The database that holds a schema a tenant; with isolation Database, the one from "
            "which the operator makes the tenants'. Cannot be changed: schemas would be made "
            "empty in the other one, and logins would go on working in both."
        ),
        json_schema_extra=checked(
            fixed("database", "schemas do not move by themselves; make a new TenantClass")
        ),
    )
    isolation: PostgresIsolation = Field(
        default=PostgresIsolation.SCHEMA,
        description=(
            "What each tenant has of its own: a Schema in the one database, or a Database, in "
            "which it sees nothing of another's tables, counts, locks, large objects and "
            "notifications. Database asks for an operator's login with CREATEDB. Cannot be "
            "changed: rows would stay behind in the other place."
        ),
        json_schema_extra=checked(
            fixed("isolation", "rows do not move by themselves; make a new TenantClass")
        ),
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
        pattern=REALM_PATTERN,
        description=(
            "The realm. Cannot be changed: the clients in the old one would stay enabled, and "
            "nothing would ever remove them. Addresses may change, for a server may get another "
            "name."
        ),
        json_schema_extra=checked(
            fixed("realm", "clients in the old one would stay enabled; make a new TenantClass")
        ),
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
        pattern=LABEL_PATTERN,
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
        description=(
            "Tokens of prompt and answer together that its models take; 8192 where nothing is said."
        ),
    )
    timeout_seconds: int = Field(
        default=120,
        ge=1,
        le=3600,
        description="Longest wait for one answer, in seconds; 120 where nothing is said.",
    )
