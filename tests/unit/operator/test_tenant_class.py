"""A TenantClass waits for its Tenants, and takes the canary of its backends with it."""

from types import SimpleNamespace
from typing import Any

import pytest

from inkwell_api import names
from inkwell_api.resource import Metadata
from inkwell_operator.backends.kubernetes_api.kinds import Kind
from inkwell_operator.isolation import Isolation
from inkwell_operator.model.errors import SecretMissing
from inkwell_operator.queue import Key, Verdict
from inkwell_operator.reconcilers.events import EventPoster
from inkwell_operator.reconcilers.status import StatusWriter
from inkwell_operator.reconcilers.tenant_class import ClassReconciler
from inkwell_operator.settings import IsolationSettings
from support.reconciler_world import DELETED, World, new_world

STANDARD = Key("TenantClass", "", "standard")
LIVE = {"name": "standard", "uid": "u", "generation": 1, "resourceVersion": "1"} | DELETED


class ClassWorld:
    """A class that was deleted, one Tenant of it or none, and the canary in every backend."""

    def __init__(self) -> None:
        self.tenants: list[str] = []
        self.owned_by_others: list[str] = []
        self.patches: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        self.world: World = new_world()
        self.stored: Any = SimpleNamespace(
            key=STANDARD,
            metadata=Metadata.model_validate(LIVE | {"finalizers": [names.CLASS_FINALIZER]}),
            is_deleting=True,
        )
        for backend in self.world.data:
            backend.is_there = True

    def reconciler(self) -> ClassReconciler:
        """Return a reconciler whose API server is this world."""
        world = self.world
        client: Any = SimpleNamespace(
            get=self._get, create=self._create, apply=self._apply, patch=self._patch
        )
        context: Any = SimpleNamespace(
            client=client,
            store=SimpleNamespace(
                tenant_class=lambda _: self.stored,
                tenants_of_class=lambda _: [
                    SimpleNamespace(key=Key("Tenant", "", name)) for name in self.tenants
                ],
                refresh=lambda _: None,
            ),
            classes=world,
            pool=world,
            installation="test-installation",
            settings=world.settings,
            isolation=Isolation(IsolationSettings(), "test-installation"),
            check_leadership=world.check_leadership,
        )
        writer = StatusWriter(client, context.store, EventPoster(client, "test"), "inkwell-system")
        return ClassReconciler(context, writer)

    async def reconcile(self) -> Verdict:
        """Make one pass."""
        return (await self.reconciler().reconcile(STANDARD)).verdict

    async def _get(self, *_: Any) -> dict[str, Any]:
        return {"metadata": LIVE}

    async def _create(self, event: dict[str, Any]) -> None:
        self.events.append(event)

    async def _apply(self, manifest: dict[str, Any]) -> dict[str, Any]:
        assert not manifest["metadata"].get("finalizers")
        self.world.log.append("no finalizer")
        left = {"finalizers": self.owned_by_others, "resourceVersion": "2"}
        return manifest | {"metadata": manifest["metadata"] | left}

    async def _patch(
        self, kind: Kind, name: str, namespace: str, operations: list[dict[str, Any]]
    ) -> None:
        assert (kind.kind, name, namespace) == ("TenantClass", "standard", "")
        self.patches.append({each["path"]: each["value"] for each in operations})


@pytest.fixture
def world() -> ClassWorld:
    return ClassWorld()


async def test_the_canary_goes_before_its_class(world: ClassWorld) -> None:
    assert await world.reconcile() is Verdict.GONE
    removed = {f"- {backend.name}" for backend in world.world.data}
    assert set(world.world.log[:-1]) == removed
    assert world.world.log[-1] == "no finalizer"
    assert not world.events


async def test_nothing_goes_while_a_tenant_is_served(world: ClassWorld) -> None:
    world.tenants = ["acme"]
    reconciler = world.reconciler()
    for _ in range(3):
        assert (await reconciler.reconcile(STANDARD)).verdict is Verdict.BLOCKED
    assert not world.world.log
    assert [event["reason"] for event in world.events] == ["InUse"], "told once"
    world.tenants.append("globex")
    await reconciler.reconcile(STANDARD)
    assert len(world.events) == 2


async def test_a_class_of_systems_that_are_no_more_can_go_and_names_what_stays(
    world: ClassWorld,
) -> None:
    world.world.kafka.is_down = True
    missing = world.world.data[1]
    world.world.failures = {missing.condition: SecretMissing("Secret cassandra-admin is missing")}
    assert await world.reconcile() is Verdict.GONE
    assert world.world.kafka.is_there
    assert missing.is_there
    (event,) = world.events
    assert event["reason"] == "CanaryLeft"
    assert names.canary_tenant("test-installation") in event["note"]
    assert "kafka does not answer" in event["note"]
    assert "cassandra-admin is missing" in event["note"]


async def test_the_canary_stays_where_another_replica_leads(world: ClassWorld) -> None:
    world.world.leads = False
    assert await world.reconcile() is Verdict.FAILED
    assert not world.world.log
    assert all(backend.is_there for backend in world.world.data)


async def test_a_finalizer_that_an_exported_manifest_put_there_too_is_taken_off(
    world: ClassWorld,
) -> None:
    world.owned_by_others = [names.CLASS_FINALIZER, "example.com/hold"]
    assert await world.reconcile() is Verdict.GONE
    assert world.patches == [
        {"/metadata/resourceVersion": "2", "/metadata/finalizers": ["example.com/hold"]}
    ]
