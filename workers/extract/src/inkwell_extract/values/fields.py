"""The schema as a list of wanted fields, and text turned into values of their types. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from inkwell_extract.labels.known import known_field
from inkwell_extract.labels.label import Kind
from inkwell_extract.values.conventions import Conventions


@dataclass(frozen=True, slots=True)
class WantedField:
    """One scalar property of the schema.

    Attributes:
        name: the property.
        title: what a person calls it, or empty.
        kind: what its values look like.
        is_text: whether the result holds it as a string.
        allowed: the only values allowed, or empty.
    """

    name: str
    title: str
    kind: Kind
    is_text: bool
    allowed: tuple[Any, ...] = field(default=())

    def read(self, text: str, conventions: Conventions) -> Any | None:
        """Return the value that `text` stands for, in the type of the schema, or None."""
        value = self._read(text.strip(), conventions)
        if value is None or not self.allowed:
            return value
        if any(same_value(value, option) for option in self.allowed):
            return value
        folded = {str(option).casefold(): option for option in self.allowed}
        return folded.get(str(value).casefold())

    def _read(self, text: str, conventions: Conventions) -> Any | None:
        match self.kind:
            case Kind.TEXT:
                return text or None
            case Kind.DATE:
                day = conventions.read_date(text)
                return day.value.isoformat() if day else None
            case Kind.CURRENCY:
                code = conventions.read_currency(text)
                return code.value if code else None
            case Kind.NUMBER | Kind.INTEGER:
                number = conventions.read_amount(text)
                return None if number is None else self._number(number.value)

    def _number(self, number: Decimal) -> Any | None:
        """Keep the digits that the page shows: 119.00 is not 119."""
        if self.is_text:
            return format(number, "f")
        if self.kind is Kind.INTEGER:
            return int(number) if number == number.to_integral_value() else None
        return number


_CURRENCY_NAME = re.compile(r"(?i)(^|_)currency(_code)?$")


def wanted_fields(schema: Mapping[str, Any]) -> tuple[WantedField, ...]:
    """Return the scalar properties of an object schema that patterns can look for, in its order."""
    properties = schema.get("properties")
    if not isinstance(properties, Mapping):
        return ()
    fields = (_field(name, definition) for name, definition in properties.items())
    return tuple(found for found in fields if found is not None)


def _field(name: str, definition: object) -> WantedField | None:
    if not isinstance(definition, Mapping):
        return None
    types = definition.get("type", "string")
    options = (
        {types} if isinstance(types, str) else set(types) if isinstance(types, list) else set()
    )
    title = definition.get("title")
    allowed = definition.get("enum")
    kind = _kind(name, options, definition)
    if kind is None:
        return None
    return WantedField(
        name=name,
        title=title if isinstance(title, str) else "",
        kind=kind,
        is_text="string" in options,
        allowed=tuple(allowed) if isinstance(allowed, list) else (),
    )


def _kind(name: str, types: set[str], definition: Mapping[str, Any]) -> Kind | None:
    if "string" in types:
        if definition.get("format") == "date":
            return Kind.DATE
        if _CURRENCY_NAME.search(name):
            return Kind.CURRENCY
        known = known_field(name)
        return known.kind if known is not None else Kind.TEXT
    if "number" in types:
        return Kind.NUMBER
    return Kind.INTEGER if "integer" in types else None


def same_value(left: Any, right: Any) -> bool:
    """Say whether two values are the same for a reader: 12 and 12.0 are, True and 1 are not."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    left_number, right_number = as_decimal(left), as_decimal(right)
    if left_number is not None and right_number is not None:
        return left_number == right_number
    return bool(left == right)


def as_decimal(value: Any) -> Decimal | None:
    """Return a number as a decimal, or None when it is none.

    A float comes from a schema alone, whose YAML or JSON said what its shortest digits say.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return value if isinstance(value, Decimal) else Decimal(str(value))


def as_date(value: Any) -> date | None:
    """Return a JSON string as a date when it is one in ISO 8601."""
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
