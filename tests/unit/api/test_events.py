import json
from datetime import UTC, datetime

from inkwell_api.events import EVENT_TYPES, Uploaded, avro_schema, event_id_for
from inkwell_api.names import EventKind

EVENT = Uploaded(
    event_id="e",
    tenant="acme",
    pipeline="invoices",
    document_id="d",
    occurred_at=datetime(2026, 1, 1, tzinfo=UTC),
    sha256="0" * 64,
    size_bytes=1,
    content_type="application/pdf",
    chunk_count=1,
)


def test_every_kind_of_event_has_a_record_and_a_schema() -> None:
    assert EVENT_TYPES.keys() == set(EventKind)
    for kind in EVENT_TYPES.values():
        schema = json.loads(avro_schema(kind))
        assert schema["namespace"] == "dev.inkwell.v1"
        assert {"event_id", "tenant", "pipeline", "document_id"} <= {
            field["name"] for field in schema["fields"]
        }


def test_an_event_survives_its_record_and_a_newer_writer() -> None:
    assert Uploaded.from_record(EVENT.to_record() | {"new": 1}) == EVENT


def test_the_same_input_gives_the_same_id() -> None:
    one = event_id_for("d", EventKind.RECOGNIZED, "x")
    assert one == event_id_for("d", EventKind.RECOGNIZED, "x")
    assert one != event_id_for("d", EventKind.ANALYZED, "x")
    assert one != event_id_for("d", EventKind.RECOGNIZED, "y")
