"""Runs a stage: consumes, hands out tries, produces, dead-letters, commits.

Measures and stops. Called by each stage's `__main__`.

Two kinds of thread. The main thread polls (so the group never thinks this consumer dead, however
long a document takes), commits what is finished and watches for the stop. Worker threads take
records from the backlog and see each through to its confirmed effects. Nothing else decides on
retries.
"""

import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Final

import structlog
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from inkwell_api.stage_env import GRACE_SECONDS, StageEnv
from inkwell_worker import logs
from inkwell_worker.backlog import Backlog, Commit, Partition
from inkwell_worker.connections import Connections
from inkwell_worker.environment import Places
from inkwell_worker.health import HealthServer
from inkwell_worker.kafka import open_consumer
from inkwell_worker.metrics import StageMetrics
from inkwell_worker.stage import Stage, StageFactory, Unavailable
from inkwell_worker.work import Work, WorkerThread

log = structlog.get_logger(__name__)

FINISH_SECONDS: Final = 9.0
"""After SIGTERM: how long a document in work may still finish before it is abandoned."""
ABANDON_SECONDS: Final = 4.0
CLOSE_SECONDS: Final = 5.0
"""Kept for closing the other clients."""
STOP_SECONDS: Final = GRACE_SECONDS - 5
_POLL_SECONDS: Final = 0.2
_COMMIT_SECONDS: Final = 0.2
_MEASURE_SECONDS: Final = 5.0
_STALLED_SECONDS: Final = 60.0
_FULL: Final = 64
"""Records consumed and unfinished at which consumption pauses; it goes on at a quarter of that."""


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
    runner = Runner(env, connections, build(env, connections), concurrency)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: runner.stop())
    health = HealthServer(places.health_port, live=runner.what_is_stuck, ready=runner.what_is_away)
    health.start()
    try:
        return runner.run()
    finally:
        health.stop()
        connections.close()


class Runner:
    """One consumer, one backlog, some worker threads."""

    def __init__(
        self, env: StageEnv, connections: Connections, stage: Stage, concurrency: int
    ) -> None:
        """Prepare; `run` does the rest."""
        self._env = env
        self._stage = stage
        self._connections = connections
        self._metrics = StageMetrics(env)
        self._backlog = Backlog()
        self._work = Work(env, stage, connections, self._backlog, self._metrics)
        self._threads = [
            WorkerThread(self._work, self._backlog, number) for number in range(concurrency)
        ]
        self._stopping = threading.Event()
        self._beat = time.monotonic()
        self._paused = False
        self._is_pause_stale = False
        self._kafka_trouble = "not connected to Kafka yet"
        self._kafka = connections.kafka()
        self._consumer: Consumer | None = None

    def stop(self) -> None:
        """Ask for the end; safe in a signal handler."""
        self._stopping.set()
        last_resort = threading.Timer(STOP_SECONDS, os._exit, (0,))
        last_resort.daemon = True
        last_resort.start()

    def what_is_stuck(self) -> str:
        """Say why a restart is needed, if it is."""
        return (
            "the poll loop stands still" if time.monotonic() - self._beat > _STALLED_SECONDS else ""
        )

    def what_is_away(self) -> str:
        """Say which backend is away, if one is."""
        return self._kafka_trouble or self._work.outage

    def run(self) -> int:
        """Consume until `stop`; 1 when the producer broke for good.

        So that a new process takes over.
        """
        consumer = self._open()
        if consumer is None:
            return 0
        for thread in self._threads:
            thread.start()
        log.info("started", topics=list(self._env.kafka.consumes), concurrency=len(self._threads))
        status = 0
        try:
            self._loop(consumer)
            status = 1 if self._work.fatal else 0
        finally:
            self._finish(consumer)
        log.info("stopped", status=status)
        return status

    def _open(self) -> Consumer | None:
        """Open the consumer as soon as the credentials are mounted.

        None when the stop comes first.
        """
        while not self._stopping.is_set():
            self._beat = time.monotonic()
            try:
                self._consumer = open_consumer(self._kafka, self._on_error, self._on_commit)
            except Unavailable as error:
                self._kafka_trouble = error.cause
                self._stopping.wait(1.0)
            else:
                return self._consumer
        return None

    def _loop(self, consumer: Consumer) -> None:
        consumer.subscribe(
            list(self._env.kafka.consumes),
            on_assign=self._assigned,
            on_revoke=self._revoked,
            on_lost=self._lost,
        )
        committing = _Every(_COMMIT_SECONDS)
        measuring = _Every(_MEASURE_SECONDS)
        while not self._stopping.is_set() and not self._work.fatal:
            self._beat = time.monotonic()
            self._take_in(consumer.poll(_POLL_SECONDS))
            self._pause_or_resume(consumer)
            if committing.is_due():
                self._commit(consumer, asynchronous=True)
            if measuring.is_due():
                self._measure(consumer)

    def _take_in(self, message: Message | None) -> None:
        if message is None:
            return
        if (error := message.error()) is None:
            self._kafka_trouble = ""
            self._backlog.add(message)
        elif error.code() != KafkaError._PARTITION_EOF:  # noqa: SLF001 -- librdkafka's local codes are public, their names are not
            self._kafka_trouble = f"Kafka: {error.name()}"
            log.warning("consume", error=error.name())

    def _pause_or_resume(self, consumer: Consumer) -> None:
        if self._paused and self._is_pause_stale:
            consumer.pause(consumer.assignment())
            self._is_pause_stale = False
        unfinished = self._backlog.unfinished()
        wide = self._backlog.has_wide_window()
        if not self._paused and (unfinished >= _FULL or wide):
            consumer.pause(consumer.assignment())
            self._paused = True
        elif self._paused and unfinished <= _FULL // 4 and not wide:
            consumer.resume(consumer.assignment())
            self._paused = False

    def _commit(self, consumer: Consumer, *, asynchronous: bool) -> None:
        commits = self._backlog.commits()
        if not commits:
            return
        offsets = [_offset(commit) for commit in commits]
        try:
            if asynchronous:
                consumer.commit(offsets=offsets, asynchronous=True)
            else:
                consumer.commit(offsets=offsets, asynchronous=False)
        except KafkaException as error:
            # What is not committed is consumed again, and its effects are overwritten by the same
            # ones.
            log.warning("commit", error=error.args[0].name())
            return
        self._backlog.committed(commits)

    def _measure(self, consumer: Consumer) -> None:
        self._metrics.unfinished.set(self._backlog.unfinished())
        self._metrics.ready.set(0 if self.what_is_away() else 1)
        lag = dict.fromkeys(self._env.kafka.consumes, 0)
        for partition, position in self._backlog.positions().items():
            _, high = consumer.get_watermark_offsets(TopicPartition(*partition), cached=True)
            lag[partition.topic] = lag.get(partition.topic, 0) + max(0, high - position)
        for topic, records in lag.items():
            self._metrics.lag(topic, records)
        if self._kafka_trouble:
            self._look_again(consumer)

    def _look_again(self, consumer: Consumer) -> None:
        """Ask the brokers for the topics: an idle consumer hears nothing when they are back."""
        try:
            known = consumer.list_topics(timeout=2.0).topics
        except KafkaException as error:
            self._kafka_trouble = f"Kafka: {error.args[0].name()}"
            return
        missing = [
            t for t in self._env.kafka.consumes if t not in known or known[t].error is not None
        ]
        self._kafka_trouble = f"Kafka: no topic {', '.join(missing)}" if missing else ""

    def _assigned(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self._kafka_trouble = ""
        for found in self._committed(consumer, partitions):
            self._backlog.assign(Partition(found.topic, found.partition), found.metadata)
        # Partitions that come while the others are paused would flow.
        self._is_pause_stale = True
        log.info("assigned", partitions=sorted(f"{p.topic}/{p.partition}" for p in partitions))

    def _committed(
        self, consumer: Consumer, partitions: list[TopicPartition]
    ) -> list[TopicPartition]:
        try:
            return consumer.committed(partitions, timeout=5.0)
        except KafkaException as error:
            log.warning("earlier tries are not known", error=error.args[0].name())
            return partitions

    def _revoked(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self._commit(consumer, asynchronous=False)
        self._lost(consumer, partitions)

    def _lost(self, _consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self._backlog.drop(Partition(p.topic, p.partition) for p in partitions)
        log.info("gave back", partitions=sorted(f"{p.topic}/{p.partition}" for p in partitions))

    def _on_error(self, error: KafkaError) -> None:
        if error.code() == KafkaError._AUTHENTICATION:  # noqa: SLF001
            self._renew()
        if error.code() in {KafkaError._ALL_BROKERS_DOWN, KafkaError._AUTHENTICATION}:  # noqa: SLF001
            self._kafka_trouble = f"Kafka: {error.name()}"
        log.warning("kafka consumer", error=error.name())

    def _renew(self) -> None:
        """Use the mounted password as it is now: it may have been rotated."""
        try:
            if self._consumer is not None:
                self._kafka.renew(self._consumer)
        except Unavailable as error:
            log.warning("credentials", cause=error.cause)

    def _on_commit(self, error: KafkaError | None, _partitions: list[TopicPartition]) -> None:
        if error is not None:
            log.warning("commit", error=error.name())
            self._backlog.forget_commits()

    def _finish(self, consumer: Consumer) -> None:
        """Let running documents end, or abandon them; commit what is finished.

        Leave the group. Within `STOP_SECONDS`.
        """
        deadline = time.monotonic() + STOP_SECONDS
        self._backlog.close()
        _join(self._threads, FINISH_SECONDS, self._keep_alive(consumer))
        if any(thread.is_alive() for thread in self._threads):
            self._stage.abandon()
            _join(self._threads, ABANDON_SECONDS, self._keep_alive(consumer))
        # Both wait for the broker, which may be away.
        closing = threading.Thread(target=self._leave, args=(consumer,), name="leave", daemon=True)
        closing.start()
        closing.join(max(1.0, deadline - time.monotonic() - CLOSE_SECONDS))

    def _leave(self, consumer: Consumer) -> None:
        self._commit(consumer, asynchronous=False)
        consumer.close()

    def _keep_alive(self, consumer: Consumer) -> Callable[[], None]:
        def beat() -> None:
            self._beat = time.monotonic()
            self._commit(consumer, asynchronous=True)

        return beat


def _offset(commit: Commit) -> TopicPartition:
    return TopicPartition(
        commit.partition.topic, commit.partition.number, commit.offset, commit.metadata
    )


def _join(threads: list[WorkerThread], seconds: float, meanwhile: Callable[[], None]) -> None:
    deadline = time.monotonic() + seconds
    while any(thread.is_alive() for thread in threads) and time.monotonic() < deadline:
        meanwhile()
        next(thread for thread in threads if thread.is_alive()).join(0.2)


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
