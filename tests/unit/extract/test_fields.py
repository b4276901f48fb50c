"""Text of a page becomes a value of the schema's type, with the digits that it has there."""

from decimal import Decimal
from typing import Any

import pytest

from inkwell_extract.values.conventions import Conventions
from inkwell_extract.values.fields import WantedField, as_decimal, same_value, wanted_fields


def field(definition: dict[str, Any]) -> WantedField:
    """Return one field of a schema."""
    [wanted] = wanted_fields({"properties": {"value": definition}})
    return wanted


@pytest.mark.parametrize(
    ("definition", "text", "value"),
    [
        ({"type": "number"}, "119.00", "119.00"),
        ({"type": "number"}, "8,10", "8.10"),
        ({"type": "number"}, "EUR 1.234,50", "1234.50"),
        ({"type": "number"}, "100", "100"),
        ({"type": ["number", "null"]}, "-0.05", "-0.05"),
        ({"type": "integer"}, "3.00", "3"),
    ],
)
def test_a_number_keeps_the_digits_of_the_page(
    definition: dict[str, Any], text: str, value: str
) -> None:
    read = field(definition).read(text, Conventions())
    assert not isinstance(read, float)
    assert str(read) == value


@pytest.mark.parametrize(
    ("text", "value"), [("0.1", "0.1"), ("7,00", "7.00"), ("19", "19"), ("0.2", "None")]
)
def test_a_number_is_one_of_those_allowed_by_its_value(text: str, value: str) -> None:
    assert str(field({"type": "number", "enum": [0.1, 7, 19]}).read(text, Conventions())) == value


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        (Decimal("0.10"), 0.1, True),
        (Decimal("12.00"), 12, True),
        (Decimal(1), True, False),
        (Decimal("12.01"), 12, False),
        (Decimal("12345678901234567890.12"), Decimal("12345678901234567890.13"), False),
        ("12", 12, False),
    ],
)
def test_values_are_the_same_by_what_they_say(left: Any, right: Any, *, same: bool) -> None:
    assert same_value(left, right) is same_value(right, left) is same


def test_a_decimal_is_a_number_and_a_boolean_is_none() -> None:
    assert as_decimal(Decimal("8.10")) == Decimal("8.1")
    assert as_decimal(8.1) == Decimal("8.1")
    assert as_decimal(True) is None  # noqa: FBT003 -- a value
    assert as_decimal("8.1") is None
