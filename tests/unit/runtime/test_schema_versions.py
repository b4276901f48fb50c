"""Stages of two versions read one another's events while one replaces the other."""

import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from fastavro import parse_schema, schemaless_reader, schemaless_writer

from inkwell_api.events import EVENT_TYPES, Recognized, avro_schema
from inkwell_worker.codec import Codec

COMMON: Final = (
    ("event_id", "string"),
    ("tenant", "string"),
    ("pipeline", "string"),
    ("document_id", "string"),
    ("occurred_at", {"type": "long", "logicalType": "timestamp-micros"}),
)
FIRST_VERSION: Final[dict[str, tuple[tuple[str, Any], ...]]] = {
    "Uploaded": (
        ("sha256", "string"),
        ("size_bytes", "long"),
        ("content_type", "string"),
        ("chunk_count", "long"),
    ),
    "Recognized": (
        ("sha256", "string"),
        ("page_count", "long"),
        ("word_count", "long"),
        ("text_layer_pages", "long"),
        ("mean_confidence", "double"),
    ),
    "Analyzed": (
        ("sha256", "string"),
        ("page_count", "long"),
        ("extraction_sha256", "string"),
        ("engine", "string"),
        ("model", "string"),
    ),
    "Archived": (("state", "string"), ("result_version", "long")),
    "DeadLetter": (
        ("stage", "string"),
        ("cause", "string"),
        ("detail", "string"),
        ("attempts", "long"),
        ("source_topic", "string"),
        ("source_partition", "long"),
        ("source_offset", "long"),
        ("payload", "bytes"),
    ),
}
"""The fields behind the common ones that version 0.1 registered."""

SAMPLES: Final[dict[Any, Any]] = {"string": "ab", "long": 3, "double": 0.5, "bytes": b"\0\1"}
NOW: Final = datetime(2026, 1, 2, 3, 4, 5, 678, UTC)


def first_schema(name: str) -> Any:
    """Return what version 0.1 registered."""
    fields = [{"name": n, "type": kind} for n, kind in (*COMMON, *FIRST_VERSION[name])]
    return parse_schema(
        {"type": "record", "name": name, "namespace": "dev.inkwell.v1", "fields": fields}
    )


def sample(name: str) -> dict[str, Any]:
    """Return a record of version 0.1."""
    fields = (*COMMON, *FIRST_VERSION[name])
    return {n: NOW if isinstance(kind, dict) else SAMPLES[kind] for n, kind in fields}


class Registry:
    """Holds both versions: ids 1 and 2."""

    def __init__(self, name: str) -> None:
        """Know the schemas of one kind of event."""
        now = parse_schema(json.loads(avro_schema(BY_NAME[name])))
        self.schemas: dict[int, Any] = {1: first_schema(name), 2: now}
        self.latest = 2

    def schema(self, schema_id: int) -> Any:
        """Return a schema."""
        return self.schemas[schema_id]

    def newest(self, _subject: str) -> tuple[int, Any]:
        """Return the schema that is written with."""
        return self.latest, self.schemas[self.latest]


BY_NAME = {kind.__name__: kind for kind in EVENT_TYPES.values()}


def codec(registry: Registry) -> Codec:
    return Codec(registry)  # type: ignore[arg-type] # the two reads are all that is used


def written(schema: Any, record: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    schemaless_writer(out, schema, record)
    return out.getvalue()


@pytest.mark.parametrize("name", FIRST_VERSION)
def test_events_of_version_0_1_are_read(name: str) -> None:
    """What the registry holds a new schema to: BACKWARD."""
    registry = Registry(name)
    value = b"\0\0\0\0\1" + written(registry.schemas[1], sample(name))
    event = codec(registry).decode(value)
    assert event == BY_NAME[name](**sample(name))
    if isinstance(event, Recognized):
        assert event.pages_sha256 is None


@pytest.mark.parametrize("name", FIRST_VERSION)
def test_a_stage_of_version_0_1_reads_new_events(name: str) -> None:
    """Its pods are replaced one after another, so it meets some: FORWARD."""
    registry = Registry(name)
    event = BY_NAME[name](**sample(name))
    if isinstance(event, Recognized):
        event = replace(event, pages_sha256="ab" * 32)
    value = codec(registry).encode("acme.invoices.x", event)
    assert value[:5] == b"\0\0\0\0\2"
    found = schemaless_reader(io.BytesIO(value[5:]), registry.schemas[2], registry.schemas[1])
    assert found == sample(name)
    assert codec(registry).decode(value) == event


@pytest.mark.parametrize("name", FIRST_VERSION)
def test_a_new_stage_writes_where_the_schema_is_still_the_first(name: str) -> None:
    registry = Registry(name)
    registry.latest = 1
    value = codec(registry).encode("acme.invoices.x", BY_NAME[name](**sample(name)))
    assert codec(registry).decode(value) == BY_NAME[name](**sample(name))


@pytest.mark.parametrize("name", FIRST_VERSION)
def test_a_stage_of_version_0_1_writes_where_the_schema_is_the_new_one(name: str) -> None:
    """One that is started again after the operator registered it: it knows no new field."""
    registry = Registry(name)
    value = b"\0\0\0\0\2" + written(registry.schemas[2], sample(name))
    assert codec(registry).decode(value) == BY_NAME[name](**sample(name))
