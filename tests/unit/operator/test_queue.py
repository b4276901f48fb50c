import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from inkwell_operator.queue import Key, Result, Verdict, WorkQueue
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
)


@asynccontextmanager
async def running(
    reconcile: Callable[[Key], Awaitable[Result]], settings: QueueSettings = FAST
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
        self.at_once = 0
        self.most_at_once = 0
        self._answers = list(answers)

    async def __call__(self, key: Key) -> Result:
        self.keys.append(key)
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


async def test_a_failure_is_tried_again_and_a_success_waits_for_the_resync() -> None:
    recorder = Recorder(Result(Verdict.FAILED), RuntimeError("defect"), Result(Verdict.DONE))
    async with running(recorder) as queue:
        queue.add(ACME)
        await recorder.has(3)
        await asyncio.sleep(0.05)
        assert len(queue) == 1
    assert recorder.keys == [ACME] * 3


async def test_a_blocked_key_waits_long_and_news_bring_it_forward() -> None:
    recorder = Recorder(Result(Verdict.BLOCKED))
    async with running(recorder) as queue:
        queue.add(ACME)
        await recorder.has(1)
        await asyncio.sleep(0.05)
        assert recorder.keys == [ACME]
        queue.add(ACME)
        await recorder.has(2)


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
    assert queue._delay(ACME, Result(Verdict.DONE)) == 30
    assert queue._delay(ACME, failed) == 0.01
