"""The records of the ledger's topic: encoded, decoded, and read on from where the last read ended.

Used by `Ledger` alone. Everything here blocks.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any, Final

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition

from inkwell_api import names
from inkwell_operator.backends.kafka.cluster import REQUEST_SECONDS, Cluster
from inkwell_operator.backends.kafka.complaints import Complaints
from inkwell_operator.backends.kafka.state import Entry, OwnedKind, OwnedName
from inkwell_operator.model.ownership import parse_mark

PARTITION: Final = 0
_ANNOUNCED: Final = "announced"
_POLL_SECONDS: Final = 0.1


def encode(entry: Entry | None) -> bytes | None:
    """Return an entry as the value of a record; None removes it."""
    if entry is None:
        return None
    state = f" {_ANNOUNCED}" if entry.is_announced else ""
    return f"{entry.mark.to_text()}{state}".encode()


def decode(key: bytes | None, value: bytes | None) -> tuple[OwnedName, Entry | None] | None:
    """Return what a record says, or None for one that is not in our words."""
    kind, _, name = (key or b"").decode("utf-8", "replace").partition(" ")
    if kind not in {known.value for known in OwnedKind} or not name:
        return None
    owned = OwnedName(OwnedKind(kind), name)
    if value is None:
        return owned, None
    mark, state = parse_mark(value.decode("utf-8", "replace"))
    return (owned, Entry(mark, state == _ANNOUNCED)) if mark else None


class MarksLog:
    """The topic's records in memory, as far as they were read."""

    def __init__(self, cluster: Cluster, complaints: Complaints) -> None:
        """Open no connection yet."""
        self._cluster = cluster
        self._complaints = complaints
        # A read whose waiter gave up goes on in its thread; what it took in must not be lost.
        self._lock = threading.Lock()
        self._topic_id = ""
        self._next = 0
        self._by_tenant: defaultdict[str, dict[OwnedName, Entry]] = defaultdict(dict)
        self._consumer: Consumer | None = None
        self._producer: Producer | None = None

    def close(self) -> None:
        """Close both connections."""
        with self._lock:
            self._drop_consumer()
            self._producer = None

    def read(
        self, topic_id: str, end: int, tenants: Collection[str] | None
    ) -> dict[str, Mapping[OwnedName, Entry]]:
        """Return the entries of the tenants named, or of all, as the records before `end` say.

        Args:
            topic_id: of the topic that exists now; another than before is read from its beginning.
            end: offset behind the last record to be read.
            tenants: names, or None for all.

        Raises:
            KafkaException: it could not be read to its end.
        """
        with self._lock:
            if topic_id != self._topic_id:
                self._drop_consumer()
                self._by_tenant.clear()
                self._topic_id, self._next = topic_id, 0
            self._read_on(end)
            wanted = self._by_tenant.keys() if tenants is None else tenants
            return {tenant: dict(self._by_tenant.get(tenant, {})) for tenant in wanted}

    def write(self, records: Collection[tuple[OwnedName, Entry | None]]) -> list[KafkaError | None]:
        """Write records in this order and return for each None or its error.

        The producer is idempotent: where one is not written, none behind it is.
        """
        if self._producer is None:
            self._producer = self._new_producer()
        errors: dict[int, KafkaError | None] = {}
        for number, (owned, entry) in enumerate(records):

            def delivered(error: KafkaError | None, _: Message, number: int = number) -> None:
                errors[number] = error

            self._producer.produce(
                names.OWNERSHIP_TOPIC,
                key=str(owned).encode(),
                value=encode(entry),
                partition=PARTITION,
                on_delivery=delivered,
            )
        self._producer.flush(REQUEST_SECONDS)
        late = KafkaError(KafkaError._TIMED_OUT)  # noqa: SLF001 - how the driver names it
        return [errors.get(number, late) for number in range(len(records))]

    def _read_on(self, end: int) -> None:
        if self._consumer is None:
            self._consumer = self._new_consumer()
            at = TopicPartition(names.OWNERSHIP_TOPIC, PARTITION, self._next)
            self._consumer.assign([at])
        give_up = time.monotonic() + REQUEST_SECONDS
        while self._next < end:
            if time.monotonic() > give_up:
                raise KafkaException(KafkaError(KafkaError._TIMED_OUT))  # noqa: SLF001 - as above
            message = self._consumer.poll(_POLL_SECONDS)
            if message is not None:
                self._take(message)

    def _take(self, message: Message) -> None:
        error, offset = message.error(), message.offset() or 0
        if error is not None:
            if error.code() != KafkaError._PARTITION_EOF:  # noqa: SLF001 - how the driver names it
                raise KafkaException(error)
            # Compaction leaves gaps: only this tells that nothing follows up to there.
            self._next = max(self._next, offset)
            return
        self._next = offset + 1
        said = decode(message.key(), message.value())
        if said is None:
            return
        owned, entry = said
        entries = self._by_tenant[owned.name.partition(".")[0]]
        if entry is None:
            entries.pop(owned, None)
        else:
            entries[owned] = entry

    def _drop_consumer(self) -> None:
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            consumer.close()

    def _new_consumer(self) -> Consumer:
        return Consumer(
            self._settings()
            | {
                # Required, and never asked for: partition and offset are assigned by hand.
                "group.id": names.OWNERSHIP_TOPIC,
                "enable.auto.commit": False,
                "enable.partition.eof": True,
                "auto.offset.reset": "earliest",
            }
        )

    def _new_producer(self) -> Producer:
        return Producer(
            self._settings()
            | {
                "acks": "all",
                "enable.idempotence": True,
                "message.timeout.ms": REQUEST_SECONDS * 1000,
                "linger.ms": 0,
            }
        )

    def _settings(self) -> dict[str, Any]:
        return self._cluster.settings() | {"error_cb": self._complaints.hear}
