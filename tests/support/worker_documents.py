"""Documents and extractions of a test tenant, put where the stages before put them."""

import hashlib
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from confluent_kafka import OFFSET_BEGINNING, Consumer, Message, Producer, TopicPartition

from inkwell_api.document import Evidence, ExtractedField, Extraction, Match, Origin
from inkwell_api.events import Analyzed, DeadLetter, Event, Recognized, Uploaded, event_id_for
from inkwell_api.names import EventKind, Stage
from inkwell_worker.cassandra_stores import CHUNK_BYTES
from inkwell_worker.codec import Codec
from inkwell_worker.connections import Connections
from inkwell_worker.environment import Places
from inkwell_worker.registry import SchemaRegistry
from support.worker_tenant import PARTITIONS, PIPELINE, WorkerTenant

_READ_SECONDS: Final = 30.0
GROUNDED = Evidence(Match.EXACT, page=1, confidence=0.9)


def connections_of(tenant: WorkerTenant, stage: Stage, folder: Path) -> Connections:
    """Return the clients of a stage, with its own login."""
    env = tenant.gateway_env() if stage is Stage.GATEWAY else tenant.stage_env(stage)
    tenant.mount(stage, folder, env)
    return Connections.of(env, Places(folder / "stage.json", folder, tenant.services.ca_file, 0))


def add_row(tenant: WorkerTenant, content: bytes = b"%PDF-", pipeline: str = PIPELINE) -> str:
    """Insert a document's row as the gateway does, and return its id."""
    document_id = str(uuid.uuid4())
    with tenant.postgres() as connection:
        connection.execute(
            "INSERT INTO documents (document_id, pipeline, content_type, size_bytes, sha256,"
            " chunk_count, uploaded_by) VALUES (%s, %s, 'application/pdf', %s, %s, %s, 'test')",
            (
                document_id,
                pipeline,
                len(content),
                hashlib.sha256(content).hexdigest(),
                -(-len(content) // CHUNK_BYTES),
            ),
        )
    return document_id


def add_chunks(tenant: WorkerTenant, document_id: str, content: bytes) -> None:
    with tenant.cassandra() as session:
        session.set_keyspace(tenant.cassandra_access().keyspace)
        insert = session.prepare(
            "INSERT INTO document_chunks (document_id, chunk, content) VALUES (?, ?, ?)"
        )
        for number, start in enumerate(range(0, len(content), CHUNK_BYTES)):
            chunk = content[start : start + CHUNK_BYTES]
            session.execute(insert, (uuid.UUID(document_id), number, chunk))


def extraction_of(result: dict[str, Any], **changes: Any) -> Extraction:
    fields = {
        f"/{name}": ExtractedField(value, Origin.RULE, GROUNDED) for name, value in result.items()
    }
    return Extraction(**{"result": result, "fields": fields, "engine": "Rules"} | changes)


@dataclass(frozen=True)
class Announcer:
    """Makes events of a tenant, and produces them as the super user."""

    tenant: WorkerTenant

    def common(self, document_id: str, kind: EventKind, digest: str) -> dict[str, Any]:
        return {
            "event_id": event_id_for(document_id, kind, digest),
            "tenant": self.tenant.name,
            "pipeline": PIPELINE,
            "document_id": document_id,
            "occurred_at": datetime.now(UTC),
        }

    def uploaded(self, document_id: str, content: bytes) -> Uploaded:
        digest = hashlib.sha256(content).hexdigest()
        return Uploaded(
            **self.common(document_id, EventKind.UPLOADED, digest),
            sha256=digest,
            size_bytes=len(content),
            content_type="application/pdf",
            chunk_count=-(-len(content) // CHUNK_BYTES),
        )

    def recognized(self, document_id: str, pages_sha256: str | None = None) -> Recognized:
        return Recognized(
            **self.common(document_id, EventKind.RECOGNIZED, pages_sha256 or ""),
            sha256="0" * 64,
            page_count=2,
            word_count=10,
            text_layer_pages=1,
            mean_confidence=0.9,
            pages_sha256=pages_sha256,
        )

    def analyzed(self, document_id: str, digest: str) -> Analyzed:
        return Analyzed(
            **self.common(document_id, EventKind.ANALYZED, digest),
            sha256="0" * 64,
            page_count=2,
            extraction_sha256=digest,
            engine="Rules",
            model="",
        )

    def dead(self, document_id: str, stage: Stage, cause: str = "encrypted-pdf") -> DeadLetter:
        return DeadLetter(
            **self.common(document_id, EventKind.DEAD, f"{stage}/{cause}"),
            stage=stage.value,
            cause=cause,
            detail="it is encrypted",
            attempts=1,
            source_topic=self.tenant.topic(EventKind.UPLOADED),
            source_partition=0,
            source_offset=0,
            payload=b"",
        )

    def produce(self, *events: Event | bytes, topic: str = "") -> None:
        """Produce events to their topics; raw bytes to `topic`."""
        registry = SchemaRegistry(self.tenant.services.registry_url, self.tenant.services.ca_file)
        codec = Codec(registry)
        producer = Producer({**self.tenant.kafka_configuration(), "acks": "all"})
        for event in events:
            if isinstance(event, bytes):
                producer.produce(topic, value=event, key=b"junk")
            else:
                place = self.tenant.topic(event.KIND)
                producer.produce(place, value=codec.encode(place, event), key=event.document_id)
        assert producer.flush(30) == 0
        registry.close()


class Reader:
    """Reads all that comes to a topic, from its beginning."""

    def __init__(self, tenant: WorkerTenant, kind: EventKind) -> None:
        self._registry = SchemaRegistry(tenant.services.registry_url, tenant.services.ca_file)
        self._consumer = Consumer(
            {
                **tenant.kafka_configuration(),
                "group.id": f"{tenant.name}.reader-{uuid.uuid4()}",
                "auto.offset.reset": "earliest",
                "enable.auto.commit": False,
                # A broker answers in turn: a question for the end waits for the fetch before it.
                "fetch.wait.max.ms": 50,
            }
        )
        self._topic = tenant.topic(kind)
        self._next = dict.fromkeys(range(PARTITIONS), 0)
        self._consumer.assign(
            [TopicPartition(self._topic, number, OFFSET_BEGINNING) for number in self._next]
        )
        self.events: list[Any] = []
        self.headers: list[dict[str, Any]] = []

    def read(self) -> list[Any]:
        """Take in all that the topic holds now and return all so far."""
        ends = {number: self._end(number) for number in self._next}
        limit = time.monotonic() + _READ_SECONDS
        while any(self._next[number] < end for number, end in ends.items()):
            message = self._consumer.poll(1.0)
            if message is not None and message.error() is None:
                self._take(message)
            elif time.monotonic() > limit:
                raise TimeoutError(f"{self._topic} not read to its end in {_READ_SECONDS:g} s")
        return self.events

    def _end(self, number: int) -> int:
        partition = TopicPartition(self._topic, number)
        _, end = self._consumer.get_watermark_offsets(partition, timeout=_READ_SECONDS)
        return int(end)

    def _take(self, message: Message) -> None:
        self.events.append(Codec(self._registry).decode(message.value()))
        self.headers.append(dict(message.headers() or []))
        partition, offset = message.partition(), message.offset()
        assert partition is not None
        assert offset is not None
        self._next[partition] = offset + 1

    def of(self, document_id: str) -> list[Any]:
        return [event for event in self.read() if event.document_id == document_id]

    def close(self) -> None:
        self._consumer.close()
        self._registry.close()
