"""Tries to reach the canary in Cassandra with a tenant's login. Blocks: run it on a thread."""

import ssl
from contextlib import suppress
from typing import Final

from cassandra import DriverException, RequestExecutionException, Unauthorized
from cassandra.auth import PlainTextAuthProvider
from cassandra.cluster import (
    EXEC_PROFILE_DEFAULT,
    Cluster,
    ExecutionProfile,
    NoHostAvailable,
)
from cassandra.connection import DefaultEndPoint
from cassandra.policies import DCAwareRoundRobinPolicy

from inkwell_api.address import split_address
from inkwell_operator.model.isolation import Canary, Probe, Verdict
from inkwell_operator.model.targets import CassandraTarget
from inkwell_operator.model.validate import Credential

_SECONDS: Final = 10
_TABLE: Final = "document_chunks"


def probe(target: CassandraTarget, login: Credential, canary: Canary) -> tuple[Probe, ...]:
    """Try to read a table of the canary's keyspace."""
    what = f"reads {canary.keyspace}.{_TABLE} in Cassandra"
    try:
        trust = ssl.create_default_context(cadata=target.admin.ca_pem or None)
    except ssl.SSLError:
        return (Probe(what, Verdict.UNKNOWN),)
    return (Probe(what, _verdict(target, login, canary, trust)),)


def _verdict(
    target: CassandraTarget, login: Credential, canary: Canary, trust: ssl.SSLContext
) -> Verdict:
    points = [_end_point(point) for point in target.contact_points]
    nearby = DCAwareRoundRobinPolicy(local_dc=target.datacenter)
    cluster = Cluster(
        contact_points=points,
        execution_profiles={EXEC_PROFILE_DEFAULT: ExecutionProfile(nearby)},
        auth_provider=PlainTextAuthProvider(login.principal, login.password),
        ssl_context=trust,
        ssl_options={"server_hostname": points[0].address},
        protocol_version=5,
        connect_timeout=_SECONDS,
        schema_metadata_enabled=False,
        token_metadata_enabled=False,
        executor_threads=1,
        application_name="inkwell-operator-probe",
    )
    try:
        session = cluster.connect()
        session.execute(f"SELECT chunk FROM {canary.keyspace}.{_TABLE} LIMIT 1", timeout=_SECONDS)  # noqa: S608 - constants
    except Unauthorized:
        return Verdict.REFUSED
    except (DriverException, RequestExecutionException, NoHostAvailable, OSError):
        return Verdict.UNKNOWN
    finally:
        with suppress(DriverException):
            cluster.shutdown()
    return Verdict.LET_IN


def _end_point(point: str) -> DefaultEndPoint:
    host, port = split_address(point)
    return DefaultEndPoint(host, port)
