"""Reads what a model answered: one JSON object, without what nobody can store. Pure.

An answer that breaks off has the values that were complete by then. A property that an object has
twice, with two values, is left out: what reads JSON next might take either.
"""

import json
import unicodedata
from collections.abc import Sequence
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

_DOUBLED: Final = object()
"""Stands for the values of a property that an object has twice."""

_CLOSING: Final = {"{": "}", "[": "]"}
_JOINERS: Final = "\u200c\u200d"
"""Letters of Persian and of India's scripts need them, and they show."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What an answer says.

    Attributes:
        result: the object; numbers are `int` or `Decimal`, what is empty is absent.
        has_dropped_numbers: whether it had numbers that were left out.
        has_doubled_properties: whether it had properties with two values, which were left out.
        is_torn: whether it breaks off.
    """

    result: dict[str, Any]
    has_dropped_numbers: bool = False
    has_doubled_properties: bool = False
    is_torn: bool = False


def read_answer(content: str) -> Reading | None:
    """Return the object that an answer holds, without empty values, or None.

    Numbers keep the digits that the model wrote. One that is infinite, none, or longer than
    `MOST_DIGITS` is left out; a character that no database stores is replaced, and one that only
    turns the order of others, or that nobody sees, is taken out.
    """
    text = content.strip()
    if text.startswith("```"):
        text = text.strip("`").removeprefix("json").strip()
    value, is_torn = _loaded(text), False
    if value is None:
        value, is_torn = _loaded(whole_part(text)), True
    if not isinstance(value, dict) or (is_torn and not value):
        return None
    return Reading(
        _kept(value, 0),
        has_dropped_numbers=_holds(value, _DROPPED),
        has_doubled_properties=_holds(value, _DOUBLED),
        is_torn=is_torn,
    )


def whole_part(text: str) -> str:
    """Return a JSON text up to its last complete value, with all that is open then closed.

    A number at the very end is not known to be complete: ``119`` may have been about to be 1190.
    """
    closing: list[str] = []
    end = 0
    is_text = is_escaped = False
    for place, character in enumerate(text):
        if is_text:
            is_text = is_escaped or character != '"'
            is_escaped = character == "\\" and not is_escaped
        elif character == '"':
            is_text = True
        elif character in _CLOSING:
            closing.append(_CLOSING[character])
            end = place + 1
        elif character == ",":
            end = place
        elif closing and character == closing[-1]:
            closing.pop()
            end = place + 1
    return text[:end] + "".join(reversed(closing))


def _loaded(text: str) -> Any:
    try:
        return json.loads(
            text,
            parse_float=_decimal,
            parse_int=_integer,
            parse_constant=lambda _: _DROPPED,
            object_pairs_hook=_object,
        )
    except (ValueError, RecursionError):
        return None


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        is_doubled = name in found and found[name] != value
        found[name] = _DOUBLED if is_doubled else value
    return found


def _integer(text: str) -> Any:
    return int(text) if len(text) <= MOST_DIGITS else _DROPPED


def _decimal(text: str) -> Any:
    try:
        number = exact_json.plain(Decimal(text), MOST_DIGITS)
    except InvalidOperation:
        return _DROPPED
    return _DROPPED if number is None else number


def _holds(value: Any, wanted: object) -> bool:
    left = [value]
    while left:
        node = left.pop()
        if node is wanted:
            return True
        if isinstance(node, dict):
            left += node.values()
        elif isinstance(node, list):
            left += node
    return False


def _kept(value: Any, depth: int) -> Any:
    """Drop null, empty strings and what holds nothing else: what was not found is absent."""
    if depth > _MAX_DEPTH or value is _DROPPED or value is _DOUBLED:
        return None
    if isinstance(value, dict):
        items = ((storable_text(key), _kept(item, depth + 1)) for key, item in value.items())
        return {key: item for key, item in items if not _is_empty(item)}
    if isinstance(value, list):
        return [item for item in (_kept(i, depth + 1) for i in value) if not _is_empty(item)]
    return storable_text(_visible(value).strip()) if isinstance(value, str) else value


def _visible(text: str) -> str:
    """Take out what has no shape: marks of direction, of zero width, and tags."""
    return "".join(
        character
        for character in text
        if unicodedata.category(character) != "Cf" or character in _JOINERS
    )


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or value in ({}, [])
