"""Judges the JSON Schema of a pipeline's results. Pure.

Called by `checks`. The API server sees only the outermost keywords: what is inside is a tenant's
own text. What the extract stage will check results with is made here first, by the same library
with the same settings, so that a schema which is accepted works there.
"""

import json
from collections.abc import Mapping
from typing import Any, Final, NoReturn

import jsonschema_rs
import re2

from inkwell_api import result_schema
from inkwell_api.result_schema import UnboundedSchemaError
from inkwell_operator.model.errors import InvalidSpec

FORMATS: Final = frozenset(
    {
        "date", "date-time", "duration", "email", "hostname", "idn-email", "idn-hostname", "ipv4",
        "ipv6", "iri", "iri-reference", "json-pointer", "regex", "relative-json-pointer", "time",
        "uri", "uri-reference", "uri-template", "uuid",
    }
)  # fmt: skip
"""Formats that JSON Schema 2020-12 knows."""

_WHERE: Final = "spec.extraction.schema"


def check_depth(schema: Mapping[str, Any]) -> None:
    """Raise where the schema is nested too deeply for what reads it next.

    Raises:
        InvalidSpec: more than `result_schema.MAX_DEPTH` levels.
    """
    try:
        result_schema.check_depth(schema)
    except UnboundedSchemaError as error:
        raise InvalidSpec(f"{_WHERE} {error}") from error


def check_schema(schema: Mapping[str, Any]) -> None:
    """Raise for the first thing in the schema that cannot work; its depth is checked already.

    Raises:
        InvalidSpec: the message names the place and what is wrong with it.
    """
    try:
        result_schema.check_bounds(schema)
    except UnboundedSchemaError as error:
        raise InvalidSpec(f"{_WHERE} {error}") from error
    for pattern in result_schema.patterns(schema):
        _check_pattern(pattern)
    _check_formats(schema)
    _check_compiles(schema)
    unknown = sorted(set(schema.get("required", ())) - set(schema["properties"]))
    if unknown:
        raise InvalidSpec(f"{_WHERE}.required names {', '.join(unknown)}, which properties lacks")


def _check_pattern(pattern: str) -> None:
    """Name a pattern that RE2, whose syntax is promised, or the extract stage cannot match."""
    try:
        re2.compile(pattern, _quiet())
    except re2.error as error:
        why = error.args[0].decode() if isinstance(error.args[0], bytes) else error.args[0]
        raise InvalidSpec(
            f"{_WHERE} has pattern {pattern[:80]}, which is no RE2 expression: {why[:120]}; RE2 "
            "has no look-around and no back references"
        ) from error
    try:
        _compile({"pattern": pattern})
    except jsonschema_rs.ValidationError as error:
        raise InvalidSpec(
            f"{_WHERE} has pattern {pattern[:80]}, which cannot be compiled; simplify it"
        ) from error


def _quiet() -> "re2.Options":
    options = re2.Options()
    options.log_errors = False
    return options


def _check_formats(schema: Mapping[str, Any]) -> None:
    for node in result_schema.schemas(schema):
        match node.get("format"):
            case str(name) if name not in FORMATS:
                raise InvalidSpec(
                    f"{_WHERE} has format {name[:40]}, which JSON Schema does not know; "
                    "date, email and uuid are among those that it does"
                )
            case _:
                pass


def _check_compiles(schema: Mapping[str, Any]) -> None:
    """Make what the extract stage checks results with, to see that it can be made."""
    try:
        _compile(schema)
    except jsonschema_rs.ValidationError as error:
        pointer = "".join(f".{part}" for part in error.instance_path)[:200]
        raise InvalidSpec(f"{_WHERE}{pointer} is no JSON Schema: {error.message[:200]}") from error


def _compile(schema: Mapping[str, Any]) -> None:
    jsonschema_rs.Draft202012Validator(
        json.dumps(schema),
        validate_formats=True,
        retriever=_fetch_nothing,
        pattern_options=jsonschema_rs.RegexOptions(),
    )


def _fetch_nothing(uri: str) -> NoReturn:
    raise LookupError(f"{uri} is elsewhere")
