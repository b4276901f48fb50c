"""The session with the tenant's keyspace, over TLS with the host name checked."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from cassandra import (
    ConsistencyLevel,
    DriverException,
    OperationTimedOut,
    RequestExecutionException,
    Unauthorized,
)
from cassandra.auth import AuthProvider, PlainTextAuthenticator
from cassandra.cluster import (
    EXEC_PROFILE_DEFAULT,
    Cluster,
    ExecutionProfile,
    NoHostAvailable,
    Session,
)
from cassandra.policies import DCAwareRoundRobinPolicy, TokenAwarePolicy
from cassandra.query import PreparedStatement

from inkwell_api.stage_env import CassandraAccess
from inkwell_worker.credentials import Credentials
from inkwell_worker.stage import Unavailable

REQUEST_SECONDS: Final = 10.0
_FETCH_ROWS: Final = 16
"""Rows an answer: a row may be a page of some megabytes."""


class CassandraSession:
    """Connects when first used, and again after a failure; prepares each statement once."""

    def __init__(self, access: CassandraAccess, credentials: Credentials, ca_file: Path) -> None:
        """Keep the address; nothing is opened yet."""
        self.access = access
        self._credentials = credentials
        self._ca_file = ca_file
        self._lock = threading.Lock()
        self._cluster: Cluster | None = None
        self._session: Session | None = None
        self._prepared: dict[str, PreparedStatement] = {}

    def execute(self, statement: str, values: tuple[Any, ...]) -> list[Any]:
        """Run a statement and return its rows.

        Args:
            statement: CQL with ``?`` for values and ``{keyspace}.`` before table names.
            values: in order.

        Raises:
            Unavailable: Cassandra is away, refuses the login or a permission, or did not answer in
                time.
        """
        with translated():
            return list(self.session().execute(self.prepared(statement), values))

    def prepared(self, statement: str) -> PreparedStatement:
        """Prepare a statement, once."""
        session = self.session()
        with self._lock:
            if statement not in self._prepared:
                qualified = statement.replace("{keyspace}", self.access.keyspace)
                self._prepared[statement] = session.prepare(qualified)
            return self._prepared[statement]

    def session(self) -> Session:
        """Return the session, opened when first asked for; the driver then reconnects by itself.

        Raises:
            Unavailable: Cassandra cannot be reached or refuses the login.
        """
        with self._lock:
            if self._session is None:
                self._session = self._connect()
            return self._session

    def _connect(self) -> Session:
        host = self.access.contact_points[0].host
        context = ssl.create_default_context(cafile=str(self._ca_file))
        cluster = Cluster(
            contact_points=[(a.host, a.port) for a in self.access.contact_points],
            port=self.access.contact_points[0].port,
            auth_provider=_MountedLogin(self._credentials),
            ssl_context=context,
            # The driver speaks to resolved addresses; certificates carry names. Every node's holds
            # the first contact point's name.
            ssl_options={"server_hostname": host},
            execution_profiles={EXEC_PROFILE_DEFAULT: _profile(self.access.datacenter)},
            protocol_version=5,
            compression=False,
            # The driver's own 5 and 2 seconds are less than a collection of garbage can take.
            connect_timeout=REQUEST_SECONDS,
            control_connection_timeout=REQUEST_SECONDS,
        )
        try:
            with translated():
                session = cluster.connect()
        except BaseException:
            cluster.shutdown()
            raise
        session.default_fetch_size = _FETCH_ROWS
        self._cluster = cluster
        return session

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            if self._cluster is not None:
                self._cluster.shutdown()
            self._cluster = self._session = None
            self._prepared.clear()


def _profile(datacenter: str) -> ExecutionProfile:
    return ExecutionProfile(
        load_balancing_policy=TokenAwarePolicy(DCAwareRoundRobinPolicy(local_dc=datacenter)),
        consistency_level=ConsistencyLevel.LOCAL_QUORUM,
        request_timeout=REQUEST_SECONDS,
    )


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the driver raises into `Unavailable`.

    No statement of ours can fail by a document's content.
    """
    try:
        yield
    except (
        DriverException,
        NoHostAvailable,
        OperationTimedOut,
        RequestExecutionException,
        Unauthorized,
        OSError,
    ) as error:
        cause = "cassandra-away"
        raise Unavailable(cause, f"Cassandra does not serve ({type(error).__name__})") from error


class _MountedLogin(AuthProvider):  # type: ignore[misc] # the driver is untyped
    """Reads the mounted password at each login, so that a rotated one needs no restart."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def new_authenticator(self, host: str) -> PlainTextAuthenticator:
        """Return what answers the server's challenge."""
        del host
        return PlainTextAuthenticator(*self._credentials.login())
