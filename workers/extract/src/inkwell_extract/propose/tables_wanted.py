"""Which lists of a schema hold line items, and what each of their properties means. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from inkwell_extract.labels.columns import LISTS, PROPERTIES, Column
from inkwell_extract.values.fields import WantedField, wanted_fields


@dataclass(frozen=True, slots=True)
class WantedItems:
    """A list of line items of which every property is known.

    Attributes:
        name: the property that holds the list.
        columns: property and column, in the schema's order.
    """

    name: str
    columns: tuple[tuple[WantedField, Column], ...]


def wanted_items(schema: Mapping[str, Any]) -> Iterator[WantedItems]:
    """Yield the lists of line items; one with a property that nobody knows is the model's."""
    properties = schema.get("properties")
    for name, part in properties.items() if isinstance(properties, Mapping) else ():
        items = part.get("items") if isinstance(part, Mapping) else None
        if not is_list_of_items(name) or not isinstance(items, Mapping):
            continue
        columns = tuple(
            (field, column)
            for field in wanted_fields(items)
            if (column := column_of(field.name)) is not None
        )
        others = set(items.get("properties", ())) - {field.name for field, _ in columns}
        if columns and all(_key(other) in _IN_XML_ALONE for other in others):
            yield WantedItems(name, columns)


_IN_XML_ALONE: Final = frozenset({"unitcode"})
"""Codes of UN/ECE recommendation 20: a page prints the unit's name instead."""


def is_list_of_items(name: str) -> bool:
    """Say whether a property means the line items of a document."""
    return _key(name) in LISTS


def column_of(name: str) -> Column | None:
    """Return the column that a property of an item means, or None."""
    return next((column for column, names in PROPERTIES.items() if _key(name) in names), None)


def _key(name: str) -> str:
    return name.replace("_", "").lower()
