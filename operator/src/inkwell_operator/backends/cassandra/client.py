"""The Cassandra driver: sessions, statements, translated errors. Sole importer of the driver.

Used by `observe` and `apply`. It decides nothing. Every statement goes through the one `Server` of
this cluster; whatever blocks runs on two threads of the client's own, never on those that other
backends wait for. Schema changes go one after the other: Cassandra does them in turn anyway, and
two at once may disagree.
"""

import asyncio
import ssl
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Final

from cassandra import (
    AlreadyExists,
    AuthenticationFailed,
    ConsistencyLevel,
    DriverException,
    InvalidRequest,
    OperationTimedOut,
    RequestExecutionException,
    Timeout,
    Unauthorized,
    Unavailable,
)
from cassandra.auth import PlainTextAuthProvider
from cassandra.cluster import (
    EXEC_PROFILE_DEFAULT,
    Cluster,
    ExecutionProfile,
    NoHostAvailable,
    Session,
)
from cassandra.connection import ConnectionException, DefaultEndPoint, DefaultEndPointFactory
from cassandra.policies import ConstantReconnectionPolicy, DCAwareRoundRobinPolicy
from cassandra.protocol import OverloadedErrorMessage
from cassandra.query import tuple_factory
from typing_extensions import override

from inkwell_api.address import split_address
from inkwell_operator.backends.cassandra import errors
from inkwell_operator.backends.cassandra.node_names import NodeNames
from inkwell_operator.backends.cassandra.pages import rows_of
from inkwell_operator.backends.server import Server, ServerLimits
from inkwell_operator.model.errors import (
    AccessDenied,
    DependencyNotReady,
    InkwellError,
    Throttled,
    TimedOut,
    Unreachable,
)
from inkwell_operator.model.targets import AdminLogin, CassandraTarget

LIMITS: Final = ServerLimits(deadline_seconds=30.0, at_once=32, calls_per_second=500.0)
_REQUEST_SECONDS: Final = 25
"""The driver's own limit for a statement, before the server's: its error says more."""
_SCHEMA_SECONDS: Final = 60
"""The same for a schema change, which all nodes have to agree on."""
_CONNECT_SECONDS: Final = 10
_RECONNECT_SECONDS: Final = 5
"""Pause between two tries to reach a node again. The driver's own policy goes up to 10 minutes."""
_NOT_TRUSTED: Final = "CERTIFICATE_VERIFY_FAILED"
_OTHER_NAME: Final = ("Hostname mismatch", "IP address mismatch")

_BY_TYPE: Final[tuple[tuple[type[Exception], type[InkwellError], str], ...]] = (
    (AuthenticationFailed, AccessDenied, "refused the operator's login"),
    (Unauthorized, AccessDenied, "the operator's login lacks a permission"),
    (Unavailable, Unreachable, "too few replicas are up"),
    (Timeout, TimedOut, "did not answer in time"),
    (OperationTimedOut, TimedOut, "did not answer in time"),
    (OverloadedErrorMessage, Throttled, "is overloaded"),
    (NoHostAvailable, Unreachable, "does not answer"),
    (RequestExecutionException, Unreachable, "could not carry out a request"),
    (ConnectionException, Unreachable, "does not answer"),
    (OSError, Unreachable, "does not answer"),
)


def translate(error: Exception, admin: AdminLogin) -> Exception:
    """Turn an error of the driver into one that says what to do; an unknown one stays as it is."""
    if isinstance(error, NoHostAvailable):
        error = _telling_cause(error, error.errors)
    unknown: Exception = error
    if isinstance(error, InvalidRequest):
        text = str(error).partition('message="')[2].rstrip('"') or "invalid request"
        return errors.by_words(text) or unknown
    if _NOT_TRUSTED in str(error):
        return _refused_certificate(str(error), admin)
    for kind, ours, what in _BY_TYPE:
        if isinstance(error, kind):
            where = f" of Secret {admin.secret}" if kind is AuthenticationFailed else ""
            return ours(f"Cassandra {what}{where if admin.secret else ''}")
    return unknown


def _telling_cause(error: Exception, causes: Any) -> Exception:
    """Return what one node said, where that says more than that no node could be used."""
    telling = (AuthenticationFailed, OverloadedErrorMessage)
    found: list[Exception] = list(causes.values()) if isinstance(causes, dict) else []
    for cause in found:
        if isinstance(cause, telling) or _NOT_TRUSTED in str(cause):
            return cause
    return error


def _refused_certificate(text: str, admin: AdminLogin) -> AccessDenied:
    if any(phrase in text for phrase in _OTHER_NAME):
        return AccessDenied(
            "Cassandra: its certificate carries none of the names in spec.cassandra.contactPoints "
            "of the TenantClass; name a node as its certificate does"
        )
    where = f"Secret {admin.secret}" if admin.secret else "the operator's Secret"
    return AccessDenied(
        f"Cassandra: its certificate is not trusted; put its authority into ca.crt of {where}"
    )


class Client:
    """One session, opened when first used; after `aclose` none is opened any more."""

    def __init__(self, target: CassandraTarget, limits: ServerLimits = LIMITS) -> None:
        """Remember where to connect to, and how to call it."""
        self._target = target
        self._server = Server("Cassandra", limits)
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="cassandra")
        self._session: Future[Session] | None = None
        self._is_closed = False
        self._schema_change = asyncio.Lock()

    async def aclose(self) -> None:
        """Close every connection; a statement fails afterwards."""
        self._is_closed = True
        session, self._session = self._session, None
        ended = self._threads.submit(_end, session)
        self._threads.shutdown(wait=False)
        await asyncio.shield(asyncio.wrap_future(ended))

    async def execute(
        self, statement: str, parameters: Sequence[Any] = ()
    ) -> list[tuple[Any, ...]]:
        """Run one statement and return all of its rows.

        Raises:
            InkwellError: it had no effect, or none that is known.
        """
        return await self._server.call(lambda: self._run(statement, parameters, _REQUEST_SECONDS))

    async def change_schema(self, statement: str) -> None:
        """Run one schema change after all others.

        It is agreed on by every node when this returns.

        Raises:
            InkwellError: it had no effect, or none that is known.
        """
        async with self._schema_change:
            with suppress(AlreadyExists):
                await self._server.call(
                    lambda: self._run(statement, (), _SCHEMA_SECONDS),
                    deadline_seconds=_SCHEMA_SECONDS + 5,
                )

    async def _run(
        self, statement: str, parameters: Sequence[Any], seconds: float
    ) -> list[tuple[Any, ...]]:
        session = await self._opened()
        try:
            return await rows_of(
                session.execute_async(statement, tuple(parameters) or None, timeout=seconds)
            )
        except AlreadyExists:
            raise
        except Exception as error:
            ours = translate(error, self._target.admin)
            if isinstance(error, NoHostAvailable) and not isinstance(ours, Throttled):
                self._give_up(session)
            raise ours from error

    async def _opened(self) -> Session:
        if self._is_closed:
            raise Unreachable("Cassandra: this connection was given up")
        if self._session is None or (self._session.done() and self._session.exception()):
            self._session = self._threads.submit(self._connect)
        # Whoever gives up waiting leaves the connection to those who come later.
        return await asyncio.shield(asyncio.wrap_future(self._session))

    def _give_up(self, session: Session) -> None:
        """Connect anew for the next statement, since no node can be used by this session.

        The driver never tries a node again that refused the login once, as one does that is started
        from nothing; and a fresh connection says why it fails.
        """
        opened = self._session
        if opened is None or not opened.done() or opened.exception() is not None:
            return
        if opened.result() is session:
            self._session = None
            self._threads.submit(session.cluster.shutdown)

    def _connect(self) -> Session:
        cluster = self._cluster()
        try:
            return cluster.connect()
        except Exception as error:
            with suppress(DriverException):
                cluster.shutdown()
            known = {host.datacenter for host in cluster.metadata.all_hosts() if host.datacenter}
            if known and self._target.datacenter not in known:
                raise _unknown_datacenter(self._target.datacenter, known) from error
            raise translate(error, self._target.admin) from error

    def _cluster(self) -> Cluster:
        target = self._target
        nodes = NodeNames(target.contact_points)
        profile = ExecutionProfile(
            load_balancing_policy=DCAwareRoundRobinPolicy(local_dc=target.datacenter),
            consistency_level=ConsistencyLevel.LOCAL_QUORUM,
            request_timeout=_REQUEST_SECONDS,
            row_factory=tuple_factory,
        )
        return Cluster(
            contact_points=[_contact_point(point) for point in target.contact_points],
            endpoint_factory=_NamedEndPoints(nodes),
            auth_provider=PlainTextAuthProvider(target.admin.username, target.admin.password),
            ssl_context=_trust(target),
            execution_profiles={EXEC_PROFILE_DEFAULT: profile},
            protocol_version=5,
            connect_timeout=_CONNECT_SECONDS,
            reconnection_policy=ConstantReconnectionPolicy(_RECONNECT_SECONDS, max_attempts=None),
            # Metadata of every tenant's tables would be read again after each schema change.
            schema_metadata_enabled=False,
            token_metadata_enabled=False,
            application_name="inkwell-operator",
        )


def _end(session: "Future[Session] | None") -> None:
    """Shut down what was opened, once it was; what could not be opened needs nothing."""
    if session is not None and session.exception() is None:
        session.result().cluster.shutdown()


def _unknown_datacenter(wanted: str, known: set[str]) -> DependencyNotReady:
    return DependencyNotReady(
        f"Cassandra: data centre {wanted} is not one of {', '.join(sorted(known))}; correct "
        "spec.cassandra.datacenter of the TenantClass"
    )


def _trust(target: CassandraTarget) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=target.admin.ca_pem or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class _NamedEndPoint(DefaultEndPoint):  # type: ignore[misc]  # the driver has no types
    """A node whose certificate must carry a name that is not its address."""

    def __init__(self, address: str, port: int, name: str) -> None:
        super().__init__(address, port)
        self._name = name

    @property
    @override
    def ssl_options(self) -> dict[str, str]:
        return {"server_hostname": self._name}


class _NamedEndPoints(DefaultEndPointFactory):  # type: ignore[misc]  # as above
    """Makes the end points of nodes that the driver finds by itself, on the driver's threads."""

    def __init__(self, nodes: NodeNames) -> None:
        super().__init__()
        self._nodes = nodes

    @override
    def create(self, row: dict[str, Any]) -> _NamedEndPoint:
        found = super().create(row)
        return _NamedEndPoint(found.address, found.port, self._nodes.name_of(found.address))


def _contact_point(point: str) -> _NamedEndPoint:
    host, port = split_address(point)
    return _NamedEndPoint(host, port, host)
