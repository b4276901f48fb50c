"""The order of a pass, and what it tells, with backends in memory at the protocol's seam."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from inkwell_api import names
from inkwell_api.conditions import ConditionType
from inkwell_operator.model.errors import Unreachable
from inkwell_operator.model.plan import Plan, Step, Verb
from inkwell_operator.model.plan_text import render_step
from inkwell_operator.model.validate import Absent, Subject
from inkwell_operator.queue import Key, Verdict
from inkwell_operator.reconcilers.status import StatusWriter
from inkwell_operator.reconcilers.tenant import TenantReconciler
from inkwell_operator.settings import Settings
from inkwell_operator.watched import Watched
from support import make

ACME = Key("Tenant", "", "acme")


@dataclass
class Fake:
    """A backend in which a subject is there or is not; it notes its writes in a common log."""

    condition: ConditionType
    name: str
    log: list[str]
    is_there: bool = False
    is_down: bool = False

    def desire(self, subject: Subject) -> bool:
        return not isinstance(subject, Absent)

    async def observe(self, desired: bool) -> bool:  # noqa: FBT001 - the protocol's shape
        del desired
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

    async def values(self, desired: bool) -> dict[str, dict[str, str]]:  # noqa: FBT001 - as observe
        del desired
        return {"gateway": {"password": "p"}} if self.is_there else {}

    async def gateway_url(self, tenant: str, offer: object) -> str:
        del tenant, offer
        return "http://gateway"


@dataclass
class World:
    """What a reconciler works with: a log of all writes, and the object as it is stored."""

    log: list[str] = field(default_factory=list)
    watched: Watched = field(default_factory=Watched)
    settings: Settings = field(default_factory=Settings)
    installation: str = "test-installation"
    version: int = 1

    def __post_init__(self) -> None:
        kinds = ConditionType
        self.walls = Fake(kinds.NAMESPACE_READY, "walls", self.log)
        self.secrets = Fake(kinds.NAMESPACE_READY, "secrets", self.log)
        self.kafka = Fake(kinds.KAFKA_READY, "kafka", self.log)
        others = (kinds.CASSANDRA_READY, kinds.POSTGRES_READY, kinds.KEYCLOAK_READY)
        self.data = [self.kafka, *(Fake(kind, kind.value, self.log) for kind in others)]
        self.workloads = Fake(kinds.WORKERS_READY, "workloads", self.log)
        self.classes = self.client = self.pool = self

    async def resolve(self, name: str) -> Any:
        del name
        return make.resolved()

    def for_class(self, resolved: Any) -> "World":
        del resolved
        return self

    def all(self) -> list[Fake]:
        return self.data

    async def create(self, event: dict[str, Any]) -> None:
        """Take an event."""

    async def apply(self, manifest: dict[str, Any], *, subresource: str = "") -> dict[str, Any]:
        """Store what the status writer applies."""
        body = dict(self.body)
        self.version += 1
        metadata = body["metadata"] | {"resourceVersion": str(self.version)}
        if subresource:
            self.log.append("status")
            body["status"] = manifest["status"]
        else:
            metadata["finalizers"] = manifest["metadata"].get("finalizers", [])
            self.log.append("finalizer" if metadata["finalizers"] else "no finalizer")
        return body | {"metadata": metadata}

    @property
    def body(self) -> dict[str, Any]:
        body = self.watched.get(ACME)
        assert body is not None
        return body

    def conditions(self) -> dict[str, str]:
        return {c["type"]: c["status"] for c in self.body["status"]["conditions"]}

    def change(self, spec: dict[str, Any] | None = None, **metadata: Any) -> None:
        """Store a change that a person made."""
        body = self.body
        self.version += 1
        self.watched.put(
            body
            | {
                "metadata": body["metadata"] | {"resourceVersion": str(self.version)} | metadata,
                "spec": body["spec"] | (spec or {}),
            }
        )

    async def reconcile(self) -> Verdict:
        self.log.clear()
        writer = StatusWriter(self, self.watched, "test")  # type: ignore[arg-type]  # the seam
        reconciler = TenantReconciler(self, writer)  # type: ignore[arg-type]  # the seam
        return (await reconciler.reconcile(ACME)).verdict


@pytest.fixture
def world() -> World:
    world = World()
    metadata = {"name": "acme", "uid": "u", "generation": 1, "resourceVersion": "1"}
    spec = {"className": "standard"}
    world.watched.put({"kind": "Tenant", "metadata": metadata, "spec": spec})
    return world


async def test_a_pass_goes_from_the_walls_to_the_workers(world: World) -> None:
    assert await world.reconcile() is Verdict.DONE
    assert world.log[:3] == ["finalizer", "+ walls", "+ secrets"]
    assert sorted(world.log[3:7]) == sorted(f"+ {fake.name}" for fake in world.data)
    assert world.log[7:] == ["+ workloads", "status"]
    assert set(world.conditions().values()) == {"True"}
    assert world.body["status"]["gatewayUrl"] == "http://gateway"


async def test_a_second_pass_writes_nothing_not_even_a_status(world: World) -> None:
    await world.reconcile()
    assert await world.reconcile() is Verdict.DONE
    assert world.log == []


async def test_one_backends_trouble_stops_no_other_and_holds_new_workers(world: World) -> None:
    world.kafka.is_down = True
    assert await world.reconcile() is Verdict.FAILED
    told = world.conditions()
    assert (told["KafkaReady"], told["PostgresReady"]) == ("Unknown", "True")
    assert "+ workloads" not in world.log
    assert told["WorkersReady"] == "False"


async def test_workers_that_run_are_left_alone_while_a_backend_is_away(world: World) -> None:
    await world.reconcile()
    world.kafka.is_down = True
    await world.reconcile()
    assert world.conditions()["WorkersReady"] == "True"


async def test_mode_plan_shows_every_step_and_makes_none(world: World) -> None:
    world.change({"mode": "Plan"})
    await world.reconcile()
    assert world.log == ["status"]
    assert world.body["status"]["plan"][0] == "+ walls"
    assert len(world.body["status"]["plan"]) == 7


async def test_deletion_goes_the_other_way_and_the_finalizer_last(world: World) -> None:
    await world.reconcile()
    world.change(deletionTimestamp="2026-01-01T00:00:00Z")
    assert await world.reconcile() is Verdict.GONE
    assert world.log[0] == "- workloads"
    assert sorted(world.log[1:5]) == sorted(f"- {fake.name}" for fake in world.data)
    assert world.log[5:] == ["- walls", "no finalizer"]


async def test_the_finalizer_stays_while_a_backend_cannot_be_looked_at(world: World) -> None:
    await world.reconcile()
    world.kafka.is_down = True
    world.change(deletionTimestamp="2026-01-01T00:00:00Z")
    assert await world.reconcile() is Verdict.FAILED
    assert "- walls" not in world.log
    assert world.body["metadata"]["finalizers"] == [names.FINALIZER]


async def test_a_tenant_that_never_was_made_is_let_go(world: World) -> None:
    world.change(deletionTimestamp="2026-01-01T00:00:00Z")
    assert await world.reconcile() is Verdict.GONE
    assert world.log == []
