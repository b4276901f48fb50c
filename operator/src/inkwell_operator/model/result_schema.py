"""Judges the JSON Schema of a pipeline's results. Pure.

Called by `checks`. The API server sees only the outermost keywords: what is inside is a tenant's
own text, so its depth is measured without recursion before anything else reads it, and no reference
leaves the schema or returns to where it came from.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from inkwell_operator.model.errors import InvalidSpec

MAX_DEPTH: Final = 40
"""Levels of objects and lists within each other; a nested field takes two."""

MAX_EXPANDED: Final = 20_000
"""Values that the schema would have with every reference written out."""

FORMATS: Final = frozenset(
    {
        "date", "date-time", "duration", "email", "hostname", "idn-email", "idn-hostname", "ipv4",
        "ipv6", "iri", "iri-reference", "json-pointer", "regex", "relative-json-pointer", "time",
        "uri", "uri-reference", "uri-template", "uuid",
    }
)  # fmt: skip
"""Formats that JSON Schema 2020-12 knows."""

_DATA: Final = frozenset({"const", "default", "enum", "examples"})
"""Keywords whose values are data and no schemas."""

_BY_NAME: Final = frozenset({"$defs", "dependentSchemas", "patternProperties", "properties"})
"""Keywords whose values are schemas by a name that people chose."""

_ELSEWHERE: Final = ("$anchor", "$dynamicAnchor", "$dynamicRef", "$id", "$recursiveRef")
_WHERE: Final = "spec.extraction.schema"


def check_depth(schema: Mapping[str, Any]) -> None:
    """Raise where the schema is nested too deeply for what reads it next.

    Raises:
        InvalidSpec: more than `MAX_DEPTH` levels.
    """
    left: list[tuple[Any, int]] = [(schema, 1)]
    while left:
        node, depth = left.pop()
        if depth > MAX_DEPTH:
            raise InvalidSpec(f"{_WHERE} is nested more than {MAX_DEPTH} levels deep; flatten it")
        left += [(part, depth + 1) for part in _parts(node) if isinstance(part, dict | list)]


def check_schema(schema: Mapping[str, Any]) -> None:
    """Raise for the first thing in the schema that cannot work; its depth is checked already.

    Raises:
        InvalidSpec: the message names the place and what is wrong with it.
    """
    _check_references(schema)
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        pointer = "".join(f".{part}" for part in error.absolute_path)[:200]
        raise InvalidSpec(f"{_WHERE}{pointer} is no JSON Schema: {error.message[:200]}") from error
    except (OverflowError, RecursionError) as error:
        # What Python's own compiler of patterns raises besides `re.error`.
        raise InvalidSpec(f"{_WHERE}{_uncompiled(schema)}: {error}; simplify it") from error
    _check_formats(schema)
    unknown = sorted(set(schema.get("required", ())) - set(schema["properties"]))
    if unknown:
        raise InvalidSpec(f"{_WHERE}.required names {', '.join(unknown)}, which properties lacks")


def _parts(node: Any) -> Iterator[Any]:
    match node:
        case dict():
            yield from node.values()
        case list():
            yield from node
        case _:
            pass


def _schemas(root: Any) -> Iterator[Mapping[str, Any]]:
    """Yield every schema within a value; what a field is called does not make it a keyword."""
    left = [(root, False)]
    while left:
        node, is_by_name = left.pop()
        if isinstance(node, list):
            left += [(part, False) for part in node]
        elif isinstance(node, dict):
            if not is_by_name:
                yield node
            left += [
                (part, not is_by_name and key in _BY_NAME)
                for key, part in node.items()
                if is_by_name or key not in _DATA
            ]


def _uncompiled(schema: Mapping[str, Any]) -> str:
    """Name the pattern that is beyond Python's compiler, if it is one."""
    for node in _schemas(schema):
        for pattern in (node.get("pattern"), *_keys(node.get("patternProperties"))):
            if isinstance(pattern, str) and not _compiles(pattern):
                return f" has pattern {pattern[:80]}, which cannot be compiled"
    return " cannot be checked"


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except (OverflowError, RecursionError):
        return False
    except re.error:
        return True
    return True


def _check_formats(schema: Mapping[str, Any]) -> None:
    for node in _schemas(schema):
        match node.get("format"):
            case str(name) if name not in FORMATS:
                raise InvalidSpec(
                    f"{_WHERE} has format {name[:40]}, which JSON Schema does not know; "
                    "date, email and uuid are among those that it does"
                )
            case _:
                pass


def _check_references(schema: Mapping[str, Any]) -> None:
    for node in _schemas(schema):
        for keyword in _ELSEWHERE:
            if isinstance(node.get(keyword), str):
                raise InvalidSpec(f"{_WHERE} uses {keyword}; only $ref to #/$defs/... is possible")
    _expanded(schema, schema, (), {})


def _expanded(
    part: Any, schema: Mapping[str, Any], within: tuple[str, ...], known: dict[str, int]
) -> int:
    """Return how many values a part has with its references written out."""
    size = 0
    for node in _schemas(part):
        size += 1 + len(node)
        match node.get("$ref"):
            case str(reference):
                if reference not in known:
                    known[reference] = _size_behind(reference, schema, within, known)
                size += known[reference]
            case _:
                pass
        if size > MAX_EXPANDED:
            raise InvalidSpec(
                f"{_WHERE} has more than {MAX_EXPANDED} values with its references written out; "
                "make it smaller"
            )
    return size


def _size_behind(
    reference: str, schema: Mapping[str, Any], within: tuple[str, ...], known: dict[str, int]
) -> int:
    if reference in within:
        raise InvalidSpec(f"{_WHERE} has $ref {reference[:80]}, which leads back to itself")
    if len(within) > MAX_DEPTH:
        raise InvalidSpec(f"{_WHERE} has more than {MAX_DEPTH} references behind one another")
    return _expanded(_target(reference, schema), schema, (*within, reference), known)


def _target(reference: str, schema: Mapping[str, Any]) -> Any:
    prefix, _, name = reference.rpartition("/")
    definitions = schema.get("$defs")
    if prefix != "#/$defs" or not isinstance(definitions, dict) or name not in definitions:
        raise InvalidSpec(
            f"{_WHERE} has $ref {reference[:80]}; "
            "only #/$defs/<name> of the same schema is possible"
        )
    return definitions[name]
