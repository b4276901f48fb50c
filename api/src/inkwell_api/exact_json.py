"""JSON in which a number keeps every digit that it was written with.

A number with a decimal point is a `Decimal` on both sides: Python's own decoder makes the nearest
binary fraction of it, and its encoder knows no decimals. Whatever holds values of documents (stored
extractions, results, the archive, the API's answers) goes through here.
"""

import json
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import simplejson

MOST_DIGITS: Final = 400
"""Digits of a number that is written out; doubles, which were stored once, have at most 325."""


def dumps(
    value: Any, *, sort_keys: bool = False, default: Callable[[Any], Any] | None = None
) -> str:
    """Encode compactly: a decimal becomes a JSON number with the digits it has.

    Args:
        value: what JSON knows, and `Decimal`.
        sort_keys: whether the same object gives the same text whatever the order of its keys.
        default: makes something that JSON knows of what it does not.

    Raises:
        ValueError: a number is infinite or none.
    """
    return simplejson.dumps(
        value,
        use_decimal=True,
        allow_nan=False,
        ensure_ascii=False,
        separators=(",", ":"),
        sort_keys=sort_keys,
        default=default,
    )


def loads(text: str | bytes | bytearray) -> Any:
    """Decode: whole numbers become `int`, all others `Decimal` in plain digits.

    Raises:
        ValueError: the text is no JSON, or has a number of more digits than `MOST_DIGITS`.
    """
    return json.loads(text, parse_float=_decimal, parse_constant=_refuse)


def plain(number: Decimal, most_digits: int = MOST_DIGITS) -> Decimal | None:
    """Return a number without exponent and without the sign of a zero: 1E+2 is 100.

    None where it is infinite, none at all, or has more digits than `most_digits` written out.
    """
    if not number.is_finite():
        return None
    _, digits, exponent = number.as_tuple()
    if len(digits) > most_digits or abs(int(exponent)) > most_digits:
        return None
    written = format(number, "f")
    if len(written.strip("-").replace(".", "")) > most_digits:
        return None
    return Decimal(written) if number else Decimal(written).copy_abs()


def _decimal(text: str) -> Decimal:
    try:
        number = plain(Decimal(text))
    except InvalidOperation:
        number = None
    if number is None:
        raise ValueError(f"a number has more than {MOST_DIGITS} digits")
    return number


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number of JSON")
