"""The consumer of the stage's group: fills the backlog and commits what is finished.

Used by the runner's main thread; the callbacks come in `poll`. `commit` alone may be called by any
thread.
"""

import threading
from typing import Final

import structlog
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from inkwell_api.stage_env import KafkaAccess
from inkwell_worker.backlog import Backlog, Commit, Partition
from inkwell_worker.kafka import KafkaConnection, open_consumer
from inkwell_worker.metrics import StageMetrics
from inkwell_worker.stage import Unavailable

log = structlog.get_logger(__name__)

POLL_SECONDS: Final = 0.2
FULL: Final = 64
"""Records consumed and unfinished at which consumption pauses; it goes on at a quarter of that."""


class Consumption:
    """One consumer between Kafka and the backlog."""

    def __init__(self, kafka: KafkaConnection, backlog: Backlog, metrics: StageMetrics) -> None:
        """Open the consumer; the group is joined at `subscribe`.

        Raises:
            Unavailable: the credentials are not mounted yet.
        """
        self._kafka = kafka
        self._backlog = backlog
        self._metrics = metrics
        self._access: KafkaAccess = kafka.access
        self._paused = False
        self._is_pause_stale = False
        self._is_login_refused = False
        # A commit that was put together earlier must not be sent after a later one.
        self._committing = threading.RLock()
        self.trouble = "not connected to Kafka yet"
        self._consumer: Consumer = open_consumer(kafka, self._on_error, self._on_commit)

    def subscribe(self) -> None:
        """Join the group."""
        self._consumer.subscribe(
            list(self._access.consumes),
            on_assign=self._assigned,
            on_revoke=self._revoked,
            on_lost=self._lost,
        )

    def poll(self) -> None:
        """Receive a record, if one comes; to be called at all times, however busy the stage is."""
        self._receive(self._consumer.poll(POLL_SECONDS))
        self._pause_or_resume()
        if self._is_login_refused:
            self._is_login_refused = False
            self._renew()

    def _receive(self, message: Message | None) -> None:
        if message is None:
            return
        if (error := message.error()) is None:
            self.trouble = ""
            self._backlog.add(message)
        # librdkafka's local error codes are public, only their names look private.
        elif error.code() != KafkaError._PARTITION_EOF:  # noqa: SLF001
            self.trouble = f"Kafka: {error.name()}"
            log.warning("consume", error=error.name())

    def _pause_or_resume(self) -> None:
        if self._paused and self._is_pause_stale:
            self._consumer.pause(self._consumer.assignment())
            self._is_pause_stale = False
        unfinished = self._backlog.unfinished()
        wide = self._backlog.has_wide_window()
        if not self._paused and (unfinished >= FULL or wide):
            self._consumer.pause(self._consumer.assignment())
            self._paused = True
        elif self._paused and unfinished <= FULL // 4 and not wide:
            self._consumer.resume(self._consumer.assignment())
            self._paused = False

    def commit(self, *, asynchronous: bool) -> None:
        """Tell the broker what is finished, and which unfinished records were tried how often."""
        with self._committing:
            self._commit(asynchronous=asynchronous)

    def _commit(self, *, asynchronous: bool) -> None:
        commits = self._backlog.commits()
        if not commits:
            return
        offsets = [_offset(commit) for commit in commits]
        try:
            if asynchronous:
                self._consumer.commit(offsets=offsets, asynchronous=True)
            else:
                self._consumer.commit(offsets=offsets, asynchronous=False)
        except KafkaException as error:
            # What is not committed is consumed again, and its effects are overwritten by the same.
            log.warning("commit", error=error.args[0].name())
            return
        self._backlog.committed(commits)

    def measure(self) -> None:
        """Set the gauges of lag and backlog, and look again for what was away."""
        self._metrics.unfinished.set(self._backlog.unfinished())
        lag = dict.fromkeys(self._access.consumes, 0)
        for partition, position in self._backlog.positions().items():
            _, high = self._consumer.get_watermark_offsets(TopicPartition(*partition), cached=True)
            lag[partition.topic] = lag.get(partition.topic, 0) + max(0, high - position)
        for topic, records in lag.items():
            self._metrics.lag(topic, records)
        if self.trouble:
            self._look_again()

    def _look_again(self) -> None:
        """Ask the brokers for the topics: an idle consumer hears nothing when they are back."""
        try:
            known = self._consumer.list_topics(timeout=2.0).topics
        except KafkaException as error:
            self.trouble = f"Kafka: {error.args[0].name()}"
            return
        missing = [t for t in self._access.consumes if t not in known or known[t].error is not None]
        self.trouble = f"Kafka: no topic {', '.join(missing)}" if missing else ""

    def leave(self, seconds: float) -> None:
        """Commit and leave the group; gives up after some seconds, since the broker may be away."""
        closing = threading.Thread(target=self._leave, name="leave", daemon=True)
        closing.start()
        closing.join(seconds)

    def _leave(self) -> None:
        self.commit(asynchronous=False)
        self._consumer.close()

    def _assigned(self, _consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self.trouble = ""
        for found in self._committed(partitions):
            self._backlog.assign(Partition(found.topic, found.partition), found.metadata)
        # Partitions that come while the others are paused would flow.
        self._is_pause_stale = True
        log.info("assigned", partitions=_named(partitions))

    def _committed(self, partitions: list[TopicPartition]) -> list[TopicPartition]:
        try:
            return self._consumer.committed(partitions, timeout=5.0)
        except KafkaException as error:
            log.warning("earlier tries are not known", error=error.args[0].name())
            return partitions

    def _revoked(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self.commit(asynchronous=False)
        self._lost(consumer, partitions)

    def _lost(self, _consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self._backlog.drop(Partition(p.topic, p.partition) for p in partitions)
        log.info("revoked", partitions=_named(partitions))

    def _on_error(self, error: KafkaError) -> None:
        # The client aborts the process when it is called from within its own error callback.
        if error.code() == KafkaError._AUTHENTICATION:  # noqa: SLF001
            self._is_login_refused = True
        if error.code() in {KafkaError._ALL_BROKERS_DOWN, KafkaError._AUTHENTICATION}:  # noqa: SLF001
            self.trouble = f"Kafka: {error.name()}"
        log.warning("kafka consumer", error=error.name())

    def _renew(self) -> None:
        """Use the mounted password as it is now: it may have been rotated."""
        try:
            self._kafka.renew(self._consumer)
        except Unavailable as error:
            log.warning("credentials", cause=error.cause)

    def _on_commit(self, error: KafkaError | None, _partitions: list[TopicPartition]) -> None:
        if error is not None:
            log.warning("commit", error=error.name())
            self._backlog.forget_commits()


def _offset(commit: Commit) -> TopicPartition:
    partition = commit.partition
    return TopicPartition(partition.topic, partition.number, commit.offset, commit.metadata)


def _named(partitions: list[TopicPartition]) -> list[str]:
    return sorted(f"{p.topic}/{p.partition}" for p in partitions)
