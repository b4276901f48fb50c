"""A tenant with one pipeline on the real services, made as the operator makes one, for tests of workers.

Every login has exactly the rights of `inkwell_api.tables` and of the platform's contract, so a
worker that needs more fails here.
"""

import json
import secrets
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg
from cassandra.auth import PlainTextAuthProvider
from cassandra.cluster import EXEC_PROFILE_DEFAULT, Cluster, ExecutionProfile, Session
from cassandra.policies import RoundRobinPolicy
from confluent_kafka import admin
from psycopg import sql

from inkwell_api import names, tables
from inkwell_api.events import EVENT_TYPES, avro_schema
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
PARTITIONS: Final = 4
_CONSUMES: Final = {
    Stage.OCR: (EventKind.UPLOADED,),
    Stage.EXTRACT: (EventKind.RECOGNIZED,),
    Stage.ARCHIVE: (EventKind.RECOGNIZED, EventKind.ANALYZED, EventKind.DEAD),
}
_PRODUCES: Final = {
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
        pipeline = {
            "name": PIPELINE,
            "uploaded_topic": self.topic(EventKind.UPLOADED),
            "accept": ("application/pdf", "image/png"),
            "max_bytes": 3_000_000,
            "max_pages": 100,
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
            consumes=tuple(self.topic(kind) for kind in _CONSUMES[stage]),
            produces=self.topic(_PRODUCES[stage]),
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
    def cassandra(self) -> Iterator[Session]:
        """Give the superuser's session."""
        endpoint = self.services.cassandra
        login = endpoint.administrator
        cluster = Cluster(
            [endpoint.host],
            port=endpoint.port,
            auth_provider=PlainTextAuthProvider(login.name, login.password),
            ssl_context=ssl.create_default_context(cafile=str(self.services.ca_file)),
            ssl_options={"server_hostname": endpoint.host},
            execution_profiles={EXEC_PROFILE_DEFAULT: ExecutionProfile(RoundRobinPolicy())},
            protocol_version=5,
            compression=False,
        )
        try:
            yield cluster.connect()
        finally:
            cluster.shutdown()


@contextmanager
def made(services: Connection) -> Iterator[WorkerTenant]:
    """Make a tenant of a name of its own, and remove all of it at the end."""
    tenant = WorkerTenant(
        name=f"t-{secrets.token_hex(4)}",
        services=services,
        passwords={stage: secrets.token_urlsafe(24) for stage in Stage},
    )
    try:
        _make_topics(tenant)
        _make_schema(tenant)
        _make_keyspace(tenant)
        yield tenant
    finally:
        _remove_topics(tenant)
        _remove_schema(tenant)
        _remove_keyspace(tenant)


def _make_topics(tenant: WorkerTenant) -> None:
    client = admin.AdminClient(tenant.kafka_configuration())
    topics = [admin.NewTopic(tenant.topic(kind), PARTITIONS, 1) for kind in EventKind]
    users = [
        admin.UserScramCredentialUpsertion(
            tenant.principal(stage),
            admin.ScramCredentialInfo(admin.ScramMechanism.SCRAM_SHA_512, 4096),
            password.encode(),
        )
        for stage, password in tenant.passwords.items()
    ]
    futures = [
        *client.create_topics(topics).values(),
        *client.alter_user_scram_credentials(users).values(),
        *client.create_acls(_acls(tenant)).values(),
    ]
    for future in futures:
        future.result(30)
    for kind, event in EVENT_TYPES.items():
        subject = names.subject(tenant.topic(kind))
        with _registry(tenant) as http:
            answer = http.post(f"/subjects/{subject}/versions", json={"schema": avro_schema(event)})
            answer.raise_for_status()


def _acls(tenant: WorkerTenant) -> list[admin.AclBinding]:
    def allow(stage: Stage, kind: Any, name: str, *operations: Any) -> list[admin.AclBinding]:
        return [
            admin.AclBinding(
                kind,
                name,
                admin.ResourcePatternType.LITERAL,
                f"User:{tenant.principal(stage)}",
                "*",
                operation,
                admin.AclPermissionType.ALLOW,
            )
            for operation in operations
        ]

    topic, group = admin.ResourceType.TOPIC, admin.ResourceType.GROUP
    read, write, see = (
        admin.AclOperation.READ,
        admin.AclOperation.WRITE,
        admin.AclOperation.DESCRIBE,
    )
    found = allow(Stage.GATEWAY, topic, tenant.topic(EventKind.UPLOADED), write, see)
    for stage, kinds in _CONSUMES.items():
        for kind in kinds:
            found += allow(stage, topic, tenant.topic(kind), read, see)
        for kind in (_PRODUCES[stage], EventKind.DEAD):
            found += allow(stage, topic, tenant.topic(kind), write, see)
        found += allow(stage, group, names.group(tenant.name, PIPELINE, stage), read)
    return list(dict.fromkeys(found))


def _remove_topics(tenant: WorkerTenant) -> None:
    client = admin.AdminClient(tenant.kafka_configuration())
    acls = [
        admin.AclBindingFilter(
            admin.ResourceType.ANY,
            None,
            admin.ResourcePatternType.ANY,
            f"User:{tenant.principal(stage)}",
            None,
            admin.AclOperation.ANY,
            admin.AclPermissionType.ANY,
        )
        for stage in Stage
    ]
    users = [
        admin.UserScramCredentialDeletion(
            tenant.principal(stage), admin.ScramMechanism.SCRAM_SHA_512
        )
        for stage in Stage
    ]
    futures = [
        *client.delete_topics([tenant.topic(kind) for kind in EventKind]).values(),
        *client.alter_user_scram_credentials(users).values(),
        *client.delete_acls(acls).values(),
    ]
    for future in futures:
        future.exception(30)
    with _registry(tenant) as http:
        for kind in EventKind:
            http.delete(f"/subjects/{names.subject(tenant.topic(kind))}")


@contextmanager
def _registry(tenant: WorkerTenant) -> Iterator[httpx.Client]:
    login = tenant.services.registry.administrator
    context = ssl.create_default_context(cafile=str(tenant.services.ca_file))
    with httpx.Client(
        base_url=tenant.services.registry_url,
        auth=(login.name, login.password),
        verify=context,
        timeout=30,
    ) as http:
        yield http


def _make_schema(tenant: WorkerTenant) -> None:
    schema = sql.Identifier(names.schema(tenant.name))
    with tenant.postgres() as connection:
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
        for migration in tables.postgres_migrations():
            connection.execute(migration.sql.encode())
        for stage, grants in tables.POSTGRES_GRANTS.items():
            login = sql.Identifier(tenant.principal(stage))
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN NOINHERIT PASSWORD {}").format(
                    login, tenant.passwords[stage]
                )
            )
            database = sql.Identifier(tenant.services.postgres_database)
            connection.execute(
                sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, login)
            )
            connection.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, login))
            for grant in grants:
                columns = sql.SQL(", ").join(map(sql.Identifier, grant.columns))
                what = sql.SQL("{} ({})" if grant.columns else "{}").format(
                    *(
                        [sql.SQL(grant.privilege), columns]
                        if grant.columns
                        else [sql.SQL(grant.privilege)]
                    )
                )
                connection.execute(
                    sql.SQL("GRANT {} ON {} TO {}").format(what, sql.Identifier(grant.table), login)
                )


def _remove_schema(tenant: WorkerTenant) -> None:
    with tenant.postgres() as connection:
        connection.execute(
            sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(
                sql.Identifier(names.schema(tenant.name))
            )
        )
        for stage in tables.POSTGRES_GRANTS:
            login = tenant.principal(stage)
            there = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (login,))
            if there.fetchone() is None:
                continue
            for statement in ("REVOKE ALL ON DATABASE {} FROM {}", "DROP ROLE {1}"):
                names_in = (tenant.services.postgres_database, login)
                connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names_in)))


def _make_keyspace(tenant: WorkerTenant) -> None:
    keyspace = names.keyspace(tenant.name)
    replication = json.dumps(
        {"class": "NetworkTopologyStrategy", tenant.services.cassandra_datacenter: 1}
    ).replace('"', "'")
    with tenant.cassandra() as session:
        session.execute(f"CREATE KEYSPACE {keyspace} WITH replication = {replication}")
        for statement in tables.CASSANDRA_TABLES.values():
            session.execute(statement.format(keyspace=keyspace))
        for stage, grants in tables.CASSANDRA_GRANTS.items():
            role = f'"{tenant.principal(stage)}"'
            password = tenant.passwords[stage]
            session.execute(f"CREATE ROLE {role} WITH PASSWORD = '{password}' AND LOGIN = true")
            for table, privileges in grants.items():
                for privilege in sorted(privileges):
                    session.execute(f"GRANT {privilege} ON {keyspace}.{table} TO {role}")


def _remove_keyspace(tenant: WorkerTenant) -> None:
    with tenant.cassandra() as session:
        session.execute(f"DROP KEYSPACE IF EXISTS {names.keyspace(tenant.name)}")
        for stage in tables.CASSANDRA_GRANTS:
            session.execute(f'DROP ROLE IF EXISTS "{tenant.principal(stage)}"')
