"""Bounds the work that a pipeline's JSON Schema causes, and walks through it. Pure.

A schema is a tenant's own text. The operator judges it before a pipeline gets workers, and the
extract stage again before it checks a result with it: its depth is measured without recursion
before anything else reads it, no reference leaves the schema or returns to where it came from, and
with its references written out it stays small.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

MAX_DEPTH: Final = 40
"""Levels of objects and lists within each other; a nested field takes two."""

MAX_EXPANDED: Final = 20_000
"""Values that the schema would have with every reference written out."""

_DATA: Final = frozenset({"const", "default", "enum", "examples"})
"""Keywords whose values are data and no schemas."""

_BY_NAME: Final = frozenset(
    {"$defs", "definitions", "dependentSchemas", "patternProperties", "properties"}
)
"""Keywords whose values are schemas by a name that people chose."""

_ALTERNATIVES: Final = ("allOf", "anyOf", "oneOf", "prefixItems")
_ELSEWHERE: Final = ("$anchor", "$dynamicAnchor", "$dynamicRef", "$id", "$recursiveRef")


class UnboundedSchemaError(ValueError):
    """A schema that may cost more than it may; the message says what of it, and what to do."""


def check_bounds(schema: Mapping[str, Any]) -> None:
    """Raise for the first thing that could make a check with the schema endless or far too long.

    Raises:
        UnboundedSchemaError: it is too deep or too large, or a reference leads elsewhere or back.
    """
    check_depth(schema)
    for node in schemas(schema):
        for keyword in _ELSEWHERE:
            if isinstance(node.get(keyword), str):
                raise UnboundedSchemaError(f"uses {keyword}; only $ref to #/$defs/... is possible")
    try:
        _Sizes(schema).of(schema)
    except RecursionError as error:
        raise UnboundedSchemaError("has too many references behind one another") from error


def check_depth(schema: Mapping[str, Any]) -> None:
    """Raise where the schema is nested too deeply for what reads it next.

    Raises:
        UnboundedSchemaError: more than `MAX_DEPTH` levels.
    """
    left: list[tuple[Any, int]] = [(schema, 1)]
    while left:
        node, depth = left.pop()
        if depth > MAX_DEPTH:
            raise UnboundedSchemaError(f"is nested more than {MAX_DEPTH} levels deep; flatten it")
        left += [(part, depth + 1) for part in _parts(node) if isinstance(part, dict | list)]


def schemas(root: Any) -> Iterator[Mapping[str, Any]]:
    """Yield every schema within a value; what a field is called does not make it a keyword."""
    left = [(root, False)]
    while left:
        node, is_by_name = left.pop()
        if isinstance(node, dict) and not is_by_name:
            yield node
        left += _within(node, is_by_name=is_by_name)


def patterns(schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield every regular expression of a schema."""
    for node in schemas(schema):
        names = node.get("patternProperties")
        for pattern in (node.get("pattern"), *(names if isinstance(names, dict) else ())):
            if isinstance(pattern, str):
                yield pattern


def definition(reference: str, schema: Mapping[str, Any]) -> Any:
    """Return what a reference leads to.

    Raises:
        UnboundedSchemaError: it leads anywhere else than to a definition of the same schema.
    """
    prefix, _, name = reference.rpartition("/")
    definitions = schema.get("$defs")
    if prefix != "#/$defs" or not isinstance(definitions, dict) or name not in definitions:
        raise UnboundedSchemaError(
            f"has $ref {reference[:80]}; only #/$defs/<name> of the same schema is possible"
        )
    return definitions[name]


def schemas_at(schema: Mapping[str, Any], path: Sequence[str]) -> list[Mapping[str, Any]]:
    """Return the schemas that a path of property names leads to, through lists and references.

    Alternatives (`anyOf`, `oneOf`, `allOf`) are followed all; the list is empty where the schema
    does not write the property out.
    """
    found = _alternatives([schema], schema)
    for name in path:
        properties = (node.get("properties") for node in found)
        below = [part[name] for part in properties if isinstance(part, dict) and name in part]
        found = _alternatives(below, schema)
    return found


def _alternatives(nodes: Sequence[Any], schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return schemas with all that they refer to, offer as an alternative, or have as items."""
    found: dict[int, Mapping[str, Any]] = {}
    left = list(nodes)
    while left:
        node = left.pop()
        if not isinstance(node, Mapping) or id(node) in found:
            continue
        found[id(node)] = node
        reference = node.get("$ref")
        if isinstance(reference, str):
            left.append(definition(reference, schema))
        left.append(node.get("items"))
        for keyword in _ALTERNATIVES:
            parts = node.get(keyword)
            left += parts if isinstance(parts, list) else []
    return list(found.values())


class _Sizes:
    """Counts the values of a schema's parts with their references written out."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = schema
        self._known: dict[str, int] = {}
        self._open: list[str] = []

    def of(self, node: Any, *, is_by_name: bool = False) -> int:
        """Return the size of a part."""
        parts = _within(node, is_by_name=is_by_name)
        size = sum(self.of(part, is_by_name=names) for part, names in parts)
        if isinstance(node, dict) and not is_by_name:
            size += 1 + len(node)
            reference = node.get("$ref")
            if isinstance(reference, str):
                size += self._behind(reference)
        if size > MAX_EXPANDED:
            raise UnboundedSchemaError(
                f"has more than {MAX_EXPANDED} values with its references written out; "
                "make it smaller"
            )
        return size

    def _behind(self, reference: str) -> int:
        if reference in self._open:
            raise UnboundedSchemaError(f"has $ref {reference[:80]}, which leads back to itself")
        if len(self._open) > MAX_DEPTH:
            raise UnboundedSchemaError(f"has more than {MAX_DEPTH} references behind one another")
        if reference not in self._known:
            self._open.append(reference)
            self._known[reference] = self.of(definition(reference, self._schema))
            self._open.pop()
        return self._known[reference]


def _within(node: Any, *, is_by_name: bool) -> list[tuple[Any, bool]]:
    """Return what lies directly in a value, each with whether its keys are chosen names."""
    if isinstance(node, list):
        return [(part, False) for part in node]
    if not isinstance(node, dict):
        return []
    return [
        (part, not is_by_name and key in _BY_NAME)
        for key, part in node.items()
        if is_by_name or key not in _DATA
    ]


def _parts(node: Any) -> Iterator[Any]:
    match node:
        case dict():
            yield from node.values()
        case list():
            yield from node
        case _:
            pass
