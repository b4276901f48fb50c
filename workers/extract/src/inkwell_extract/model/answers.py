"""Reads what a model answered: one JSON object, without what nobody can store. Pure."""

import json
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from inkwell_api import exact_json
from inkwell_api.storable import storable_text

MOST_DIGITS: Final = 40
"""Digits of a number, written out; no amount has as many, and a crafted exponent has more."""

_MAX_DEPTH: Final = 12
_DROPPED: Final = object()
"""Stands for a number that is left out."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What an answer says.

    Attributes:
        result: the object; numbers are `int` or `Decimal`, what is empty is absent.
        has_dropped_numbers: whether it had numbers that were left out.
    """

    result: dict[str, Any]
    has_dropped_numbers: bool


def read_answer(content: str) -> Reading | None:
    """Return the object that an answer holds, without empty values, or None.

    Numbers keep the digits that the model wrote. One that is infinite, none, or longer than
    `MOST_DIGITS` is left out; a character that no database stores is replaced.
    """
    text = content.strip()
    if text.startswith("```"):
        text = text.strip("`").removeprefix("json").strip()
    try:
        value = json.loads(
            text, parse_float=_decimal, parse_int=_integer, parse_constant=lambda _: _DROPPED
        )
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    return Reading(_kept(value, 0), has_dropped_numbers=_has_dropped(value))


def _integer(text: str) -> Any:
    return int(text) if len(text) <= MOST_DIGITS else _DROPPED


def _decimal(text: str) -> Any:
    try:
        number = exact_json.plain(Decimal(text), MOST_DIGITS)
    except InvalidOperation:
        return _DROPPED
    return _DROPPED if number is None else number


def _has_dropped(value: Any) -> bool:
    left = [value]
    while left:
        node = left.pop()
        if node is _DROPPED:
            return True
        if isinstance(node, dict):
            left += node.values()
        elif isinstance(node, list):
            left += node
    return False


def _kept(value: Any, depth: int) -> Any:
    """Drop null, empty strings and what holds nothing else: what was not found is absent."""
    if depth > _MAX_DEPTH or value is _DROPPED:
        return None
    if isinstance(value, dict):
        items = ((storable_text(key), _kept(item, depth + 1)) for key, item in value.items())
        return {key: item for key, item in items if not _is_empty(item)}
    if isinstance(value, list):
        return [item for item in (_kept(i, depth + 1) for i in value) if not _is_empty(item)]
    return storable_text(value.strip()) if isinstance(value, str) else value


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or value in ({}, [])
