"""A TenantClass waits for its Tenants, and takes the canary of its backends with it."""

from types import SimpleNamespace
from typing import Any

import pytest

from inkwell_api import names
from inkwell_operator.isolation import Isolation
from inkwell_operator.model.errors import SecretMissing
from inkwell_operator.queue import Key, Verdict
from inkwell_operator.reconcilers.events import EventPoster
from inkwell_operator.reconcilers.status import StatusWriter
from inkwell_operator.reconcilers.tenant_class import ClassReconciler
from inkwell_operator.settings import IsolationSettings
from support.reconciler_world import DELETED, World, new_world

STANDARD = Key("TenantClass", "", "standard")


class ClassWorld:
    """A class that was deleted, one Tenant of it or none, and the canary in every backend."""

    def __init__(self) -> None:
        self.tenants: list[str] = []
        self.events: list[dict[str, Any]] = []
        self.world: World = new_world()
        self.stored: Any = SimpleNamespace(
            key=STANDARD,
            metadata=SimpleNamespace(
                uid="u", resource_version="1", finalizers=(names.CLASS_FINALIZER,)
            ),
            is_deleting=True,
        )
        for backend in self.world.data:
            backend.is_there = True

    async def reconcile(self) -> Verdict:
        """Make one pass, with the API server's answers taken from this world."""
        world = self.world
        client: Any = SimpleNamespace(get=self._get, create=self._create, apply=self._apply)
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
            isolation=Isolation(IsolationSettings(), "test-installation"),
            check_leadership=world.check_leadership,
        )
        writer = StatusWriter(client, context.store, EventPoster(client, "test"), "inkwell-system")
        result = await ClassReconciler(context, writer).reconcile(STANDARD)
        context.isolation.close()
        return result.verdict

    async def _get(self, *_: Any) -> dict[str, Any]:
        return {"metadata": {"name": "standard", "uid": "u", "resourceVersion": "1", **DELETED}}

    async def _create(self, event: dict[str, Any]) -> None:
        self.events.append(event)

    async def _apply(self, manifest: dict[str, Any]) -> dict[str, Any]:
        assert not manifest["metadata"].get("finalizers")
        self.world.log.append("no finalizer")
        return manifest


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
    assert await world.reconcile() is Verdict.WAITING
    assert not world.world.log
    assert [event["reason"] for event in world.events] == ["InUse"]


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
    with pytest.raises(Exception, match="another replica leads"):
        await world.reconcile()
    assert all(backend.is_there for backend in world.world.data)
