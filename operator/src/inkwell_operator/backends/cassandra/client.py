"""The Cassandra driver: sessions, statements, translated errors. Sole importer of the driver.

Used by `CassandraBackend`. It decides nothing. Schema changes go one after the other: Cassandra
does them in turn anyway, and two at once may disagree.
"""

import asyncio
import ssl
from collections.abc import Sequence
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
from cassandra.connection import DefaultEndPoint
from cassandra.policies import DCAwareRoundRobinPolicy
from cassandra.protocol import OverloadedErrorMessage
from cassandra.query import tuple_factory

from inkwell_api.address import split_address
from inkwell_operator.model.errors import (
    AccessDenied,
    DependencyNotReady,
    InkwellError,
    Throttled,
    TimedOut,
    Unreachable,
)
from inkwell_operator.model.targets import CassandraTarget

_REQUEST_SECONDS: Final = 30
_CONNECT_SECONDS: Final = 10
_ABSENT: Final = ("does not exist", "doesn't exist", "unconfigured table", "not found")

_BY_TYPE: Final[tuple[tuple[type[Exception], type[InkwellError], str], ...]] = (
    (AuthenticationFailed, AccessDenied, "refused the operator's login"),
    (Unauthorized, AccessDenied, "the operator's login lacks a permission"),
    (Unavailable, Unreachable, "too few replicas are up"),
    (Timeout, TimedOut, "did not answer in time"),
    (OperationTimedOut, TimedOut, "did not answer in time"),
    (OverloadedErrorMessage, Throttled, "is overloaded"),
    (NoHostAvailable, Unreachable, "does not answer"),
    (RequestExecutionException, Unreachable, "could not carry out a request"),
    (OSError, Unreachable, "does not answer"),
)


def translate(error: Exception) -> Exception:
    """Turn an error of the driver into one that says what to do; an unknown one stays as it is."""
    if isinstance(error, NoHostAvailable):
        causes: dict[Any, Exception] = error.errors if isinstance(error.errors, dict) else {}
        telling = (AuthenticationFailed, OverloadedErrorMessage)
        error = next((cause for cause in causes.values() if isinstance(cause, telling)), error)
    unknown: Exception = error
    if isinstance(error, InvalidRequest):
        text = str(error).partition('message="')[2].rstrip('"') or "invalid request"
        if any(phrase in text for phrase in _ABSENT):
            return DependencyNotReady(f"Cassandra: {text}")
        return unknown
    for kind, ours, what in _BY_TYPE:
        if isinstance(error, kind):
            return ours(f"Cassandra {what}")
    return unknown


class Client:
    """One session, opened when first used."""

    def __init__(self, target: CassandraTarget) -> None:
        """Remember where to connect to."""
        self._target = target
        self._session: Session | None = None
        self._opening = asyncio.Lock()
        self._schema_change = asyncio.Lock()

    async def aclose(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await asyncio.to_thread(self._session.cluster.shutdown)
            self._session = None

    async def execute(
        self, statement: str, parameters: Sequence[Any] = ()
    ) -> list[tuple[Any, ...]]:
        """Run one statement and return all of its rows.

        Raises:
            InkwellError: it had no effect, or none that is known.
        """
        session = await self._opened()
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        rows: list[tuple[Any, ...]] = []

        def finish(error: Exception | None) -> None:
            if done.cancelled():
                return
            if error is None:
                done.set_result(None)
            else:
                done.set_exception(error)

        def take(page: list[tuple[Any, ...]] | None) -> None:
            rows.extend(page or ())
            if response.has_more_pages:
                response.start_fetching_next_page()
            else:
                loop.call_soon_threadsafe(finish, None)

        def fail(error: Exception) -> None:
            loop.call_soon_threadsafe(finish, error)

        response = session.execute_async(statement, tuple(parameters) or None)
        response.add_callbacks(take, fail)
        try:
            await done
        except Exception as error:
            raise translate(error) from error
        return rows

    async def change_schema(self, statement: str) -> None:
        """Run one schema change after all others.

        It is agreed on by every node when this returns.
        """
        async with self._schema_change:
            try:
                await self.execute(statement)
            except AlreadyExists:
                return

    async def _opened(self) -> Session:
        async with self._opening:
            if self._session is None:
                try:
                    self._session = await asyncio.to_thread(self._connect)
                except Exception as error:
                    raise translate(error) from error
            return self._session

    def _connect(self) -> Session:
        target = self._target
        points = [_end_point(point) for point in target.contact_points]
        profile = ExecutionProfile(
            load_balancing_policy=DCAwareRoundRobinPolicy(local_dc=target.datacenter),
            consistency_level=ConsistencyLevel.LOCAL_QUORUM,
            request_timeout=_REQUEST_SECONDS,
            row_factory=tuple_factory,
        )
        cluster = Cluster(
            contact_points=points,
            auth_provider=PlainTextAuthProvider(target.admin.username, target.admin.password),
            ssl_context=_trust(target),
            # The certificate of every node carries the name by which the cluster is reached.
            ssl_options={"server_hostname": points[0].address},
            execution_profiles={EXEC_PROFILE_DEFAULT: profile},
            protocol_version=5,
            connect_timeout=_CONNECT_SECONDS,
            # Metadata of every tenant's tables would be read again after each schema change.
            schema_metadata_enabled=False,
            token_metadata_enabled=False,
            application_name="inkwell-operator",
        )
        try:
            return cluster.connect()
        except Exception:
            with suppress(DriverException):
                cluster.shutdown()
            raise


def _trust(target: CassandraTarget) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=target.admin.ca_pem or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _end_point(point: str) -> DefaultEndPoint:
    host, port = split_address(point)
    return DefaultEndPoint(host, port)
