"""The events of a pipeline: Avro records, one kind a topic, registered as ``<topic>-value``.

A document's bytes or text never travel in an event: an event says what happened and where the rest
is found (claim check, keyed by `document_id` in the tenant's Cassandra keyspace). `event_id` is
deterministic (`event_id_for`), so a stage that runs twice on the same input emits the same event
twice, and a consumer's inbox sees that.
"""

import json
import uuid
from dataclasses import MISSING, Field, asdict, dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, Final, Self

from inkwell_api.names import EventKind

AVRO_NAMESPACE: Final = "dev.inkwell.v1"
_EVENT_NAMESPACE: Final = uuid.UUID("6f6b1f3c-7f0e-5a44-9d0e-1a2b3c4d5e6f")


def event_id_for(document_id: str, kind: EventKind, input_digest: str) -> str:
    """Return the id (UUID 5) of the event that a stage emits for one input; same input, same id."""
    return str(uuid.uuid5(_EVENT_NAMESPACE, f"{document_id}/{kind.value}/{input_digest}"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What all events have.

    Attributes:
        event_id: UUID, deterministic.
        tenant: tenant name.
        pipeline: pipeline name.
        document_id: UUID; also the Kafka key.
        occurred_at: when it happened, in UTC with time zone.
    """

    KIND: ClassVar[EventKind]

    event_id: str
    tenant: str
    pipeline: str
    document_id: str
    occurred_at: datetime

    def to_record(self) -> dict[str, Any]:
        """Return the Avro record as a dictionary."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Self:
        """Build from an Avro record; fields that a newer writer added are ignored."""
        known = {f.name for f in fields(cls)}
        return cls(**{name: value for name, value in record.items() if name in known})


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded(Event):
    """A document was accepted and stored.

    Attributes:
        sha256: hex digest of the bytes.
        size_bytes: length of the bytes.
        content_type: media type by content, one that the pipeline accepts.
        chunk_count: rows of `document_chunks`, numbered from 0.
    """

    KIND: ClassVar[EventKind] = EventKind.UPLOADED

    sha256: str
    size_bytes: int
    content_type: str
    chunk_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognized(Event):
    """The words of all pages are stored in `pages`.

    Attributes:
        sha256: of the document's bytes.
        page_count: pages, numbered from 1.
        word_count: words on all pages.
        text_layer_pages: pages whose words come from the text layer; the others went through OCR,
            or are an e-invoice that has no words.
        mean_confidence: of all words, 0 to 1; 0 without words.
        pages_sha256: hex digest of the stored pages (`digests.PagesDigest`); None from a stage of
            version 0.1, whose pages are believed as they stand.
    """

    KIND: ClassVar[EventKind] = EventKind.RECOGNIZED

    sha256: str
    page_count: int
    word_count: int
    text_layer_pages: int
    mean_confidence: float
    pages_sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Analyzed(Event):
    """The extraction is stored in `extractions`.

    Attributes:
        sha256: of the document's bytes.
        page_count: pages of the document.
        extraction_sha256: hex digest of the extraction's canonical JSON.
        engine: ``Rules``, ``LLM`` or ``Hybrid``.
        model: name of the model, or empty.
    """

    KIND: ClassVar[EventKind] = EventKind.ANALYZED

    sha256: str
    page_count: int
    extraction_sha256: str
    engine: str
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived(Event):
    """The result is in PostgreSQL and the record in Cassandra.

    Attributes:
        state: ``ARCHIVED`` or ``NEEDS_REVIEW``.
        result_version: from 1, one more at each new result of the same document.
    """

    KIND: ClassVar[EventKind] = EventKind.ARCHIVED

    state: str
    result_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter(Event):
    """A stage gave up on an event.

    Attributes:
        stage: the stage that gave up.
        cause: a stable word such as ``encrypted-pdf`` or ``retries-exhausted``.
        detail: one sentence for a person; never document text.
        attempts: how often it was tried.
        source_topic: where the event came from, with `source_partition` and `source_offset`.
        payload: the event's original bytes as consumed, so that it can be replayed.
    """

    KIND: ClassVar[EventKind] = EventKind.DEAD

    stage: str
    cause: str
    detail: str
    attempts: int
    source_topic: str
    source_partition: int
    source_offset: int
    payload: bytes


EVENT_TYPES: Final[dict[EventKind, type[Event]]] = {
    kind.KIND: kind for kind in (Uploaded, Recognized, Analyzed, Archived, DeadLetter)
}

_AVRO_TYPES: Final[dict[Any, Any]] = {
    str: "string",
    str | None: ["null", "string"],
    int: "long",
    float: "double",
    bytes: "bytes",
    datetime: {"type": "long", "logicalType": "timestamp-micros"},
}


def avro_schema(event: type[Event]) -> str:
    """Return the Avro schema of an event as JSON text; the same class gives the same text.

    A field that came later has a default: so new stages read old events, and old stages new ones.
    """
    record = {
        "type": "record",
        "name": event.__name__,
        "namespace": AVRO_NAMESPACE,
        "doc": (event.__doc__ or "").strip().splitlines()[0],
        "fields": [_avro_field(field) for field in fields(event)],
    }
    return json.dumps(record, separators=(",", ":"))


def _avro_field(field: Field[Any]) -> dict[str, Any]:
    described: dict[str, Any] = {"name": field.name, "type": _AVRO_TYPES[field.type]}
    return described if field.default is MISSING else described | {"default": field.default}
