"""What a tenant has in Cassandra as bare statements, for benchmarks to compare with."""

from collections.abc import Iterator

from inkwell_api.tables import CASSANDRA_TABLES


def statements(keyspace: str) -> Iterator[str]:
    """Return the statements that make the keyspace and its tables."""
    replication = "{'class': 'NetworkTopologyStrategy', 'datacenter1': 1}"
    yield f"CREATE KEYSPACE {keyspace} WITH replication = {replication}"
    for made in CASSANDRA_TABLES.values():
        yield made.create_statement(keyspace)
