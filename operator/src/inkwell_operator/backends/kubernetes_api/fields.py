"""Compares what we say about an object with what stands. Pure."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

_QUANTITY_UNITS: Final[Mapping[str, Decimal]] = {
    "m": Decimal("0.001"),
    "k": Decimal(10) ** 3,
    "M": Decimal(10) ** 6,
    "G": Decimal(10) ** 9,
    "Ki": Decimal(2) ** 10,
    "Mi": Decimal(2) ** 20,
    "Gi": Decimal(2) ** 30,
}


def is_within(want: Any, have: Any) -> bool:
    """Whether all that `want` says stands in `have`; lists are compared whole."""
    return not changed_fields(want, have)


def changed_fields(want: Any, have: Any, path: str = "") -> list[str]:
    """Name the fields in which `have` differs from what `want` says, without their values."""
    match want, have:
        case dict(), dict():
            return [
                field
                for key, value in want.items()
                for field in changed_fields(value, have.get(key), f"{path}.{key}" if path else key)
            ]
        case list(), list() if len(want) == len(have):
            return [
                field
                for number, (left, right) in enumerate(zip(want, have, strict=True))
                for field in changed_fields(left, right, f"{path}[{number}]")
            ]
        case (({} | [] | None), None):
            return []
        case str(), str() if want != have and _quantity(want) is not None:
            return [] if _quantity(want) == _quantity(have) else [path]
        case _:
            return [] if want == have else [path]


def _quantity(text: str) -> Decimal | None:
    """Return the number of a quantity such as ``16000m``, which the server rewrites."""
    number = text.rstrip("mkMGi")
    unit = text[len(number) :]
    try:
        return Decimal(number) * (_QUANTITY_UNITS[unit] if unit else 1)
    except (InvalidOperation, KeyError):
        return None
