"""Proofs run beside the passes, and wake an object when they say something new of it."""

import asyncio

import pytest

from inkwell_api.conditions import Condition, ConditionStatus, ConditionType, Reason
from inkwell_operator import proofs as module
from inkwell_operator.backends.grouped_reads import Wave, current_wave
from inkwell_operator.backends.run import PassOutdated
from inkwell_operator.model.isolation import isolated
from inkwell_operator.proofs import Proofs
from inkwell_operator.queue import Key, Urgency
from inkwell_operator.reconcilers.report import as_specified

ACME = Key("Tenant", "", "acme")
PROVEN = as_specified(ConditionType.ISOLATED)


class World:
    """Proofs that end when a test says so, and whom they have woken."""

    def __init__(self) -> None:
        self.proofs = Proofs()
        self.woken: list[tuple[Key, Urgency]] = []
        self.proofs.follow(lambda key, urgency: self.woken.append((key, urgency)))
        self.begun = 0
        self.waves: list[Wave | None] = []
        self.end: asyncio.Future[Condition | None] = asyncio.get_running_loop().create_future()

    async def prove(self) -> Condition | None:
        self.begun += 1
        self.waves.append(current_wave.get())
        return await self.end

    def begin(self, told: Condition | None = None, basis: object = ()) -> None:
        self.proofs.begin(ACME, "uid", basis, told, self.prove)

    def renew(self) -> None:
        """Let the next proof end by itself."""
        self.end = asyncio.get_running_loop().create_future()

    async def settle(self) -> None:
        """Let every task come as far as it does."""
        for _ in range(5):
            await asyncio.sleep(0)


async def test_a_proof_wakes_its_object_where_it_comes_to_something_else_than_is_told() -> None:
    world = World()
    world.begin()
    await world.settle()
    assert world.woken == []
    world.end.set_result(PROVEN)
    await world.settle()
    assert world.woken == [(ACME, Urgency.DEPENDENCY)]
    world.begin(PROVEN)
    await world.settle()
    assert (world.begun, len(world.woken)) == (2, 1)


async def test_what_let_in_is_told_at_once_whatever_else_fails() -> None:
    world = World()
    world.begin(PROVEN)
    world.end.set_result(isolated(ConditionStatus.FALSE, Reason.LET_IN, "acme reads a table"))
    await world.settle()
    assert world.woken == [(ACME, Urgency.SPEC)]


async def test_a_proof_is_compared_with_what_the_last_pass_told() -> None:
    world = World()
    world.begin(PROVEN)
    await world.settle()
    world.begin(isolated(ConditionStatus.UNKNOWN, Reason.DEPENDENCY_NOT_READY, "no canary"))
    world.end.set_result(PROVEN)
    await world.settle()
    assert (world.begun, world.woken) == (1, [(ACME, Urgency.DEPENDENCY)])


async def test_a_proof_of_other_logins_or_servers_takes_the_place_of_one_that_runs() -> None:
    world = World()
    world.begin(basis="old password")
    await world.settle()
    old = world.end
    world.renew()
    world.begin(basis="new password")
    await world.settle()
    assert old.cancelled()
    assert world.begun == 2
    world.end.set_result(PROVEN)
    await world.settle()
    assert world.woken == [(ACME, Urgency.DEPENDENCY)]
    assert not world.proofs._running


async def test_an_object_has_one_proof_at_a_time_and_none_when_it_is_gone() -> None:
    world = World()
    for _ in range(3):
        world.begin()
        await world.settle()
    assert world.begun == 1
    world.proofs.end("uid")
    await world.settle()
    assert world.end.cancelled()
    world.renew()
    world.begin()
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
    world.begin()
    await world.settle()
    assert world.waves == [None]
    world.proofs.close()


@pytest.mark.parametrize("error", [PassOutdated("Tenant acme is gone"), ValueError("a defect")])
async def test_a_proof_that_fails_wakes_nobody_and_may_be_made_again(error: Exception) -> None:
    world = World()
    world.end.set_exception(error)
    for _ in range(2):
        world.begin()
        await world.settle()
    assert (world.begun, world.woken) == (2, [])


async def test_proofs_give_way_to_passes_that_are_due_but_not_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A start with many objects looks at all of them before it spends itself on logins."""
    monkeypatch.setattr(module, "_PAUSE_SECONDS", 0.01)
    world, due, asked = World(), [True], []

    def is_busy() -> bool:
        asked.append(True)
        return due[0]

    world.proofs.follow(lambda *_: None, is_busy)
    waiting = [asyncio.create_task(world.proofs.give_way()) for _ in range(50)]
    await asyncio.sleep(0.1)
    assert not any(task.done() for task in waiting)
    assert len(asked) <= 20, "asked once for all that wait"
    due[0] = False
    async with asyncio.timeout(5):
        await asyncio.gather(*waiting)
    due[0] = True
    monkeypatch.setattr(module, "_LONGEST_WAIT_SECONDS", 0.1)
    async with asyncio.timeout(5):
        await world.proofs.give_way()
