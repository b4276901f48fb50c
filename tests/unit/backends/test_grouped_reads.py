"""Reads shared by tenants."""

import asyncio

import pytest

from inkwell_operator.backends.grouped_reads import MANY, GroupedReads


class World:
    """Counts what is asked of it; each read takes a turn of the loop."""

    def __init__(self) -> None:
        self.reads: list[frozenset[str] | None] = []
        self.value = 0

    async def read(self, wanted: frozenset[str] | None) -> int:
        self.reads.append(wanted)
        value = self.value
        await asyncio.sleep(0)
        return value


async def test_a_lone_tenant_reads_its_own_part() -> None:
    world = World()
    reads = GroupedReads(world.read)
    assert await reads.snapshot_for("acme", "acme") == 0
    assert world.reads == [frozenset({"acme"})]


async def test_a_thousand_tenants_at_once_cost_two_reads() -> None:
    world = World()
    reads = GroupedReads(world.read)
    names = [f"t{number}" for number in range(1000)]
    await asyncio.gather(*(reads.snapshot_for(name, name) for name in names))
    await asyncio.gather(*(reads.snapshot_for(name, name) for name in names))
    assert len(world.reads) <= 2
    assert world.reads[-1] is None


async def test_what_was_written_is_read_again() -> None:
    world = World()
    reads = GroupedReads(world.read)
    names = [f"t{number}" for number in range(MANY)]
    await asyncio.gather(*(reads.snapshot_for(name, name) for name in names))
    world.value = 1
    reads.invalidate("t1")
    assert await reads.snapshot_for("t0", "t0") == 0
    assert await reads.snapshot_for("t1", "t1") == 1


async def test_a_failed_read_fails_those_who_asked_and_nobody_after() -> None:
    calls = 0

    async def read(_: frozenset[str] | None) -> int:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise OSError("away")
        return 7

    reads = GroupedReads(read)
    with pytest.raises(OSError, match="away"):
        await reads.snapshot_for("acme", "acme")
    assert await reads.snapshot_for("acme", "acme") == 7
