"""Topics of a tenant in Kafka, with how many records each has seen."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from confluent_kafka import (
    OFFSET_BEGINNING,
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    TopicPartition,
)
from confluent_kafka import admin as kafka_admin

from inkwell_demo.backends.login import Login

_SECONDS: Final = 30


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic.

    Attributes:
        name: full name.
        partitions: how many.
        records: sum of the end offsets; for a topic of transactions that counts their marks too.
    """

    name: str
    partitions: int
    records: int


def settings(login: Login) -> dict[str, Any]:
    """Return librdkafka's settings for a login."""
    return {
        "bootstrap.servers": f"{login.host}:{login.port}",
        "security.protocol": "SASL_SSL",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": login.username,
        "sasl.password": login.password,
        "ssl.ca.pem": login.ca,
        "log_level": 0,
        "error_cb": _say_nothing,
    }


def topics(login: Login, prefix: str) -> tuple[Topic, ...]:
    """List the topics whose names start with `prefix`."""
    admin = kafka_admin.AdminClient(settings(login))
    known = admin.list_topics(timeout=_SECONDS).topics
    partitions = {
        name: sorted(topic.partitions) for name, topic in known.items() if name.startswith(prefix)
    }
    latest: Any = vars(kafka_admin)["OffsetSpec"].latest()  # exported at run time, not in types
    wanted = {
        TopicPartition(name, number): latest
        for name, numbers in partitions.items()
        for number in numbers
    }
    ends: dict[str, int] = dict.fromkeys(partitions, 0)
    if wanted:
        for partition, future in admin.list_offsets(wanted, request_timeout=_SECONDS).items():
            ends[partition.topic] += future.result().offset
    return tuple(Topic(name, len(partitions[name]), ends[name]) for name in sorted(partitions))


def keys(login: Login, topic: str) -> list[str]:
    """Return the keys of all records of a topic, as a reader of committed records sees them."""
    return [(record.key() or b"").decode() for record in records(login, topic)]


def values(login: Login, topic: str) -> bytes:
    """Return the values of all records of a topic, one after another."""
    return b"".join(record.value() or b"" for record in records(login, topic))


def records(login: Login, topic: str) -> Iterator[Message]:
    """Yield all that a topic holds now."""
    reader = Consumer(
        settings(login)
        | {"group.id": "inkwell-demo", "enable.auto.commit": False, "enable.partition.eof": True}
    )
    try:
        numbers = reader.list_topics(topic, timeout=_SECONDS).topics[topic].partitions
        reader.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for number in numbers])
        open_partitions = set(numbers)
        while open_partitions:
            record = reader.poll(_SECONDS)
            if record is None:
                raise TimeoutError(f"topic {topic} was not read to its end in {_SECONDS} s")
            fault = record.error()
            if fault is None:
                yield record
            elif fault.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - the driver's public name for it
                open_partitions.discard(record.partition())
            else:
                raise KafkaException(fault)
    finally:
        reader.close()


def _say_nothing(error: object) -> None:
    """Leave errors to the call that they belong to; librdkafka would print them too."""
