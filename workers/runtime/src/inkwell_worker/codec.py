"""Events to bytes and back: Avro in the Confluent wire format.

A value is a zero byte, four bytes of schema id (big-endian) and the record.
"""

import io
import json
import struct
from dataclasses import dataclass
from typing import Any, Final, cast

from fastavro import parse_schema, schemaless_reader, schemaless_writer
from fastavro.types import Schema

from inkwell_api.events import AVRO_NAMESPACE, EVENT_TYPES, Event, avro_schema
from inkwell_api.names import subject
from inkwell_worker.registry import SchemaRegistry
from inkwell_worker.stage import Poison

_HEADER: Final = struct.Struct(">bI")
_TYPES: Final = {f"{AVRO_NAMESPACE}.{kind.__name__}": kind for kind in EVENT_TYPES.values()}
_READER_SCHEMAS: Final[dict[str, Schema]] = {
    name: parse_schema(json.loads(avro_schema(kind))) for name, kind in _TYPES.items()
}


@dataclass(frozen=True, slots=True)
class Codec:
    """Encodes and decodes with the registry's schemas.

    A record names its own schema, so a topic may hold several versions.
    """

    registry: SchemaRegistry

    def encode(self, topic: str, event: Event) -> bytes:
        """Encode with the newest schema of the topic's subject."""
        schema_id, schema = self.registry.newest(subject(topic))
        out = io.BytesIO()
        out.write(_HEADER.pack(0, schema_id))
        schemaless_writer(out, schema, event.to_record())
        return out.getvalue()

    def decode(self, value: bytes | None) -> Event:
        """Decode a record's value.

        Raises:
            Poison: ``undecodable``.
            Retryable: the registry does not know the schema.
            Unavailable: the registry is away.
        """
        if value is None or len(value) <= _HEADER.size or value[0] != 0:
            raise _undecodable("it is not in the wire format of the schema registry")
        _, schema_id = _HEADER.unpack_from(value)
        schema = self.registry.schema(schema_id)
        name = cast("dict[str, Any]", schema).get("name", "") if isinstance(schema, dict) else ""
        if name not in _TYPES:
            raise _undecodable("its schema is none of an event")
        try:
            record = schemaless_reader(
                io.BytesIO(value[_HEADER.size :]), schema, _READER_SCHEMAS[name]
            )
            return _TYPES[name].from_record(cast("dict[str, Any]", record))
        except Exception as error:
            # fastavro meets hostile bytes with whatever Python raises: EOFError, IndexError,
            # UnicodeDecodeError, OverflowError ...
            raise _undecodable(f"it does not fit its schema ({type(error).__name__})") from error


def _undecodable(why: str) -> Poison:
    cause = "undecodable"
    return Poison(cause, f"the record cannot be read: {why}")
