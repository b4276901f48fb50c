"""How values announce themselves: labels of known fields. `known` has the data."""

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a value of a field looks like."""

    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"
    DATE = "date"
    CURRENCY = "currency"


@dataclass(frozen=True, slots=True)
class Label:
    """A way to announce a value."""

    pattern: str
    weight: float


@dataclass(frozen=True, slots=True)
class KnownField:
    """A field that many documents have.

    Attributes:
        names: properties that mean it, without ``_`` and in lower case.
        kind: of its values.
        labels: what announces it.
        but_not: pattern of words that make it another field.
        unless: pattern of words that make it this field after all.
        never: pattern of words that make it another field whatever else stands there.
        is_last: whether the last of equally good values is meant, as for a total, or the first.
        is_identifier: whether its values are numbers given by someone, such as ``RE-2024/17``.
    """

    names: frozenset[str]
    kind: Kind
    labels: tuple[Label, ...]
    but_not: str = ""
    unless: str = ""
    never: str = ""
    is_last: bool = False
    is_identifier: bool = False
