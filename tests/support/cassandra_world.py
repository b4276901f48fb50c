"""A Cassandra as the operator reads it: as desired, and changed where a test says so."""

from dataclasses import replace
from typing import Any

from inkwell_api.tables import CASSANDRA_TABLES, CassandraTable
from inkwell_operator.backends.cassandra.desire import Desired
from inkwell_operator.backends.cassandra.state import (
    Column,
    Grant,
    Keyspace,
    Kind,
    Observed,
    Permission,
    Table,
)
from inkwell_operator.model.ownership import Mark


def as_desired(*wanted: Desired, mark: Mark | None = None) -> Observed:
    """Return the world in which everything desired is there and marked."""
    first = wanted[0]
    mark = mark or first.claim.mark
    logins = {name: login for one in wanted for name, login in one.logins.items()}
    marks = {(Kind.ROLE, name): mark for name in logins}
    replication = next((one.replication for one in wanted if one.replication is not None), None)
    keyspace = replication and Keyspace(
        first.keyspace, replication, {name: table(of) for name, of in CASSANDRA_TABLES.items()}
    )
    return Observed(keyspace or None, logins, {**marks, (Kind.KEYSPACE, first.keyspace): mark})


def table(of: CassandraTable) -> Table:
    """Return a table as it was made."""
    columns = {name: Column(kind) for name, kind in of.columns.items()}
    for kind, key in (("partition_key", of.partition_key), ("clustering", of.clustering)):
        for position, name in enumerate(key):
            columns[name] = Column(of.columns[name], kind, position)
    return Table(columns, of.options)


def with_keyspace(observed: Observed, **changes: Any) -> Observed:
    """Return the world with another keyspace."""
    assert observed.keyspace is not None
    return replace(observed, keyspace=replace(observed.keyspace, **changes))


def with_table(observed: Observed, name: str, **changes: Any) -> Observed:
    """Return the world with another table of that name."""
    assert observed.keyspace is not None
    changed = replace(observed.keyspace.tables[name], **changes)
    return with_keyspace(observed, tables={**observed.keyspace.tables, name: changed})


def with_login(observed: Observed, name: str, **changes: Any) -> Observed:
    """Return the world with another login of that name."""
    changed = replace(observed.logins[name], **changes)
    return replace(observed, logins={**observed.logins, name: changed})


def grant(role: str, resource: str, *words: str) -> frozenset[Grant]:
    """Return permissions of a role on a resource."""
    return frozenset(Grant(role, Permission(resource, word)) for word in words)
