"""What each backend holds of each tenant after all this."""

from collections.abc import Iterator
from typing import Final

from inkwell_api import names
from inkwell_demo.backends import cassandra, kafka, keycloak, postgres
from inkwell_demo.demonstration.demonstration import PIPELINES, Demonstration
from inkwell_demo.demonstration.screen import plain_table

_TENANTS: Final = tuple(dict.fromkeys(pipeline.tenant for pipeline in PIPELINES))


def show(demo: Demonstration) -> None:
    """Ask every backend, by the operator's own login, what it holds of each tenant."""
    for tenant in _TENANTS:
        demo.screen.say(f"[bold]{tenant}[/]")
        table = plain_table("backend", "what", "how much")
        for backend, what, how_much in _rows(demo, tenant):
            table.add_row(backend, what, how_much)
        demo.screen.show(table)
        demo.screen.console.print()


def _rows(demo: Demonstration, tenant: str) -> Iterator[tuple[str, str, str]]:
    yield from _named("Kafka", _kafka(demo, tenant))
    yield from _named("Cassandra", _cassandra(demo, tenant))
    yield from _named("PostgreSQL", _postgres(demo, tenant))
    yield from _named("Keycloak", _keycloak(demo, tenant))
    yield from _named("Kubernetes", _kubernetes(demo, tenant))


def _named(backend: str, rows: list[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Write the backend's name in its first row only."""
    for index, (what, how_much) in enumerate(rows):
        yield "" if index else backend, what, how_much


def _kafka(demo: Demonstration, tenant: str) -> list[tuple[str, str]]:
    found = kafka.topics(demo.logins.kafka(), names.topic_prefix(tenant))
    return [
        (f"topic {topic.name}", f"{topic.records} records in {topic.partitions} partitions")
        for topic in found
    ]


def _cassandra(demo: Demonstration, tenant: str) -> list[tuple[str, str]]:
    keyspace = names.keyspace(tenant)
    found = cassandra.tables(demo.logins.cassandra(), keyspace)
    return [(f"table {keyspace}.{table.name}", f"{table.rows} rows") for table in found]


def _postgres(demo: Demonstration, tenant: str) -> list[tuple[str, str]]:
    schema = names.schema(tenant)
    found = postgres.tables(demo.logins.postgres(), demo.logins.offer.postgres.database, schema)
    return [(f"table {schema}.{table.name}", f"{table.rows} rows") for table in found]


def _keycloak(demo: Demonstration, tenant: str) -> list[tuple[str, str]]:
    found = keycloak.clients(demo.logins.keycloak(), demo.logins.offer.keycloak.realm, tenant)
    return [
        (
            f"client {client.client_id}",
            f"{len(client.roles)} roles" if client.roles else "a machine",
        )
        for client in found
    ]


def _roles(client: keycloak.Client) -> str:
    return f"{len(client.roles)} roles" if client.roles else "a machine"


def _kubernetes(demo: Demonstration, tenant: str) -> list[tuple[str, str]]:
    namespace = names.namespace(tenant)
    return [
        (
            f"deployment {namespace}/{deployment['metadata']['name']}",
            f"{deployment['status'].get('readyReplicas', 0)} pods ready",
        )
        for deployment in demo.cluster.list_all("apps/v1", "Deployment", namespace)
    ]
