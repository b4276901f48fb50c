"""A test's own tenant with one pipeline: its names, and what its workers are told and mount."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
from cassandra.auth import PlainTextAuthProvider
from cassandra.cluster import EXEC_PROFILE_DEFAULT, Cluster, ExecutionProfile, Session
from cassandra.policies import RoundRobinPolicy

from inkwell_api import names
from inkwell_api.names import EventKind, Stage
from inkwell_api.stage_env import (
    Address,
    CassandraAccess,
    GatewayEnv,
    GatewayPipeline,
    KafkaAccess,
    OidcAccess,
    PostgresAccess,
    StageEnv,
)
from inkwell_local.connection import Connection

PIPELINE: Final = "invoices"
_CASSANDRA_SECONDS: Final = 30.0
PARTITIONS: Final = 4
CONSUMES: Final = {
    Stage.OCR: (EventKind.UPLOADED,),
    Stage.EXTRACT: (EventKind.RECOGNIZED,),
    Stage.ARCHIVE: (EventKind.RECOGNIZED, EventKind.ANALYZED, EventKind.DEAD),
}
PRODUCES: Final = {
    Stage.OCR: EventKind.RECOGNIZED,
    Stage.EXTRACT: EventKind.ANALYZED,
    Stage.ARCHIVE: EventKind.ARCHIVED,
}


@dataclass(frozen=True)
class WorkerTenant:
    """Names, logins and access of the tenant."""

    name: str
    services: Connection
    passwords: dict[Stage, str]

    def principal(self, stage: Stage) -> str:
        if stage is Stage.GATEWAY:
            return names.gateway_principal(self.name)
        return names.stage_principal(self.name, PIPELINE, stage)

    def topic(self, kind: EventKind) -> str:
        return names.topic(self.name, PIPELINE, kind)

    def stage_env(self, stage: Stage, **changes: Any) -> StageEnv:
        fields: dict[str, Any] = {
            "tenant": self.name,
            "pipeline": PIPELINE,
            "stage": stage,
            "kafka": self.kafka_access(stage),
            "cassandra": self.cassandra_access(),
            "postgres": self.postgres_access() if stage is Stage.ARCHIVE else None,
            "max_bytes": 10_000_000,
            "max_pages": 100,
        }
        return StageEnv(**fields | changes)

    def gateway_env(self, **changes: Any) -> GatewayEnv:
        pipeline: dict[str, Any] = {
            "name": PIPELINE,
            "uploaded_topic": self.topic(EventKind.UPLOADED),
            "accept": ("application/pdf", "image/png"),
            "max_bytes": 3_000_000,
            "document_ttl_seconds": 86_400,
        }
        return GatewayEnv(
            tenant=self.name,
            oidc=OidcAccess(
                issuer=self.services.issuer,
                jwks_url=f"{self.services.keycloak_url}/realms/{self.services.keycloak_realm}"
                "/protocol/openid-connect/certs",
                audience=names.api_client(self.name),
            ),
            kafka=self.kafka_access(Stage.GATEWAY),
            cassandra=self.cassandra_access(),
            postgres=self.postgres_access(),
            pipelines=(GatewayPipeline(**pipeline | changes),),
        )

    def kafka_access(self, stage: Stage) -> KafkaAccess:
        if stage is Stage.GATEWAY:
            return KafkaAccess(
                bootstrap_servers=self.services.kafka.address,
                registry_url=self.services.registry_url,
            )
        return KafkaAccess(
            bootstrap_servers=self.services.kafka.address,
            registry_url=self.services.registry_url,
            group=names.group(self.name, PIPELINE, stage),
            consumes=tuple(self.topic(kind) for kind in CONSUMES[stage]),
            produces=self.topic(PRODUCES[stage]),
            dead_letters=self.topic(EventKind.DEAD),
        )

    def cassandra_access(self) -> CassandraAccess:
        endpoint = self.services.cassandra
        return CassandraAccess(
            contact_points=(Address(host=endpoint.host, port=endpoint.port),),
            datacenter=self.services.cassandra_datacenter,
            keyspace=names.keyspace(self.name),
            ttl_seconds=86_400,
        )

    def postgres_access(self) -> PostgresAccess:
        endpoint = self.services.postgres
        return PostgresAccess(
            address=Address(host=endpoint.host, port=endpoint.port),
            database=self.services.postgres_database,
            schema_name=names.schema(self.name),
        )

    def mount(self, stage: Stage, folder: Path, env: StageEnv | GatewayEnv) -> dict[str, str]:
        """Write what a pod has mounted, and return the variables that say where it is."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "stage.json").write_text(env.model_dump_json(by_alias=True))
        (folder / "username").write_text(self.principal(stage))
        (folder / "password").write_text(self.passwords[stage])
        return {
            "INKWELL_STAGE_FILE": str(folder / "stage.json"),
            "INKWELL_CREDENTIALS_DIRECTORY": str(folder),
            "INKWELL_CA_FILE": str(self.services.ca_file),
        }

    def kafka_configuration(self) -> dict[str, Any]:
        """Return the super user's configuration."""
        login = self.services.kafka.administrator
        return {
            "bootstrap.servers": self.services.kafka.address,
            "security.protocol": "SASL_SSL",
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": login.name,
            "sasl.password": login.password,
            "ssl.ca.location": str(self.services.ca_file),
        }

    @contextmanager
    def postgres(self) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        """Give the owner's connection, with the tenant's schema as its path."""
        endpoint = self.services.postgres
        login = endpoint.administrator
        with psycopg.connect(
            host=endpoint.host,
            port=endpoint.port,
            dbname=self.services.postgres_database,
            user=login.name,
            password=login.password,
            sslmode="verify-full",
            sslrootcert=str(self.services.ca_file),
            options=f"-c search_path={names.schema(self.name)}",
            autocommit=True,
        ) as connection:
            yield connection

    @contextmanager
    def cassandra(self, name: str = "", password: str = "") -> Iterator[Session]:
        """Give a login's session, or the superuser's."""
        endpoint = self.services.cassandra
        login = endpoint.administrator
        cluster = Cluster(
            [endpoint.host],
            port=endpoint.port,
            auth_provider=PlainTextAuthProvider(name or login.name, password or login.password),
            ssl_context=ssl.create_default_context(cafile=str(self.services.ca_file)),
            ssl_options={"server_hostname": endpoint.host},
            execution_profiles={
                EXEC_PROFILE_DEFAULT: ExecutionProfile(
                    RoundRobinPolicy(), request_timeout=_CASSANDRA_SECONDS
                )
            },
            protocol_version=5,
            compression=False,
            connect_timeout=_CASSANDRA_SECONDS,
            control_connection_timeout=_CASSANDRA_SECONDS,
        )
        try:
            yield cluster.connect()
        finally:
            cluster.shutdown()
