import asyncio
import contextlib
from collections.abc import Callable
from typing import Any, cast

import pytest

from inkwell_operator.backends.kubernetes_api.client import KubernetesClient, ObjectGone
from inkwell_operator.backends.kubernetes_api.kinds import Kind
from inkwell_operator.listing import Listing
from inkwell_operator.queue import Key
from inkwell_operator.store import KINDS, Store
from support import wait

ACME = Key("Tenant", "", "acme")
GLOBEX = Key("Tenant", "", "globex")


class Server:
    """An API server with objects; what happens during a listing is the test's to say."""

    def __init__(self) -> None:
        self.objects: dict[Key, dict[str, Any]] = {}
        self.is_served = True
        self.during_list: Callable[[], None] = lambda: None
        self.version = 0

    def put(self, key: Key, generation: int = 1) -> dict[str, Any]:
        self.version += 1
        metadata = {
            "name": key.name,
            "uid": key.name,
            "generation": generation,
            "resourceVersion": str(self.version),
        }
        body = {"kind": key.kind, "metadata": metadata, "spec": {"className": "standard"}}
        self.objects[key] = body
        return body

    async def list(self, kind: Kind) -> list[dict[str, Any]]:
        if not self.is_served:
            raise ObjectGone("no such kind")
        found = [body for key, body in self.objects.items() if key.kind == kind.kind]
        if kind.kind == "Tenant":
            self.during_list()
        return found

    async def get(self, kind: Kind, name: str, namespace: str = "") -> dict[str, Any] | None:
        return self.objects.get(Key(kind.kind, namespace, name))


class World:
    def __init__(self) -> None:
        self.server = Server()
        self.store = Store()
        self.changed: list[Key] = []
        self.vanished: list[Key] = []
        self.listing = Listing(
            cast("KubernetesClient", self.server),
            self.store,
            changed=self.changed.append,
            vanished=lambda gone: self.vanished.append(gone.key),
            interval_seconds=0.01,
        )


async def test_nothing_is_synced_before_every_kind_was_listed() -> None:
    world = World()
    world.server.put(ACME)
    assert not world.store.is_synced
    await world.listing.refresh()
    assert world.store.is_synced
    assert world.changed == [ACME]


async def test_an_object_whose_deletion_no_watch_delivered_is_no_ghost() -> None:
    world = World()
    world.server.put(ACME)
    await world.listing.refresh()
    del world.server.objects[ACME]
    await world.listing.refresh()
    assert world.vanished == [ACME]
    assert world.store.get(ACME) is None


async def test_a_change_that_no_watch_delivered_is_found_once() -> None:
    world = World()
    world.server.put(ACME)
    await world.listing.refresh()
    world.server.put(ACME, generation=2)
    await world.listing.refresh()
    await world.listing.refresh()
    assert world.changed == [ACME, ACME]


async def test_what_a_watch_delivers_during_a_listing_is_newer_than_the_listing() -> None:
    world = World()
    world.server.put(ACME)

    def event() -> None:
        del world.server.objects[ACME]
        world.store.drop(ACME)
        world.listing.note_event(ACME)
        world.store.put(world.server.put(GLOBEX))
        world.listing.note_event(GLOBEX)

    world.server.during_list = event
    await world.listing.refresh()
    assert world.store.get(ACME) is None
    assert world.store.get(GLOBEX) is not None
    assert world.vanished == []


async def test_kinds_that_come_after_the_operator_are_found() -> None:
    world = World()
    world.server.is_served = False
    with pytest.raises(ObjectGone):
        await world.listing.refresh()
    assert not world.listing.is_served
    world.server.is_served = True
    await world.listing.refresh()
    await world.listing.served()


async def test_kinds_that_went_and_came_again_need_new_watches() -> None:
    world = World()
    await world.listing.refresh()
    waiting = asyncio.create_task(world.listing.served_again())
    await asyncio.sleep(0)
    await world.listing.refresh()
    assert not waiting.done()
    world.server.is_served = False
    with contextlib.suppress(ObjectGone):
        await world.listing.refresh()
    world.server.is_served = True
    await world.listing.refresh()
    await waiting


async def test_listings_go_on_after_one_that_failed() -> None:
    world = World()
    world.server.is_served = False
    running = asyncio.create_task(world.listing.run())
    await asyncio.sleep(0.01)
    world.server.is_served = True

    async def is_synced() -> bool:
        return world.store.is_synced

    await wait.until("listing", is_synced, seconds=10, every=0.05)
    running.cancel()
    assert all(world.store.all_of(kind) == [] for kind in KINDS)
