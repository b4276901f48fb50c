"""Where and as whom the operator reaches the backends of a TenantClass."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from inkwell_api import names
from inkwell_api.class_endpoints import PostgresIsolation
from inkwell_api.conditions import ConditionType
from inkwell_api.tenant_class import TenantClassSpec
from inkwell_operator.model.errors import InkwellError


@dataclass(frozen=True, slots=True)
class AdminLogin:
    """How the operator logs in to one backend.

    Attributes:
        username: user, or clientId for Keycloak.
        password: password, or clientSecret for Keycloak.
        ca_pem: certificates (PEM) of the authority that signed the server's; empty for the system's
            authorities.
        ca_file: the same as a file for drivers that want a path; None for the system's authorities.
        secret: name of the Secret that holds all this, for messages.
    """

    username: str
    password: str = field(repr=False)
    ca_pem: str = field(default="", repr=False)
    ca_file: Path | None = None
    secret: str = ""


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
    """A PostgreSQL server, as the operator reaches it; TLS with verify-full.

    Attributes:
        host: of the server.
        port: of the server.
        database: that the class names; it holds the tenants' schemas unless each has a database.
        admin: the operator's login.
        isolation: what each tenant has of its own.
    """

    host: str
    port: int
    database: str
    admin: AdminLogin
    isolation: PostgresIsolation = PostgresIsolation.SCHEMA

    @property
    def has_databases(self) -> bool:
        """Whether each tenant has a database of its own."""
        return self.isolation is PostgresIsolation.DATABASE

    def database_of(self, tenant: str) -> str:
        """Name the database in which the schema of a tenant stands."""
        return names.database(tenant) if self.has_databases else self.database


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
        failures: by condition, why that backend cannot be used: its Secret is missing or not to be
            used. Its target then has no login, and must not be called.
        model_failures: the same by name of a model endpoint.
    """

    name: str
    spec: TenantClassSpec
    kafka: KafkaTarget
    cassandra: CassandraTarget
    postgres: PostgresTarget
    keycloak: KeycloakTarget
    ca_pem: str = field(default="", repr=False)
    model_keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    failures: Mapping[ConditionType, InkwellError] = field(default_factory=dict)
    model_failures: Mapping[str, InkwellError] = field(default_factory=dict)
