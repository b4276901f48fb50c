"""Tables of a tenant in Cassandra, with their rows counted."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from cassandra.auth import PlainTextAuthProvider
from cassandra.cluster import EXEC_PROFILE_DEFAULT, Cluster, ExecutionProfile
from cassandra.policies import WhiteListRoundRobinPolicy

from inkwell_demo.backends.login import Login

_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Table:
    """A table and how many rows it has."""

    name: str
    rows: int


@contextmanager
def session(login: Login) -> Iterator[Any]:
    """Open a session that ends with the block."""
    only_here = WhiteListRoundRobinPolicy([login.host])
    cluster = Cluster(
        contact_points=[login.host],
        port=login.port,
        auth_provider=PlainTextAuthProvider(login.username, login.password),
        ssl_context=login.trust(),
        ssl_options={"server_hostname": login.host},
        execution_profiles={
            EXEC_PROFILE_DEFAULT: ExecutionProfile(only_here, request_timeout=_SECONDS)
        },
        protocol_version=5,
        connect_timeout=_SECONDS,
        control_connection_timeout=_SECONDS,
    )
    try:
        yield cluster.connect()
    finally:
        cluster.shutdown()


def tables(login: Login, keyspace: str) -> tuple[Table, ...]:
    """List the tables of a keyspace; none when there is no such keyspace.

    Rows are counted by reading all partitions: right for a demonstration, not for a full cluster.
    """
    with session(login) as opened:
        names = [
            row.table_name
            for row in opened.execute(
                "SELECT table_name FROM system_schema.tables WHERE keyspace_name = %s", (keyspace,)
            )
        ]
        return tuple(
            Table(name, opened.execute(f'SELECT count(*) FROM "{keyspace}"."{name}"').one()[0])  # noqa: S608 - names from the schema
            for name in sorted(names)
        )
