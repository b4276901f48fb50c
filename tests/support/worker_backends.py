"""Makes a test's tenant on the real services, as the operator makes one.

Every login has exactly the rights of `inkwell_api.tables` and of the platform's contract, so a
worker that needs more fails here.
"""

import json
import secrets
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from cassandra.cluster import Session
from confluent_kafka import admin
from psycopg import sql

from inkwell_api import names, tables
from inkwell_api.events import EVENT_TYPES, avro_schema
from inkwell_api.names import EventKind, Stage
from inkwell_local.connection import Connection
from support.worker_tenant import CONSUMES, PARTITIONS, PIPELINE, PRODUCES, WorkerTenant


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
    users: list[admin.UserScramCredentialAlteration] = [
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
    for stage, kinds in CONSUMES.items():
        for kind in kinds:
            found += allow(stage, topic, tenant.topic(kind), read, see)
        for kind in (PRODUCES[stage], EventKind.DEAD):
            found += allow(stage, topic, tenant.topic(kind), write, see)
        found += allow(stage, group, names.group(tenant.name, PIPELINE, stage), read)
    return list(dict.fromkeys(found))


def _remove_topics(tenant: WorkerTenant) -> None:
    client = admin.AdminClient(tenant.kafka_configuration())
    acls = [
        admin.AclBindingFilter(
            admin.ResourceType.ANY,
            None,  # type: ignore[arg-type] # None is any name
            admin.ResourcePatternType.ANY,
            f"User:{tenant.principal(stage)}",
            None,  # type: ignore[arg-type] # and any host
            admin.AclOperation.ANY,
            admin.AclPermissionType.ANY,
        )
        for stage in Stage
    ]
    users: list[admin.UserScramCredentialAlteration] = [
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
        for made in tables.CASSANDRA_TABLES.values():
            session.execute(made.create_statement(keyspace))
        for stage in tables.CASSANDRA_GRANTS:
            make_role(session, keyspace, stage, tenant.principal(stage), tenant.passwords[stage])


def make_role(session: Session, keyspace: str, stage: Stage, name: str, password: str) -> None:
    """Make a stage's login in Cassandra."""
    session.execute(f"CREATE ROLE \"{name}\" WITH PASSWORD = '{password}' AND LOGIN = true")
    for table, privileges in tables.CASSANDRA_GRANTS[stage].items():
        for privilege in sorted(privileges):
            session.execute(f'GRANT {privilege} ON {keyspace}.{table} TO "{name}"')


def _remove_keyspace(tenant: WorkerTenant) -> None:
    with tenant.cassandra() as session:
        session.execute(f"DROP KEYSPACE IF EXISTS {names.keyspace(tenant.name)}")
        for stage in tables.CASSANDRA_GRANTS:
            session.execute(f'DROP ROLE IF EXISTS "{tenant.principal(stage)}"')
