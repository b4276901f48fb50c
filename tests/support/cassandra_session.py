"""Sessions of the plain driver on a real Cassandra: what anybody sees, beside the operator."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from cassandra import AuthenticationFailed
from cassandra.auth import PlainTextAuthProvider
from cassandra.cluster import (
    EXEC_PROFILE_DEFAULT,
    Cluster,
    ExecutionProfile,
    NoHostAvailable,
)
from cassandra.connection import DefaultEndPoint
from cassandra.policies import DCAwareRoundRobinPolicy

from inkwell_operator.model.targets import CassandraTarget

SECONDS: Final = 30.0


@contextmanager
def session(target: CassandraTarget, user: str, password: str) -> Iterator[Any]:
    host, _, port = target.contact_points[0].rpartition(":")
    policy = DCAwareRoundRobinPolicy(local_dc=target.datacenter)
    profile = ExecutionProfile(policy, request_timeout=SECONDS)
    cluster = Cluster(
        contact_points=[DefaultEndPoint(host, int(port))],
        auth_provider=PlainTextAuthProvider(user, password),
        ssl_context=ssl.create_default_context(cadata=target.admin.ca_pem),
        ssl_options={"server_hostname": host},
        execution_profiles={EXEC_PROFILE_DEFAULT: profile},
        protocol_version=5,
        connect_timeout=SECONDS,
        control_connection_timeout=SECONDS,
        schema_metadata_enabled=False,
    )
    try:
        yield cluster.connect()
    finally:
        cluster.shutdown()


def as_admin(target: CassandraTarget) -> Any:
    return session(target, target.admin.username, target.admin.password)


def is_let_in(target: CassandraTarget, user: str, password: str) -> bool:
    try:
        with session(target, user, password):
            return True
    except NoHostAvailable as error:
        # Addresses without causes: the driver's first connection was let in, and its second was
        # not opened, as when Cassandra forgets an old password between the two.
        if isinstance(error.errors, list):
            return True
        if not any(isinstance(cause, AuthenticationFailed) for cause in error.errors.values()):
            raise
        return False


def run_as_admin(target: CassandraTarget, *statements: str) -> list[Any]:
    """Run the statements one after the other and return the rows of the last."""
    rows: list[Any] = []
    with as_admin(target) as admin:
        for statement in statements:
            rows = list(admin.execute(statement))
    return rows
