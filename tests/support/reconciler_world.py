"""A world for the Tenant reconciler: backends and an API server in memory, at their seams."""

from dataclasses import dataclass, field
from typing import Any

from typing_extensions import override

from inkwell_api.conditions import ConditionType
from inkwell_operator.backends.kubernetes_api.kinds import Kind
from inkwell_operator.findings import Findings
from inkwell_operator.model.errors import (
    InkwellError,
    NotLeading,
    Unreachable,
)
from inkwell_operator.model.plan import Plan, Step, Verb
from inkwell_operator.model.plan_text import render_step
from inkwell_operator.model.validate import Absent, Subject
from inkwell_operator.queue import Key, Verdict
from inkwell_operator.reconcilers.events import EventPoster
from inkwell_operator.reconcilers.status import StatusWriter
from inkwell_operator.reconcilers.tenant import TenantReconciler
from inkwell_operator.settings import Settings
from inkwell_operator.store import Store
from support import make
from support.check_seam import Inline
from support.isolation_seam import Proven

ACME = Key("Tenant", "", "acme")
DELETED: dict[str, Any] = {"deletionTimestamp": "2026-01-01T00:00:00Z"}


@dataclass
class Fake:
    """A backend in which a subject is there or is not; it notes its writes in a common log."""

    condition: ConditionType
    name: str
    log: list[str]
    is_there: bool = False
    is_down: bool = False
    defect: Exception | None = None
    dies_after_write: bool = False

    def desire(self, subject: Subject) -> bool:
        return not isinstance(subject, Absent)

    async def observe(self, desired: bool) -> bool:  # noqa: FBT001 - the protocol's shape
        del desired
        if self.defect:
            raise self.defect
        if self.is_down:
            raise Unreachable(f"{self.name} does not answer")
        return self.is_there

    def diff(self, desired: bool, observed: bool) -> Plan[bool]:  # noqa: FBT001 - as observe
        if desired == observed:
            return Plan()
        return Plan((Step(Verb.CREATE if desired else Verb.DELETE, self.name, desired),))

    async def apply(self, step: Step[bool]) -> None:
        self.log.append(render_step(step))
        self.is_there = step.action
        self.is_down = self.dies_after_write

    async def values(self, desired: bool) -> dict[str, dict[str, str]]:  # noqa: FBT001 - as observe
        del desired
        return {"gateway": {"password": "p"}} if self.is_there else {}

    async def pipelines(self, claim: object) -> frozenset[str]:
        del claim
        return frozenset(self.left_behind)

    left_behind: tuple[str, ...] = ()

    async def gateway_url(self, tenant: str, offer: object) -> str:
        del tenant, offer
        return self.url

    url: str = "http://gateway"


class Workloads(Fake):
    """Workers that start when their logins are there, as the real ones do."""

    waits_for: frozenset[ConditionType] = frozenset()
    uploads: tuple[str, ...] = ()

    async def gateway_serves(self, tenant: str, pipeline: str) -> tuple[str, ...]:
        del tenant, pipeline
        return self.uploads

    @override
    def desire(self, subject: Subject) -> bool:
        self.waits_for = getattr(subject, "unsettled", frozenset())
        return super().desire(subject)

    @override
    def diff(self, desired: bool, observed: bool) -> Plan[bool]:
        if desired and not observed and self.waits_for:
            return Plan(waits=(f"waits for {', '.join(sorted(self.waits_for))}",))
        return super().diff(desired, observed)


@dataclass
class World:
    """What a reconciler works with: a log of all writes, and the object as it is stored."""

    log: list[str] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    records: list[dict[str, Any]] = field(default_factory=list)
    store: Store = field(default_factory=Store)
    findings: Findings = field(default_factory=Findings)
    settings: Settings = field(default_factory=Settings)
    installation: str = "test-installation"
    version: int = 1
    body: dict[str, Any] = field(default_factory=dict)
    live: dict[str, Any] | None = None
    class_failure: InkwellError | None = None
    failures: dict[ConditionType, InkwellError] = field(default_factory=dict)
    leads: bool = True
    just_made: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        kinds = ConditionType
        self.namespace = Fake(kinds.NAMESPACE_READY, "namespace", self.log)
        self.secrets = Fake(kinds.NAMESPACE_READY, "secrets", self.log)
        self.kafka = Fake(kinds.KAFKA_READY, "kafka", self.log)
        others = (kinds.CASSANDRA_READY, kinds.POSTGRES_READY, kinds.KEYCLOAK_READY)
        self.data = [self.kafka, *(Fake(kind, kind.value, self.log) for kind in others)]
        self.workloads = Workloads(kinds.WORKERS_READY, "workloads", self.log)
        self.classes = self.client = self.pool = self
        self.isolation = Proven()
        self.checker = Inline()

    async def resolve(self, name: str) -> Any:
        del name
        if self.class_failure:
            raise self.class_failure
        return make.resolved(failures=self.failures)

    def for_class(self, resolved: Any) -> "World":
        del resolved
        return self

    @property
    def postgres(self) -> Fake:
        """The backend that knows every pipeline that was ever made."""
        return self.data[2]

    def all(self) -> list[Fake]:
        return self.data

    def check_leadership(self) -> None:
        if not self.leads:
            raise NotLeading("another replica leads")

    async def get(self, kind: Kind, name: str, namespace: str = "") -> dict[str, Any] | None:
        """Return the object as the API server has it."""
        if kind.kind == "DocumentPipeline":
            return {"metadata": {"name": name}} if name in self.just_made else None
        if kind.kind == "ConfigMap":
            return next((one for one in self.records if one["metadata"]["name"] == name), None)
        assert (kind.kind, name, namespace) == ("Tenant", "acme", "")
        return self.live

    async def create(self, event: dict[str, Any]) -> None:
        """Take an event."""
        self.events.append(event)

    async def apply(self, manifest: dict[str, Any], *, subresource: str = "") -> dict[str, Any]:
        """Store what the status writer applies."""
        if manifest["kind"] == "ConfigMap":
            self.records.append(manifest)
            return manifest
        if subresource:
            self.log.append("status")
            return self.keep({"status": manifest["status"]})
        finalizers = manifest["metadata"].get("finalizers", [])
        self.log.append("finalizer" if finalizers else "no finalizer")
        return self.keep({}, finalizers=finalizers)

    def keep(self, parts: dict[str, Any], **metadata: Any) -> dict[str, Any]:
        """Store the object, in the API server and as the watch would deliver it."""
        self.version += 1
        metadata = self.body["metadata"] | {"resourceVersion": str(self.version)} | metadata
        self.body = self.body | parts | {"metadata": metadata}
        self.live = self.body
        self.store.put(self.body)
        return self.body

    def change(self, spec: dict[str, Any] | None = None, **metadata: Any) -> None:
        """Store a change that a person made."""
        self.keep({"spec": self.body["spec"] | (spec or {})}, **metadata)

    def conditions(self) -> dict[str, str]:
        return {c["type"]: c["status"] for c in self.body["status"]["conditions"]}

    def message(self, kind: str = "Ready") -> str:
        (found,) = (c for c in self.body["status"]["conditions"] if c["type"] == kind)
        return str(found["message"])

    async def reconcile(self) -> Verdict:
        self.log.clear()
        client: Any = self
        writer = StatusWriter(client, self.store, EventPoster(client, "test"), "inkwell-system")
        reconciler = TenantReconciler(client, writer, lambda _: None)
        return (await reconciler.reconcile(ACME)).verdict


def new_world() -> World:
    """Return a world with a Tenant that nothing was made for yet."""
    world = World()
    metadata = {"name": "acme", "uid": "u", "generation": 1, "resourceVersion": "1"}
    world.body = {"kind": "Tenant", "metadata": metadata, "spec": {"className": "standard"}}
    world.keep({})
    return world
