"""The operator dies at every write there is: no login is ever left that nobody can use."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from inkwell_api import names
from inkwell_operator.queue import Key, Verdict
from support.dying_operator import ACME, INVOICES, Death, Killed, World

PRINCIPALS = {
    ACME: {names.gateway_principal("acme")},
    INVOICES: {
        *(names.stage_principal("acme", "invoices", stage) for stage in names.PIPELINE_STAGES),
        names.machine_client("acme", "invoices"),
    },
}


async def settled(world: World, key: Key) -> None:
    """Make passes as the queue would, and see every login usable at the end."""
    world.client.death = Death()
    assert await world.reconcile(key) is Verdict.DONE
    assert world.unusable() == set()
    assert world.logins() >= PRINCIPALS[key]
    writes = world.client.death.writes
    assert await world.reconcile(key) is Verdict.DONE
    assert world.client.death.writes == writes


async def every_death(
    key: Key, world_before: Callable[[], Awaitable[World]]
) -> AsyncIterator[World]:
    """Let an operator die at each write of a pass, in both ways; then see that the next mends it.

    Yields:
        The world after the death.
    """
    whole = await world_before()
    whole.client.death = Death()
    assert await whole.reconcile(key) is Verdict.DONE
    for at in range(1, whole.client.death.writes + 1):
        for is_answered in (False, True):
            world = await world_before()
            world.client.death = Death(at, is_answered)
            with pytest.raises(Killed):
                await world.reconcile(key)
            yield world
            await settled(world, key)


@pytest.mark.parametrize("key", [ACME, INVOICES], ids=lambda key: key.kind)
async def test_a_death_between_secret_and_login_leaves_none_that_nobody_can_use(key: Key) -> None:
    async def nothing_yet() -> World:
        return World()

    deaths = 0
    async for world in every_death(key, nothing_yet):
        assert world.unusable() == set()
        deaths += 1
    # Each a Secret and two logins; finalizer and status. Before and after.
    assert deaths == 2 * (3 * len(PRINCIPALS[key]) + 2)


@pytest.mark.parametrize("key", [ACME, INVOICES], ids=lambda key: key.kind)
async def test_a_lost_secret_is_drawn_anew_and_every_login_follows(key: Key) -> None:
    async def secrets_lost() -> World:
        world = World()
        await settled(world, key)
        world.lost = world.client.passwords()
        world.client.secrets.clear()
        return world

    async for world in every_death(key, secrets_lost):
        # Until the next pass a login may still be the old one; a new one has its Secret.
        held = world.client.passwords()
        for backend in world.backends:
            for name, password in backend.known.items():
                assert password in {world.lost[name], held.get(name)}


@pytest.mark.parametrize("key", [ACME, INVOICES], ids=lambda key: key.kind)
async def test_a_login_that_somebody_changed_is_set_from_its_secret_again(key: Key) -> None:
    async def changed() -> World:
        world = World()
        await settled(world, key)
        for name in PRINCIPALS[key]:
            world.backends[0].known[name] = "somebody's"
        return world

    async for world in every_death(key, changed):
        held = world.client.passwords()
        await settled(world, key)
        assert world.client.passwords() == held


@pytest.mark.parametrize("key", [ACME, INVOICES], ids=lambda key: key.kind)
async def test_a_secret_that_goes_during_the_pass_sets_no_empty_password(key: Key) -> None:
    world = World()
    await settled(world, key)
    before = [dict(backend.known) for backend in world.backends]
    world.client.is_forgetful = True
    assert await world.reconcile(key) is Verdict.BLOCKED
    assert [backend.known for backend in world.backends] == before
    world.client.is_forgetful = False
    await settled(world, key)
