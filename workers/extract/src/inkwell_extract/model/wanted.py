"""What is asked for, and what of an answer was. Pure.

A server that does not hold its model to a schema lets it answer anything, and what nobody asked for
would be archived beside what somebody did.
"""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any, Final

from inkwell_api import result_schema

_OPENS: Final = ("additionalProperties", "patternProperties", "unevaluatedProperties")
_SCALARS: Final = frozenset({"string", "number", "integer", "boolean", "null"})


def open_schema(schema: Mapping[str, Any], found: Collection[str]) -> dict[str, Any]:
    """Return the schema of what is still wanted: without the properties that were found."""
    properties = schema.get("properties")
    if not isinstance(properties, Mapping) or not found:
        return dict(schema)
    rest = {name: value for name, value in properties.items() if name not in found}
    required = [name for name in schema.get("required", ()) if name in rest]
    return {**schema, "properties": rest, "required": required}


def only_wanted(answer: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer without what its schema does not name, or names as one value.

    A list or an object for a property that is one value is no answer to it.

    An object whose schema names none, or says something of properties that it does not name, keeps
    them all: the schema judges them.
    """

    @cache
    def names(path: tuple[str, ...]) -> frozenset[str] | None:
        return _names(schema, path)

    @cache
    def is_one_value(path: tuple[str, ...]) -> bool:
        return _is_one_value(schema, path)

    def wanted(value: Any, path: tuple[str, ...]) -> Any:
        if isinstance(value, dict):
            known = names(path)
            return {
                name: wanted(part, (*path, name))
                for name, part in value.items()
                if (known is None or name in known)
                and not (isinstance(part, dict | list) and is_one_value((*path, name)))
            }
        return [wanted(item, path) for item in value] if isinstance(value, list) else value

    return dict(wanted(dict(answer), ()))


def _names(schema: Mapping[str, Any], path: tuple[str, ...]) -> frozenset[str] | None:
    try:
        nodes = result_schema.schemas_at(schema, path)
    except result_schema.UnboundedSchemaError:
        return None
    named = [node["properties"] for node in nodes if isinstance(node.get("properties"), Mapping)]
    if not named or any(node.get(keyword) for node in nodes for keyword in _OPENS):
        return None
    return frozenset(name for properties in named for name in properties)


def _is_one_value(schema: Mapping[str, Any], path: tuple[str, ...]) -> bool:
    """Say whether all that the schema says of a path is of types that are one value."""
    try:
        nodes = result_schema.schemas_at(schema, path)
    except result_schema.UnboundedSchemaError:
        return False
    types = [node["type"] for node in nodes if "type" in node]
    named = {name for each in types for name in ([each] if isinstance(each, str) else each)}
    return bool(named) and named <= _SCALARS
