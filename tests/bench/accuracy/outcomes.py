"""What became of a document, field by field, and whether it was archived without a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final

from rapidfuzz import fuzz

from inkwell_extract.values.folding import letters_and_digits

SIMILAR: Final = 90.0
"""Likeness, in percent, from which a seller's name counts as right: a misread letter is none."""


class Verdict(StrEnum):
    """What a value is worth."""

    RIGHT = "right"
    WRONG = "wrong"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document.

    Attributes:
        name: of the document.
        verdicts: by field of the truth.
        is_archived: whether no finding sends it to a person.
        confidence: 0 to 1, of its least sure value.
        seconds: of processor time that reading and extraction took.
        confidences: of the fields of the truth, those that had rivals.
        route: by which it was read; empty where it was not.
        pages: how many it has.
    """

    name: str
    verdicts: Mapping[str, Verdict]
    is_archived: bool
    confidence: float
    seconds: float
    confidences: Mapping[str, float] = field(default_factory=dict)
    route: str = ""
    pages: int = 0

    @property
    def is_wrong(self) -> bool:
        """Whether it holds a wrong value; one that is absent is not wrong."""
        return Verdict.WRONG in self.verdicts.values()

    @property
    def is_wrong_and_archived(self) -> bool:
        """Whether a wrong value was archived without a person."""
        return self.is_archived and self.is_wrong


def judge(result: Mapping[str, Any], truth: Mapping[str, Any]) -> dict[str, Verdict]:
    """Judge a result by the truth, field by field; where the truth is None, no value is right."""
    return {name: _judge_field(name, result.get(name), true) for name, true in truth.items()}


def _judge_field(name: str, value: Any, true: Any) -> Verdict:
    if true is None:
        return Verdict.RIGHT if value is None else Verdict.WRONG
    if value is None:
        return Verdict.ABSENT
    is_right = is_same_name(str(value), str(true)) if name == "seller" else _is_same(value, true)
    return Verdict.RIGHT if is_right else Verdict.WRONG


def is_same_name(name: str, true: str) -> bool:
    """Say whether two names are of one seller, but for some misread letters."""
    return fuzz.ratio(letters_and_digits(name), letters_and_digits(true)) > SIMILAR


def _is_same(value: Any, true: Any) -> bool:
    try:
        return Decimal(str(value)) == Decimal(str(true))
    except InvalidOperation:
        return str(value).strip() == str(true).strip()
