"""Kafka (SASL_SSL, SCRAM-SHA-512): a producer that waits for confirmations, and the consumer.

librdkafka's defaults lose data: offsets are stored before the work is done, and the producer is not
idempotent. Both are set here.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import structlog
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition

from inkwell_api.events import Event
from inkwell_api.stage_env import KafkaAccess
from inkwell_worker.codec import Codec
from inkwell_worker.credentials import Credentials
from inkwell_worker.stage import Poison, Unavailable

log = structlog.get_logger(__name__)

SESSION_TIMEOUT_MS: Final = 10_000
"""How long the partitions of a killed consumer stay without one.

Heartbeats come from a native thread, so a busy stage does not miss them.
"""
MAX_POLL_INTERVAL_MS: Final = 300_000
DELIVERY_TIMEOUT_MS: Final = 30_000
_CONFIRMATION_SECONDS: Final = DELIVERY_TIMEOUT_MS / 1000 + 5
_METADATA_REFRESH_MS: Final = 30_000

Outgoing: TypeAlias = tuple[str, Event, Sequence[tuple[str, str]]]
"""A topic, the event to produce to it, and the record's headers."""


@dataclass(frozen=True, slots=True)
class KafkaConnection:
    """Address and login of the brokers."""

    access: KafkaAccess
    credentials: Credentials
    ca_file: Path
    client_id: str

    def configuration(self, on_error: Callable[[KafkaError], None]) -> dict[str, Any]:
        """Return what producer and consumer have in common."""
        login = self.credentials.login()
        return {
            "bootstrap.servers": self.access.bootstrap_servers,
            "client.id": self.client_id,
            "security.protocol": "SASL_SSL",
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": login.username,
            "sasl.password": login.password,
            "ssl.ca.location": str(self.ca_file),
            "ssl.endpoint.identification.algorithm": "https",
            "topic.metadata.refresh.interval.ms": _METADATA_REFRESH_MS,
            "reconnect.backoff.max.ms": 5000,
            "error_cb": on_error,
            "log_level": 3,
        }

    def renew(self, client: Consumer | Producer) -> None:
        """Read the password again after the broker refused it: it may have been rotated."""
        login = self.credentials.login()
        client.set_sasl_credentials(login.username, login.password)


def open_consumer(
    connection: KafkaConnection,
    on_error: Callable[[KafkaError], None],
    on_commit: Callable[[KafkaError | None, list[TopicPartition]], None],
) -> Consumer:
    """Make the consumer of the stage's group; the caller commits by itself."""
    return Consumer(
        {
            **connection.configuration(on_error),
            "group.id": connection.access.group,
            "partition.assignment.strategy": "cooperative-sticky",
            "on_commit": on_commit,
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            "auto.offset.reset": "earliest",
            "session.timeout.ms": SESSION_TIMEOUT_MS,
            "heartbeat.interval.ms": 3000,
            "max.poll.interval.ms": MAX_POLL_INTERVAL_MS,
            "allow.auto.create.topics": False,
            "queued.max.messages.kbytes": 16384,
        }
    )


class EventProducer:
    """Produces events idempotently, confirmed by all in-sync replicas; thread-safe."""

    def __init__(self, connection: KafkaConnection, codec: Codec) -> None:
        """Open the producer; brokers are sought in the background."""
        self._connection = connection
        self._codec = codec
        self._fatal = ""
        self._login_refused = threading.Event()
        self._producer = Producer(
            {
                **connection.configuration(self._on_error),
                "enable.idempotence": True,
                "acks": "all",
                "linger.ms": 5,
                "delivery.timeout.ms": DELIVERY_TIMEOUT_MS,
                "compression.type": "lz4",
                "message.max.bytes": 1_000_000,
            }
        )

    @property
    def fatal(self) -> str:
        """What broke the producer for good, so that only a new process helps, or empty."""
        return self._fatal

    def send(self, topic: str, event: Event, headers: Sequence[tuple[str, str]] = ()) -> None:
        """Produce one event, keyed by its document, and return when it is confirmed.

        Raises:
            Poison: the event is larger than the broker takes.
            Unavailable: no confirmation came; the event may arrive nevertheless, and may be sent
                again.
        """
        self.send_all([(topic, event, headers)])

    def send_all(self, records: Sequence[Outgoing]) -> None:
        """Produce events in order and return when all are confirmed; raises as `send` does."""
        batch = _Batch(len(records))
        for topic, event, headers in records:
            value = self._codec.encode(topic, event)
            try:
                self._producer.produce(
                    topic,
                    value=value,
                    key=event.document_id.encode(),
                    headers=[(name, text.encode()) for name, text in headers],
                    on_delivery=batch.delivered,
                )
            except KafkaException as error:
                raise _translated(error.args[0]) from error
            except BufferError as error:
                cause = "kafka-away"
                raise Unavailable(cause, "the queue of unconfirmed events is full") from error
        self._wait_for(batch)

    def _wait_for(self, batch: "_Batch") -> None:
        deadline = time.monotonic() + _CONFIRMATION_SECONDS
        while not batch.done.is_set():
            if time.monotonic() > deadline:
                cause = "kafka-away"
                raise Unavailable(cause, "Kafka confirms nothing")
            self._producer.poll(0.05)
            self._renew_if_refused()
        if batch.error is not None:
            raise _translated(batch.error)

    def _on_error(self, error: KafkaError) -> None:
        if error.fatal():
            self._fatal = error.name()
        if error.code() == KafkaError._AUTHENTICATION:  # noqa: SLF001 -- librdkafka's local error codes are public, their names are not
            # The client aborts the process when it is called from within its own error callback.
            self._login_refused.set()
        log.warning("kafka producer", error=error.name())

    def _renew_if_refused(self) -> None:
        if self._login_refused.is_set():
            self._login_refused.clear()
            self._connection.renew(self._producer)

    def close(self, timeout: float) -> None:
        """Wait for what is under way, at most `timeout` seconds."""
        self._producer.flush(timeout)


class _Batch:
    """Counts confirmations; delivery reports come in whichever thread polls."""

    def __init__(self, size: int) -> None:
        self.done = threading.Event()
        self.error: KafkaError | None = None
        self._missing = size
        self._lock = threading.Lock()
        if not size:
            self.done.set()

    def delivered(self, error: KafkaError | None, _message: Message) -> None:
        with self._lock:
            self._missing -= 1
            self.error = self.error or error
            if not self._missing:
                self.done.set()


def _translated(error: KafkaError) -> Exception:
    if error.code() == KafkaError.MSG_SIZE_TOO_LARGE:
        cause = "event-too-large"
        return Poison(cause, "the event is larger than Kafka takes")
    cause = "kafka-away"
    return Unavailable(cause, f"Kafka did not take the event ({error.name()})")
