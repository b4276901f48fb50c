"""Compares what we say about an object with what stands. Pure."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from inkwell_operator.model.plan import FieldChange

_QUANTITY_UNITS: Final[Mapping[str, Decimal]] = {
    "m": Decimal("0.001"),
    "k": Decimal(10) ** 3,
    "M": Decimal(10) ** 6,
    "G": Decimal(10) ** 9,
    "Ki": Decimal(2) ** 10,
    "Mi": Decimal(2) ** 20,
    "Gi": Decimal(2) ** 30,
}
_PAIRED_BY: Final[Mapping[str, str]] = {
    "containers": "name",
    "env": "name",
    "volumes": "name",
    "volumeMounts": "mountPath",
    "ownerReferences": "uid",
}
"""Lists that the API server keeps by a key: what others add beside ours is theirs here."""
_NOT_SHOWN: Final = re.compile(r"(^|\.)(data|env|args|command)\b")
"""Fields that may hold long text or what others keep secret: their values are in no plan."""
_SHOWN_LENGTH: Final = 80


def is_within(want: Any, have: Any) -> bool:
    """Whether all that `want` says stands in `have`; most lists are compared whole."""
    return not changed_fields(want, have)


def is_same(want: Any, have: Any) -> bool:
    """Whether `want` and `have` say the same, quantities compared as numbers."""
    return is_within(want, have) and is_within(have, want)


def changed_fields(want: Any, have: Any, path: str = "") -> list[FieldChange]:
    """Return where `have` differs from what `want` says, with values where they may be shown."""
    match want, have:
        case dict(), dict():
            return [
                change
                for key, value in want.items()
                for change in _changed_item(key, value, have.get(key), path)
            ]
        case list(), list() if len(want) == len(have):
            return [
                change
                for number, (left, right) in enumerate(zip(want, have, strict=True))
                for change in changed_fields(left, right, f"{path}[{number}]")
            ]
        case ((dict() | list() | None), None) if not want:
            return []
        case str(), str() if want != have and _quantity(want) is not None:
            return [] if _quantity(want) == _quantity(have) else [field_change(path, have, want)]
        case _:
            return [] if want == have else [field_change(path, have, want)]


def _changed_item(key: str, want: Any, have: Any, path: str) -> list[FieldChange]:
    within = f"{path}.{key}" if path else key
    match _PAIRED_BY.get(key), want, have:
        case str(by), list(), list():
            known = {item.get(by): item for item in have}
            return [
                change
                for item in want
                for change in changed_fields(
                    item, known.get(item[by]), f"{within}[{by}={item[by]}]"
                )
            ]
        case _:
            return changed_fields(want, have, within)


def field_change(path: str, before: Any, after: Any) -> FieldChange:
    """Return a change, with its values where they are short and hold nothing confidential.

    Args:
        path: of the field.
        before: what stands; None where nothing does.
        after: what is to stand; None where nothing is.
    """
    if _NOT_SHOWN.search(path):
        return FieldChange(path)
    return FieldChange(path, _shown(before), _shown(after))


def _shown(value: Any) -> str | None:
    is_text = value is None or isinstance(value, str)
    text: str | None = value if is_text else json.dumps(value, sort_keys=True)
    if text is None or len(text) <= _SHOWN_LENGTH:
        return text
    return f"{text[:_SHOWN_LENGTH]}..."


def _quantity(text: str) -> Decimal | None:
    """Return the number of a quantity such as ``16000m``, which the server rewrites."""
    number = text.rstrip("mkMGi")
    unit = text[len(number) :]
    try:
        return Decimal(number) * (_QUANTITY_UNITS[unit] if unit else 1)
    except (InvalidOperation, KeyError):
        return None
