"""Runs a stage: consumes, retries, dead-letters, commits, measures and stops.

Called by each stage's `__main__`. Two kinds of thread: the main thread polls, so that the group
never thinks this consumer dead, however long a document takes; it commits what is finished and
watches for the stop. Worker threads take records from the backlog and see each through to its
confirmed effects (`work`).
"""

import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Final, TypeAlias

import structlog

from inkwell_api.stage_env import GRACE_SECONDS, StageEnv
from inkwell_worker import logs
from inkwell_worker.backlog import Backlog
from inkwell_worker.connections import Connections
from inkwell_worker.consumption import Consumption
from inkwell_worker.environment import Places
from inkwell_worker.health import HealthServer
from inkwell_worker.metrics import StageMetrics
from inkwell_worker.stage import Stage, Unavailable
from inkwell_worker.work import Work, WorkerThread

log = structlog.get_logger(__name__)

StageFactory: TypeAlias = Callable[[StageEnv, Connections], Stage]
"""Builds the stage once, at start."""

FINISH_SECONDS: Final = 9.0
"""After SIGTERM: how long a document in work may still finish before it is abandoned."""
ABANDON_SECONDS: Final = 4.0
CLOSE_SECONDS: Final = 5.0
"""Kept for closing the other clients."""
STOP_SECONDS: Final = GRACE_SECONDS - 5
_COMMIT_SECONDS: Final = 0.2
_MEASURE_SECONDS: Final = 5.0
_STALLED_SECONDS: Final = 60.0


def main(build: StageFactory, *, concurrency: int) -> int:
    """Run the stage that the mounted file describes until SIGTERM or SIGINT.

    Args:
        build: makes the stage.
        concurrency: documents worked on at once.

    Returns:
        The exit status: 0 after a stop that was asked for.
    """
    places = Places.of_environment()
    env = places.load(StageEnv)
    logs.configure(tenant=env.tenant, pipeline=env.pipeline, stage=env.stage.value)
    connections = Connections.of(env, places)
    runner = Runner(env, connections, concurrency)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: runner.stop())
    health = HealthServer(places.health_port, live=runner.what_is_stuck, ready=runner.what_is_away)
    health.start()
    try:
        return runner.run(build)
    finally:
        health.stop()
        connections.close()


class Runner:
    """One consumer, one backlog, some worker threads."""

    def __init__(self, env: StageEnv, connections: Connections, concurrency: int) -> None:
        """Prepare; `run` does the rest."""
        self._env = env
        self._connections = connections
        self._concurrency = concurrency
        self._metrics = StageMetrics(env)
        self._backlog = Backlog()
        self._stopping = threading.Event()
        self._beat = time.monotonic()
        self._consumption: Consumption | None = None
        self._work: Work | None = None
        self._trouble = "starting"

    def stop(self) -> None:
        """Ask for the end; safe in a signal handler."""
        self._stopping.set()
        last_resort = threading.Timer(STOP_SECONDS, os._exit, (0,))
        last_resort.daemon = True
        last_resort.start()

    def what_is_stuck(self) -> str:
        """Say why a restart is needed, if it is."""
        stalled = time.monotonic() - self._beat > _STALLED_SECONDS
        return "the poll loop stands still" if stalled else ""

    def what_is_away(self) -> str:
        """Say which backend is away, if one is."""
        if self._consumption is None or self._work is None:
            return self._trouble
        return self._consumption.trouble or self._work.outage

    def run(self, build: StageFactory) -> int:
        """Consume until `stop`; 1 when the producer broke for good and a new process must go on."""
        self._wait_for_credentials()
        if self._stopping.is_set():
            return 0
        stage = build(self._env, self._connections)
        work = Work(self._env, stage, self._connections, self._backlog, self._metrics)
        consumption = Consumption(self._connections.kafka(), self._backlog, self._metrics)
        self._work, self._consumption = work, consumption

        def count_tries() -> None:
            consumption.commit(asynchronous=False)

        threads = [
            WorkerThread(work, self._backlog, number, count_tries)
            for number in range(self._concurrency)
        ]
        for thread in threads:
            thread.start()
        log.info("started", topics=list(self._env.kafka.consumes), concurrency=len(threads))
        try:
            self._loop(consumption, work)
        finally:
            self._finish(consumption, stage, threads)
        log.info("stopped", fatal=work.fatal)
        return 1 if work.fatal else 0

    def _wait_for_credentials(self) -> None:
        while not self._stopping.is_set():
            self._beat = time.monotonic()
            try:
                self._connections.credentials.login()
            except Unavailable as error:
                self._trouble = error.cause
                self._stopping.wait(1.0)
            else:
                return

    def _loop(self, consumption: Consumption, work: Work) -> None:
        consumption.subscribe()
        committing = _Every(_COMMIT_SECONDS)
        measuring = _Every(_MEASURE_SECONDS)
        while not self._stopping.is_set() and not work.fatal:
            self._beat = time.monotonic()
            consumption.poll()
            if committing.is_due():
                consumption.commit(asynchronous=True)
            if measuring.is_due():
                consumption.measure()
                self._metrics.ready.set(0 if self.what_is_away() else 1)

    def _finish(self, consumption: Consumption, stage: Stage, threads: list[WorkerThread]) -> None:
        """Let running documents end, or abandon them, and leave the group; in `STOP_SECONDS`."""
        deadline = time.monotonic() + STOP_SECONDS
        self._backlog.close()
        self._join(threads, FINISH_SECONDS)
        if any(thread.is_alive() for thread in threads):
            stage.abandon()
            self._join(threads, ABANDON_SECONDS)
        consumption.leave(max(1.0, deadline - time.monotonic() - CLOSE_SECONDS))

    def _join(self, threads: list[WorkerThread], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        for thread in threads:
            while thread.is_alive() and time.monotonic() < deadline:
                self._beat = time.monotonic()
                thread.join(0.2)


class _Every:
    """Is due at once, and then again whenever its seconds have passed."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._next = 0.0

    def is_due(self) -> bool:
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + self._seconds
        return True
