"""An operator that dies at a write of one's choice, and the world that outlives it.

The Secrets backend and the reconcilers are the real ones; the API server and the systems that keep
logins are in memory, at the client's and the protocol's seam.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from inkwell_api.conditions import ConditionType
from inkwell_operator.backends.kubernetes_api.kinds import NAMESPACE, Kind, Manifest
from inkwell_operator.backends.secrets import SecretsBackend
from inkwell_operator.backends.secrets.desire import decode
from inkwell_operator.findings import Findings, TenantFindings
from inkwell_operator.model.plan import Plan, Step, Verb
from inkwell_operator.model.validate import Subject, ValidatedPipeline, ValidatedTenant
from inkwell_operator.queue import Key, Verdict
from inkwell_operator.reconcilers.events import EventPoster
from inkwell_operator.reconcilers.pipeline import PipelineReconciler
from inkwell_operator.reconcilers.report import DATA_CONDITIONS, as_specified
from inkwell_operator.reconcilers.status import StatusWriter
from inkwell_operator.reconcilers.tenant import TenantReconciler
from inkwell_operator.scaling import Scaler
from inkwell_operator.settings import Settings
from inkwell_operator.store import Store
from support import make
from support.check_seam import Inline
from support.isolation_seam import Proven

ACME = Key("Tenant", "", "acme")
INVOICES = Key("DocumentPipeline", "tenant-acme", "invoices")


class Killed(BaseException):
    """The process is gone; nothing catches that."""


@dataclass
class Death:
    """Comes at a write: before it takes effect, or after it and before its answer."""

    at: int = -1
    is_answered: bool = False
    writes: int = 0

    async def around(self, write: Callable[[], None]) -> None:
        """Make one write, unless the process dies of it."""
        self.writes += 1
        if self.at == self.writes and not self.is_answered:
            raise Killed
        write()
        if self.at == self.writes:
            raise Killed


@dataclass
class Server:
    """The API server: keeps Secrets, and takes our own objects' status and finalizers."""

    store: Store
    bodies: dict[Key, Manifest] = field(default_factory=dict)
    death: Death = field(default_factory=Death)
    secrets: dict[str, Manifest] = field(default_factory=dict)
    is_forgetful: bool = False
    versions: int = 0

    @property
    def server_time(self) -> datetime:
        return datetime.now(UTC)

    async def get(self, kind: Kind, name: str, namespace: str = "") -> Manifest | None:
        if kind == NAMESPACE:
            return {"metadata": {"name": name, "namespace": namespace}}
        return self.bodies[Key(kind.kind, namespace, name)]

    async def list(self, kind: Kind, namespace: str = "") -> list[Manifest]:
        del kind, namespace
        found = copy.deepcopy([*self.secrets.values()])
        if self.is_forgetful:
            # Somebody deletes them between two looks.
            self.secrets.clear()
        return found

    async def apply(self, manifest: Manifest, *, subresource: str = "") -> Manifest:
        body = copy.deepcopy(manifest)
        if manifest["kind"] == "Secret":
            await self.death.around(lambda: self._keep(body))
            return body
        key = ACME if manifest["kind"] == "Tenant" else INVOICES
        body = copy.deepcopy(self.bodies[key])
        if subresource:
            body["status"] = manifest["status"]
        else:
            body["metadata"]["finalizers"] = manifest["metadata"].get("finalizers", [])
        await self.death.around(lambda: self.put(key, body))
        return body

    def put(self, key: Key, body: Manifest) -> None:
        """Store one of our own objects, and let the operator know of it."""
        self.bodies[key] = body
        self.versions += 1
        body["metadata"]["resourceVersion"] = str(self.versions)
        self.store.put(body)

    async def create(self, event: Manifest) -> None:
        """Take an event, which is no write that anything hangs on."""

    def _keep(self, secret: Manifest) -> None:
        self.secrets[secret["metadata"]["name"]] = secret

    def passwords(self) -> dict[str, str]:
        """Return what each principal's Secret holds."""
        return {
            decode(data, "username") or decode(data, "clientId"): decode(data, "password")
            or decode(data, "clientSecret")
            for data in (secret["data"] for secret in self.secrets.values())
        }


@dataclass
class Logins:
    """A backend that keeps a login for each principal, and sees whether it is the right one."""

    condition: ConditionType
    server: Server
    known: dict[str, str] = field(default_factory=dict)

    def desire(self, subject: Subject) -> dict[str, str]:
        match subject:
            case ValidatedTenant(gateway=gateway):
                return {gateway.principal: gateway.password}
            case ValidatedPipeline(logins=logins, machine=machine):
                return {one.principal: one.password for one in (*logins.values(), machine)}
            case _:
                return {}

    async def observe(self, desired: dict[str, str]) -> dict[str, str]:
        return {name: self.known[name] for name in desired if name in self.known}

    def diff(self, desired: dict[str, str], observed: dict[str, str]) -> Plan[tuple[str, str]]:
        return Plan(
            tuple(
                Step(Verb.UPDATE, f"login {name}", (name, password))
                for name, password in desired.items()
                if observed.get(name) != password
            )
        )

    async def apply(self, step: Step[tuple[str, str]]) -> None:
        await self.server.death.around(lambda: self.known.update([step.action]))


class Still:
    """Walls and workloads, of which nothing is asked here."""

    def __init__(self, condition: ConditionType) -> None:
        self.condition = condition

    def desire(self, subject: Subject) -> None:
        """Want nothing."""

    async def observe(self, desired: None) -> None:
        """See nothing."""

    def diff(self, desired: None, observed: None) -> Plan[None]:
        del desired, observed
        return Plan()

    async def gateway_url(self, tenant: str, offer: object) -> str:
        del tenant, offer
        return "http://gateway"

    async def gateway_waits(self, tenant: str, pipeline: str) -> tuple[str, ...]:
        del tenant, pipeline
        return ()

    async def replicas(self, tenant: str, pipeline: str) -> dict[Any, int]:
        del tenant, pipeline
        return {}


class NoPipelines:
    """The backend that knows every pipeline that was ever made; none was left behind."""

    condition = ConditionType.POSTGRES_READY

    async def pipelines(self, claim: object) -> frozenset[str]:
        del claim
        return frozenset()


class World:
    """What outlives the operator: the API server and the systems that keep logins."""

    def __init__(self) -> None:
        self.settings = Settings()
        self.installation = "test-installation"
        self.store = Store()
        self.lost: dict[str, str] = {}
        self.client = Server(self.store)
        self.namespace = Still(ConditionType.NAMESPACE_READY)
        self.workloads = Still(ConditionType.WORKERS_READY)
        # Two that keep logins are as good as four, and fewer writes to die of.
        self.backends = [Logins(condition, self.client) for condition in DATA_CONDITIONS[:2]]
        self.others = [Still(condition) for condition in DATA_CONDITIONS[2:]]
        self.classes = self.pool = self
        self.postgres = NoPipelines()
        self.isolation = Proven()
        self.checker = Inline()
        ready = {kind: as_specified(kind) for kind in ConditionType}
        self.findings = Findings()
        self.findings.record("acme", TenantFindings("acme", "http://gateway", ready))
        self._put(ACME, {"className": "standard"})
        self._put(INVOICES, make.pipeline_spec().model_dump(by_alias=True, exclude_unset=True))

    def check_leadership(self) -> None:
        """Lead, without competitors."""

    def _put(self, key: Key, spec: dict[str, Any]) -> None:
        metadata: dict[str, Any] = {
            "name": key.name,
            "uid": key.name,
            "generation": 1,
            "resourceVersion": "1",
        }
        if key.namespace:
            metadata["namespace"] = key.namespace
        self.client.put(key, {"kind": key.kind, "metadata": metadata, "spec": spec})

    @property
    def secrets(self) -> SecretsBackend:
        return SecretsBackend(self.client)  # type: ignore[arg-type]  # the seam

    async def resolve(self, name: str) -> Any:
        del name
        return make.resolved()

    def for_class(self, resolved: Any) -> "World":
        del resolved
        return self

    def all(self) -> list[Logins | Still]:
        return [*self.backends, *self.others]

    async def reconcile(self, key: Key) -> Verdict:
        """Start an operator that remembers nothing, and let it make one pass."""
        context: Any = self
        events = EventPoster(context.client, "test")
        writer = StatusWriter(context.client, self.store, events, "inkwell-system")
        if key == ACME:
            reconciler = TenantReconciler(context, writer, lambda _: None)
            return (await reconciler.reconcile(key)).verdict
        scaler = Scaler(context, lambda _: None)
        return (await PipelineReconciler(context, writer, scaler).reconcile(key)).verdict

    def unusable(self) -> set[str]:
        """Return the logins whose password stands in no Secret."""
        held = self.client.passwords()
        return {
            f"{backend.condition.value} {name}"
            for backend in self.backends
            for name, password in backend.known.items()
            if not password or password != held.get(name)
        }

    def logins(self) -> set[str]:
        """Return the principals that every backend knows."""
        return set.intersection(*(set(backend.known) for backend in self.backends))
