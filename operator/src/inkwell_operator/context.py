"""Every client of the operator, opened at start-up and closed at the end."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import structlog

from inkwell_operator.backends.base import ClosableBackend
from inkwell_operator.backends.cassandra import CassandraBackend
from inkwell_operator.backends.kafka import KafkaBackend
from inkwell_operator.backends.keycloak import KeycloakBackend
from inkwell_operator.backends.kubernetes_api import KubernetesClient
from inkwell_operator.backends.kubernetes_api.client import connect, is_in_cluster
from inkwell_operator.backends.kubernetes_api.kinds import NAMESPACE
from inkwell_operator.backends.namespace import NamespaceBackend
from inkwell_operator.backends.postgres import PostgresBackend
from inkwell_operator.backends.secrets import SecretsBackend
from inkwell_operator.backends.server import Servers
from inkwell_operator.backends.workloads import WorkloadsBackend
from inkwell_operator.backends.workloads.gateway import service_address
from inkwell_operator.class_resolver import ClassResolver
from inkwell_operator.fence import Fence
from inkwell_operator.findings import Findings
from inkwell_operator.isolation import Isolation
from inkwell_operator.model.check_runner import SpecChecker
from inkwell_operator.model.targets import KafkaTarget, KeycloakTarget, ResolvedClass
from inkwell_operator.settings import Settings
from inkwell_operator.store import Store

_log = structlog.get_logger()
_CLOSE_SECONDS: Final = 10
_LINGER_SECONDS: Final = 30.0
"""Beyond the longest time of a backend in a pass, after which no pass can hold a backend that the
pool has given up: closed earlier, it would be opened again by such a pass and never closed."""


@dataclass(frozen=True, slots=True)
class DataBackends:
    """The backends of one class besides Kubernetes."""

    kafka: KafkaBackend
    cassandra: CassandraBackend
    postgres: PostgresBackend
    keycloak: KeycloakBackend

    def all(self) -> tuple[ClosableBackend[Any, Any, Any], ...]:
        """Return all of them, which know nothing of each other."""
        return (self.kafka, self.cassandra, self.postgres, self.keycloak)


class BackendPool:
    """One backend for each distinct target; classes that share a target share its connections."""

    def __init__(self, pass_seconds: float = 0.0) -> None:
        """Start without connections; no pass holds a backend for longer than `pass_seconds`."""
        self._linger = pass_seconds + _LINGER_SECONDS
        self._is_closing = asyncio.Event()
        self._backends: dict[Any, ClosableBackend[Any, Any, Any]] = {}
        self._targets: dict[str, frozenset[Any]] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._servers = Servers()

    def for_class(self, resolved: ResolvedClass) -> DataBackends:
        """Return the backends of a class; those that no class names any more are closed."""
        backends = DataBackends(
            kafka=self._one(self._kafka, resolved.kafka),
            cassandra=self._one(CassandraBackend, resolved.cassandra),
            postgres=self._one(PostgresBackend, resolved.postgres),
            keycloak=self._one(self._keycloak, resolved.keycloak),
        )
        targets = frozenset(
            (resolved.kafka, resolved.cassandra, resolved.postgres, resolved.keycloak)
        )
        if self._targets.get(resolved.name) != targets:
            self._targets[resolved.name] = targets
            self._close_unused()
        return backends

    def _kafka(self, target: KafkaTarget) -> KafkaBackend:
        """Return a backend that shares what its schema registry may bear with other clusters."""
        return KafkaBackend(target, self._servers.at("the schema registry", target.registry_url))

    def _keycloak(self, target: KeycloakTarget) -> KeycloakBackend:
        """Return a backend that shares what its Keycloak may bear with other realms of it."""
        return KeycloakBackend(target, self._servers.at("Keycloak", target.url))

    def _one(self, make: Any, target: Any) -> Any:
        if target not in self._backends:
            self._backends[target] = make(target)
        return self._backends[target]

    def keep_classes(self, names: Collection[str]) -> None:
        """Give up the backends that only classes of other names have used: those are gone."""
        gone = self._targets.keys() - set(names)
        for name in gone:
            del self._targets[name]
        if gone:
            self._close_unused()

    def _close_unused(self) -> None:
        """Give up what a rotated login or a moved endpoint left behind; close it when free."""
        used = frozenset[Any]().union(*self._targets.values())
        for target in self._backends.keys() - used:
            task = asyncio.create_task(self._close_later(self._backends.pop(target)))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    async def _close_later(self, backend: ClosableBackend[Any, Any, Any]) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._linger):
                await self._is_closing.wait()
        await _close(backend)

    async def aclose(self) -> None:
        """Close every connection."""
        self._is_closing.set()
        closing = (_close(backend) for backend in self._backends.values())
        await asyncio.gather(*self._closing, *closing)


async def _close(backend: ClosableBackend[Any, Any, Any]) -> None:
    try:
        async with asyncio.timeout(_CLOSE_SECONDS):
            await backend.aclose()
    except Exception as error:  # noqa: BLE001 - nothing comes of a connection that is given up
        _log.warning("connection not closed in good order", error=repr(error))


@dataclass(frozen=True, slots=True)
class Context:
    """What the reconcilers work with."""

    settings: Settings
    installation: str
    client: KubernetesClient
    store: Store
    findings: Findings
    classes: ClassResolver
    pool: BackendPool
    namespace: NamespaceBackend
    secrets: SecretsBackend
    workloads: WorkloadsBackend
    isolation: Isolation
    checker: SpecChecker
    check_leadership: Callable[[], None]


async def _cluster_id(client: KubernetesClient) -> str:
    """Return the uid of namespace kube-system, which is as old as its cluster and no other's."""
    namespace = await client.get(NAMESPACE, "kube-system")
    return str(namespace["metadata"]["uid"]) if namespace else ""


@asynccontextmanager
async def open_context(settings: Settings, fence: Fence) -> AsyncIterator[Context]:
    """Open every client, and close them at the end; nothing is written but through `fence`."""
    client = KubernetesClient(await connect(), before_write=fence.check)
    store = Store()
    pool = BackendPool(settings.queue.backend_seconds)
    installation = settings.installation or await _cluster_id(client)
    api_address = service_address if is_in_cluster() else None
    isolation = Isolation(settings.isolation, installation, api_address=api_address)
    checker = SpecChecker()
    with TemporaryDirectory(prefix="inkwell-") as scratch:
        try:
            yield Context(
                settings=settings,
                installation=installation,
                isolation=isolation,
                checker=checker,
                client=client,
                store=store,
                findings=Findings(),
                classes=ClassResolver(client, store, settings, Path(scratch)),
                pool=pool,
                namespace=NamespaceBackend(client, settings),
                secrets=SecretsBackend(client),
                workloads=WorkloadsBackend(client, settings.workers),
                check_leadership=fence.check,
            )
        finally:
            isolation.close()
            await checker.aclose()
            await pool.aclose()
            await client.aclose()
