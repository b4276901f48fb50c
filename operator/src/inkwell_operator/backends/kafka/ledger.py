"""The ledger: who owns what in this Kafka, in a compacted topic of Inkwell's own.

Kafka keeps no remarks on topics, logins or subjects, so marks stand here: key = kind and name of
the object, value = its mark, an empty value = nobody's. All installations on one Kafka read and
write the same ledger; that is how they see each other's. Used by `observe`, which reads it to its
end before anything is judged, and by `apply`.
"""

import time
from collections.abc import Collection, Mapping
from typing import Final, TypeAlias

from confluent_kafka import KafkaError, KafkaException

from inkwell_api import names
from inkwell_operator.backends.kafka import bindings, errors
from inkwell_operator.backends.kafka.batch import Batch
from inkwell_operator.backends.kafka.client import Client, TopicShape, text_of
from inkwell_operator.backends.kafka.cluster import REQUEST_SECONDS, Cluster
from inkwell_operator.backends.kafka.complaints import Complaints
from inkwell_operator.backends.kafka.marks_log import PARTITION, MarksLog
from inkwell_operator.backends.kafka.state import Entry, OwnedName, Topic
from inkwell_operator.model.errors import NotYetApplied, Refused, TimedOut

Entries: TypeAlias = tuple[tuple[OwnedName, Entry | None], ...]
TenantEntries: TypeAlias = Mapping[OwnedName, Entry]

_SETTLE_SECONDS: Final = 10.0
"""How long a broker may not know a topic that its controller has made."""
_COMPACTED: Final = ("cleanup.policy", "compact")
_SETTINGS: Final = frozenset(
    {
        _COMPACTED,
        # A reader that was away for less than this misses no removal.
        ("delete.retention.ms", str(7 * 24 * 3600 * 1000)),
        # The segment that is written to is never compacted.
        ("segment.ms", str(24 * 3600 * 1000)),
    }
)


class Ledger:
    """The ledger of one Kafka cluster."""

    def __init__(self, cluster: Cluster, client: Client) -> None:
        """Read and write nothing yet."""
        self._cluster = cluster
        self._client = client
        self._complaints = Complaints()
        self._log = MarksLog(cluster, self._complaints)
        self._checked_id = ""
        self._made_at = float("-inf")
        self.write = Batch(self._write, _itself).add
        """Write entries in order; without a topic to write into, it is made."""

    async def aclose(self) -> None:
        """Close every connection."""
        await self._cluster.run(self._log.close)

    async def read(self, tenants: Collection[str] | None) -> Mapping[str, TenantEntries]:
        """Return the entries of the tenants named, or of all, with all that is written by now.

        Raises:
            NotYetApplied: it was just made and is not known everywhere; read as empty, it would
                make everything of ours somebody else's.
            Refused: the ledger's topic cannot keep marks.
        """
        shape = await self._topic()
        if shape is None:
            if time.monotonic() - self._made_at < _SETTLE_SECONDS:
                raise NotYetApplied(f"topic {names.OWNERSHIP_TOPIC} was made, not seen yet")
            return {}

        # Asked by another connection than the records: on theirs, a fetch may be waiting.
        end = await self._client.end_of(names.OWNERSHIP_TOPIC, PARTITION)

        async def read() -> Mapping[str, TenantEntries]:
            began = time.monotonic()
            try:
                return await self._cluster.run(self._log.read, shape.id, end, tenants)
            except KafkaException as error:
                raise self._translate(error.args[0], began) from error

        return await self._cluster.call(read)

    async def _write(self, batch: Mapping[Entries, Entries]) -> dict[Entries, Exception | None]:
        if await self._topic() is None:
            await self._make_topic()

        async def write() -> dict[Entries, Exception | None]:
            began = time.monotonic()
            records = [record for entries in batch for record in entries]
            outcomes = iter(await self._cluster.run(self._log.write, records))
            answers: dict[Entries, Exception | None] = {}
            for entries in batch:
                failed = [error for error in (next(outcomes) for _ in entries) if error]
                answers[entries] = self._translate(failed[0], began) if failed else None
            return answers

        return await self._cluster.call(write)

    async def _topic(self) -> TopicShape | None:
        """Return the topic where there is one that can keep marks."""
        name = names.OWNERSHIP_TOPIC
        shape = (await self._client.topics({name})).get(name)
        if shape is not None and shape.id != self._checked_id:
            settings = (await self._client.topic_settings({name})).get(name)
            if shape.partitions != 1 or settings is None or _COMPACTED not in settings.own:
                raise Refused(
                    f"topic {name} in Kafka holds the marks of what Inkwell owns and must have one "
                    "partition and cleanup.policy compact: give it these, or remove it where it is "
                    "not Inkwell's"
                )
            self._checked_id = shape.id
        return shape

    async def _make_topic(self) -> None:
        target = self._cluster.target
        in_sync = ("min.insync.replicas", str(target.min_in_sync_replicas))
        topic = Topic(names.OWNERSHIP_TOPIC, 1, target.replication_factor, _SETTINGS | {in_sync})
        outcomes = await self._client.outcomes(
            lambda admin: admin.create_topics(
                [bindings.new_topic(topic)], request_timeout=REQUEST_SECONDS
            ),
            {errors.TOPIC_EXISTS},
        )
        for error in outcomes.values():
            if error is not None:
                raise error
        self._made_at = time.monotonic()

    def _translate(self, error: KafkaError, began: float) -> Exception:
        told = self._complaints.explain(error, began)
        secret = self._cluster.target.admin.secret
        known = errors.translate(told.code(), text_of(told), secret)
        return known or TimedOut(f"Kafka: the ledger was not answered: {text_of(told)}")


def _itself(entries: Entries) -> Entries:
    return entries
