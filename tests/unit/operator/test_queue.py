import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from inkwell_operator.queue import Key, Result, Urgency, Verdict, WorkQueue
from inkwell_operator.settings import QueueSettings
from support import wait

ACME = Key("Tenant", "", "acme")
GLOBEX = Key("Tenant", "", "globex")
FAST = QueueSettings(
    concurrency=2,
    resync_seconds=30,
    first_retry_seconds=0.01,
    longest_retry_seconds=0.04,
    blocked_retry_seconds=30,
    waiting_seconds=0.01,
    least_interval_seconds=0,
)


@asynccontextmanager
async def running(
    reconcile: Callable[[Key, Urgency], Awaitable[Result]], settings: QueueSettings = FAST
) -> AsyncIterator[WorkQueue]:
    queue = WorkQueue(reconcile, settings, draw=lambda: 0.5)
    work = asyncio.create_task(queue.run())
    try:
        yield queue
    finally:
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work


class Recorder:
    """Notes what was reconciled, and answers as told."""

    def __init__(self, *answers: Result | Exception) -> None:
        self.keys: list[Key] = []
        self.urgencies: list[Urgency] = []
        self.at_once = 0
        self.most_at_once = 0
        self._answers = list(answers)

    async def __call__(self, key: Key, urgency: Urgency) -> Result:
        self.keys.append(key)
        self.urgencies.append(urgency)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0.005)
        self.at_once -= 1
        answer = self._answers.pop(0) if self._answers else Result(Verdict.DONE)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def has(self, count: int) -> None:
        async def enough() -> bool:
            return len(self.keys) >= count

        await wait.until(f"{count} passes", enough, seconds=5, every=0.005)


async def test_a_key_added_many_times_is_reconciled_once() -> None:
    recorder = Recorder()
    async with running(recorder) as queue:
        for _ in range(10):
            queue.add(ACME)
        queue.add(GLOBEX)
        await recorder.has(2)
        await asyncio.sleep(0.03)
    assert sorted(recorder.keys) == [ACME, GLOBEX]


async def test_a_key_added_while_worked_on_is_reconciled_once_more_and_never_at_once() -> None:
    recorder = Recorder()
    async with running(recorder) as queue:
        queue.add(ACME)
        await recorder.has(1)
        queue.add(ACME)
        queue.add(ACME)
        await recorder.has(2)
        await asyncio.sleep(0.03)
    assert recorder.keys == [ACME, ACME]
    assert recorder.most_at_once == 1


async def test_no_more_workers_than_allowed_run_at_once() -> None:
    recorder = Recorder()
    async with running(recorder) as queue:
        for number in range(12):
            queue.add(Key("Tenant", "", f"t{number}"))
        await recorder.has(12)
    assert recorder.most_at_once == 2


async def test_a_failure_is_tried_again_and_a_success_waits_for_the_next_wave() -> None:
    recorder = Recorder(Result(Verdict.FAILED), RuntimeError("defect"), Result(Verdict.DONE))
    async with running(recorder) as queue:
        queue.add(ACME)
        await recorder.has(3)
        await asyncio.sleep(0.05)
        assert len(queue) == 0
    assert recorder.keys == [ACME] * 3


async def test_events_do_not_bypass_the_backoff_of_a_failure() -> None:
    settings = FAST.model_copy(update={"first_retry_seconds": 30, "longest_retry_seconds": 30})
    recorder = Recorder(Result(Verdict.FAILED))
    async with running(recorder, settings) as queue:
        queue.add(ACME)
        await recorder.has(1)
        for urgency in (Urgency.DRIFT, Urgency.RESYNC, Urgency.DEPENDENCY):
            queue.add(ACME, urgency)
        await asyncio.sleep(0.05)
        assert recorder.keys == [ACME]
        assert queue.overdue() == 0
        queue.add(ACME, Urgency.SPEC)
        await recorder.has(2)
    assert recorder.urgencies[-1] is Urgency.SPEC


async def test_events_while_a_pass_fails_wait_for_its_backoff_as_well() -> None:
    settings = FAST.model_copy(update={"first_retry_seconds": 30, "longest_retry_seconds": 30})
    recorder = Recorder(Result(Verdict.FAILED))
    async with running(recorder, settings) as queue:
        queue.add(ACME)
        await recorder.has(1)
        assert queue.active == 1
        queue.add(ACME, Urgency.DRIFT)
        await asyncio.sleep(0.05)
    assert recorder.keys == [ACME]


async def test_a_blocked_key_waits_until_what_it_waits_for_has_changed() -> None:
    recorder = Recorder(Result(Verdict.BLOCKED))
    async with running(recorder) as queue:
        queue.add(ACME)
        await recorder.has(1)
        queue.add(ACME, Urgency.DRIFT)
        await asyncio.sleep(0.05)
        assert recorder.keys == [ACME]
        queue.add(ACME, Urgency.DEPENDENCY)
        await recorder.has(2)


async def test_drift_after_drift_is_looked_at_once_an_interval() -> None:
    settings = FAST.model_copy(update={"least_interval_seconds": 0.2})
    recorder = Recorder()
    began = asyncio.get_running_loop().time()
    async with running(recorder, settings) as queue:
        for _ in range(20):
            queue.add(ACME, Urgency.DRIFT)
            await asyncio.sleep(0.001)
        await recorder.has(2)
        assert asyncio.get_running_loop().time() - began >= 0.2


async def test_a_new_spec_waits_for_no_interval() -> None:
    recorder = Recorder()
    async with running(recorder, FAST.model_copy(update={"least_interval_seconds": 60})) as queue:
        queue.add(ACME, Urgency.DRIFT)
        await recorder.has(1)
        queue.add(ACME, Urgency.SPEC)
        await recorder.has(2)


async def test_of_keys_that_are_due_the_most_urgent_go_first() -> None:
    recorder = Recorder()
    settings = FAST.model_copy(update={"concurrency": 1})
    async with running(recorder, settings) as queue:
        for number in range(5):
            queue.add(Key("Tenant", "", f"t{number}"), Urgency.RESYNC)
        queue.add(GLOBEX, Urgency.DRIFT)
        queue.add(ACME, Urgency.SPEC)
        await recorder.has(7)
    assert recorder.keys[:2] == [ACME, GLOBEX]


async def test_a_key_of_a_wave_that_becomes_urgent_goes_first() -> None:
    recorder = Recorder()
    settings = FAST.model_copy(update={"concurrency": 1})
    async with running(recorder, settings) as queue:
        for number in range(5):
            queue.add(Key("Tenant", "", f"t{number}"), Urgency.RESYNC)
        await recorder.has(1)
        queue.add(Key("Tenant", "", "t4"), Urgency.SPEC)
        await recorder.has(5)
        await asyncio.sleep(0.03)
    assert [key.name for key in recorder.keys] == ["t0", "t4", "t1", "t2", "t3"]


async def test_a_long_queue_does_not_stall_and_a_pass_that_hangs_does() -> None:
    hangs = asyncio.Event()

    async def reconcile(key: Key, urgency: Urgency) -> Result:
        del urgency
        if key == GLOBEX:
            await hangs.wait()
        await asyncio.sleep(0.005)
        return Result(Verdict.DONE)

    async with running(reconcile) as queue:
        for number in range(60):
            queue.add(Key("Tenant", "", f"t{number}"))
        await asyncio.sleep(0.1)
        assert queue.oldest_overdue_seconds() > 0.05
        assert queue.stalled_seconds() < 0.05
        queue.add(GLOBEX)
        queue.add(Key("Tenant", "", "another"))

        async def is_stalled() -> bool:
            return queue.stalled_seconds() > 0.3

        await wait.until("a stall", is_stalled, seconds=5, every=0.01)
        hangs.set()


async def test_what_is_gone_is_forgotten() -> None:
    recorder = Recorder(Result(Verdict.GONE))
    async with running(recorder) as queue:
        queue.add(ACME)
        await recorder.has(1)
        await asyncio.sleep(0.02)
        assert len(queue) == 0


async def test_delays_double_up_to_a_limit_and_heed_the_backend() -> None:
    queue = WorkQueue(Recorder(), FAST, draw=lambda: 0.5)
    failed = Result(Verdict.FAILED)
    assert [queue._delay(ACME, failed) for _ in range(4)] == [0.01, 0.02, 0.04, 0.04]
    assert queue._delay(GLOBEX, Result(Verdict.FAILED, retry_after=7)) == 7
    assert queue._delay(ACME, Result(Verdict.DONE)) is None
    assert queue._delay(ACME, failed) == 0.01


async def test_what_never_takes_effect_is_looked_at_ever_more_seldom() -> None:
    queue = WorkQueue(Recorder(), FAST, draw=lambda: 0.5)
    waiting, failed = Result(Verdict.WAITING), Result(Verdict.FAILED)
    assert [queue._delay(ACME, waiting) for _ in range(4)] == [0.01, 0.02, 0.04, 0.04]
    assert queue._delay(GLOBEX, waiting) == 0.01
    assert queue._delay(ACME, failed) == 0.01
    assert queue._delay(ACME, waiting) == 0.01
    assert queue._delay(ACME, waiting) == 0.02
    going_on = Result(Verdict.WAITING, has_news=True)
    assert [queue._delay(ACME, going_on) for _ in range(4)] == [0.01] * 4, "a long deletion"


@pytest.mark.parametrize("urgency", [Urgency.SPEC, Urgency.DEPENDENCY, Urgency.DRIFT])
async def test_a_change_begins_the_wait_for_effect_anew_and_a_wave_does_not(
    urgency: Urgency,
) -> None:
    queue = WorkQueue(Recorder(), FAST, draw=lambda: 0.5)
    waiting = Result(Verdict.WAITING)
    queue._delay(ACME, waiting)
    queue.add(ACME, Urgency.RESYNC)
    assert queue._delay(ACME, waiting) == 0.02
    queue.add(ACME, urgency)
    assert queue._delay(ACME, waiting) == 0.01


async def test_a_change_does_not_begin_the_backoff_of_a_failure_anew() -> None:
    queue = WorkQueue(Recorder(), FAST, draw=lambda: 0.5)
    failed = Result(Verdict.FAILED)
    queue._delay(ACME, failed)
    queue.add(ACME, Urgency.SPEC)
    assert queue._delay(ACME, failed) == 0.02
