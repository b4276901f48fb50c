"""Proofs run beside the passes, and wake an object when they say something new of it."""

import asyncio

import pytest

from inkwell_api.conditions import Condition, ConditionType
from inkwell_operator import proofs as module
from inkwell_operator.backends.grouped_reads import Wave, current_wave
from inkwell_operator.backends.run import PassOutdated
from inkwell_operator.proofs import Proofs
from inkwell_operator.queue import Key
from inkwell_operator.reconcilers.report import as_specified

ACME = Key("Tenant", "", "acme")
PROVEN = as_specified(ConditionType.ISOLATED)


class World:
    """Proofs that end when a test says so, and whom they have woken."""

    def __init__(self) -> None:
        self.proofs = Proofs()
        self.woken: list[Key] = []
        self.proofs.follow(self.woken.append)
        self.begun = 0
        self.waves: list[Wave | None] = []
        self.end: asyncio.Future[Condition | None] = asyncio.get_running_loop().create_future()

    async def prove(self) -> Condition | None:
        self.begun += 1
        self.waves.append(current_wave.get())
        return await self.end

    async def settle(self) -> None:
        """Let every task come as far as it does."""
        for _ in range(5):
            await asyncio.sleep(0)


async def test_a_proof_wakes_its_object_where_it_says_something_else_than_is_shown() -> None:
    world = World()
    world.proofs.begin(ACME, "uid", None, world.prove)
    await world.settle()
    assert world.woken == []
    world.end.set_result(PROVEN)
    await world.settle()
    assert world.woken == [ACME]
    world.proofs.begin(ACME, "uid", PROVEN, world.prove)
    await world.settle()
    assert (world.begun, world.woken) == (2, [ACME])


async def test_an_object_has_one_proof_at_a_time_and_none_when_it_is_gone() -> None:
    world = World()
    for _ in range(3):
        world.proofs.begin(ACME, "uid", None, world.prove)
        await world.settle()
    assert world.begun == 1
    world.proofs.forget("uid")
    await world.settle()
    assert world.end.cancelled()
    world.end = asyncio.get_running_loop().create_future()
    world.proofs.begin(ACME, "uid", None, world.prove)
    await world.settle()
    assert world.begun == 2
    world.proofs.close()
    await world.settle()
    assert world.end.cancelled()
    assert world.woken == []


async def test_a_proof_outlives_the_wave_of_the_pass_that_asked_for_it() -> None:
    """What a wave's end lets go of would be kept for ever by one that reads for it later."""
    world = World()
    current_wave.set(Wave(9))
    world.proofs.begin(ACME, "uid", None, world.prove)
    await world.settle()
    assert world.waves == [None]
    world.proofs.close()


@pytest.mark.parametrize("error", [PassOutdated("Tenant acme is gone"), ValueError("a defect")])
async def test_a_proof_that_fails_wakes_nobody_and_may_be_made_again(error: Exception) -> None:
    world = World()
    world.end.set_exception(error)
    for _ in range(2):
        world.proofs.begin(ACME, "uid", None, world.prove)
        await world.settle()
    assert (world.begun, world.woken) == (2, [])


async def test_a_proof_gives_way_to_passes_that_are_due_but_not_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A start with many objects looks at all of them before it spends itself on logins."""
    monkeypatch.setattr(module, "_PAUSE_SECONDS", 0.01)
    world, due = World(), [True]
    world.proofs.follow(world.woken.append, is_busy=lambda: due[0])
    world.proofs.begin(ACME, "uid", None, world.prove)
    await asyncio.sleep(0.1)
    assert world.begun == 0
    due[0] = False
    await asyncio.sleep(0.1)
    assert world.begun == 1
    due[0] = True
    monkeypatch.setattr(module, "_LONGEST_WAIT_SECONDS", 0.1)
    world.proofs.begin(Key("Tenant", "", "globex"), "other", None, world.prove)
    await asyncio.sleep(0.05)
    assert world.begun == 1
    await asyncio.sleep(0.3)
    assert world.begun == 2
    world.proofs.close()
