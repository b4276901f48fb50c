import json
import uuid
from datetime import UTC, datetime

import pytest
from fastavro import parse_schema
from hypothesis import given
from hypothesis import strategies as st

from inkwell_api.events import Archived, avro_schema
from inkwell_worker.codec import Codec
from inkwell_worker.stage import Poison

EVENT = Archived(
    event_id=str(uuid.uuid4()),
    tenant="acme",
    pipeline="invoices",
    document_id=str(uuid.uuid4()),
    occurred_at=datetime(2026, 1, 2, 3, 4, 5, 678, UTC),
    state="ARCHIVED",
    result_version=2,
)


class Registry:
    """One schema, id 7; `newer` has one more field, as a later release may register it."""

    def __init__(self, *, newer: bool = False) -> None:
        schema = json.loads(avro_schema(Archived))
        if newer:
            schema["fields"].append({"name": "hint", "type": "string", "default": ""})
        self._schema = parse_schema(schema)

    def newest(self, subject: str) -> object:
        assert subject == "acme.invoices.archived-value"
        return 7, self._schema

    def schema(self, schema_id: int) -> object:
        assert schema_id == 7
        return self._schema


def codec(*, newer: bool = False) -> Codec:
    return Codec(Registry(newer=newer))  # type: ignore[arg-type] # the two reads are all that is used


@pytest.mark.parametrize("newer", [False, True])
def test_what_is_encoded_is_decoded(newer: bool) -> None:  # noqa: FBT001 -- a parameter of the test
    value = codec(newer=newer).encode("acme.invoices.archived", EVENT)
    assert value[:5] == b"\0\0\0\0\x07"
    assert codec(newer=newer).decode(value) == EVENT


@given(st.binary(max_size=200))
def test_any_other_bytes_are_poison(junk: bytes) -> None:
    for value in (None, junk.lstrip(b"\0"), b"\0\0\0\0\x07" + junk[:20]):
        with pytest.raises(Poison, match="undecodable"):
            codec().decode(value)
