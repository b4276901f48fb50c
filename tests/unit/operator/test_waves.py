import asyncio
from collections.abc import Iterable

from inkwell_operator.backends.grouped_reads import MANY, GroupedReads, Wave, current_wave
from inkwell_operator.metrics import REGISTRY
from inkwell_operator.queue import Key, Result, Urgency, Verdict, WorkQueue
from inkwell_operator.settings import QueueSettings
from inkwell_operator.waves import Waves
from support import wait

KEYS = [Key("Tenant", "", f"t{number}") for number in range(200)]


class World:
    """Tenants of which each pass reads its own part, with a real queue and real waves."""

    def __init__(self) -> None:
        self.reads: list[frozenset[str] | None] = []
        self.passes: list[Key] = []
        self.backend = GroupedReads(self._read)
        settings = QueueSettings(concurrency=8, least_interval_seconds=0)
        self.queue = WorkQueue(self.reconcile, settings)
        self.waves = Waves(self.keys, self.queue.add, 30)

    async def keys(self) -> Iterable[Key]:
        return KEYS

    async def _read(self, wanted: frozenset[str] | None) -> int:
        self.reads.append(wanted)
        await asyncio.sleep(0)
        return len(self.reads)

    async def reconcile(self, key: Key, urgency: Urgency) -> Result:
        token = current_wave.set(self.waves.wave_of(key, urgency))
        try:
            await self.backend.snapshot_for(key.name, key.name)
        finally:
            current_wave.reset(token)
            self.passes.append(key)
            self.waves.passed(key)
        return Result(Verdict.DONE)

    async def until(self, passes: int) -> None:
        async def are_made() -> bool:
            return len(self.passes) >= passes

        await wait.until(f"{passes} passes", are_made, seconds=10, every=0.01)


async def test_a_wave_over_two_hundred_tenants_costs_one_read_of_a_backend() -> None:
    world = World()
    working = asyncio.create_task(world.queue.run())
    await world.waves.begin()
    await world.until(200)
    assert world.reads == [None]
    await world.waves.begin()
    await world.until(400)
    assert world.reads == [None, None]
    working.cancel()


async def test_nothing_is_kept_of_a_wave_that_is_over() -> None:
    world = World()
    working = asyncio.create_task(world.queue.run())
    await world.waves.begin()
    await world.until(200)
    assert world.backend._everything is None
    assert not world.backend._written
    working.cancel()


async def test_a_pass_for_a_change_reads_afresh_and_only_its_own() -> None:
    world = World()
    working = asyncio.create_task(world.queue.run())
    world.queue.add(KEYS[0], Urgency.SPEC)
    await world.until(1)
    assert world.reads == [frozenset({"t0"})]
    working.cancel()


def counted(outcome: str) -> float:
    """Return how many waves have ended so."""
    name = "inkwell_operator_resync_seconds_count"
    return REGISTRY.get_sample_value(name, {"outcome": outcome}) or 0.0


async def test_an_object_that_went_meanwhile_does_not_keep_a_wave_from_ending() -> None:
    complete = counted("complete")
    waves = Waves(World().keys, lambda *_: None, 30)
    await waves.begin()
    for key in KEYS:
        waves.passed(key)
    assert waves._over.is_set()
    assert counted("complete") == complete + 1


async def test_a_key_that_waits_for_a_day_holds_no_wave_up() -> None:
    added: list[Key] = []
    waves = Waves(World().keys, lambda key, _: added.append(key), 0.02)
    running = asyncio.create_task(waves.run())

    async def is_second() -> bool:
        return len(added) >= 2 * len(KEYS)

    await wait.until("a second wave", is_second, seconds=5, every=0.01)
    running.cancel()


async def test_a_wave_that_takes_longer_than_its_interval_keeps_no_snapshot() -> None:
    ended: list[Wave] = []
    cut = counted("cut")
    waves = Waves(World().keys, lambda *_: None, 0.02)
    running = asyncio.create_task(waves.run())
    await asyncio.sleep(0)
    first = waves.wave_of(KEYS[0], Urgency.RESYNC)
    assert first is not None
    first.at_end(lambda: ended.append(first))

    async def is_over() -> bool:
        return bool(ended)

    await wait.until("the end of the first wave", is_over, seconds=5, every=0.01)
    running.cancel()
    assert counted("cut") > cut


async def test_a_small_wave_reads_each_part_by_itself() -> None:
    reads: list[frozenset[str] | None] = []

    async def read(wanted: frozenset[str] | None) -> int:
        reads.append(wanted)
        return 0

    backend = GroupedReads(read)
    current_wave.set(Wave(MANY - 1))
    await backend.snapshot_for("acme", "acme")
    assert reads == [frozenset({"acme"})]


async def test_a_tenant_that_was_written_in_a_wave_is_read_by_itself_and_the_rest_is_not() -> None:
    reads: list[frozenset[str] | None] = []

    async def read(wanted: frozenset[str] | None) -> int:
        reads.append(wanted)
        return len(reads)

    backend = GroupedReads(read)
    current_wave.set(Wave(100))
    await backend.snapshot_for("acme", "acme")
    backend.invalidate("acme")
    assert await backend.snapshot_for("acme", "acme") == 2
    assert await backend.snapshot_for("globex", "globex") == 1
    assert reads == [None, frozenset({"acme"})]


async def test_writes_are_not_kept_in_mind_where_nothing_read_before_could_answer() -> None:
    async def read(_: frozenset[str] | None) -> int:
        return 0

    backend = GroupedReads(read)
    await backend.snapshot_for("acme", "acme")
    await asyncio.sleep(0)
    for number in range(1000):
        backend.invalidate(f"t{number}")
    assert not backend._written
