"""Candidates of one value put together: what a field may be, value by value. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from inkwell_extract.labels.label import Kind
from inkwell_extract.propose.candidate import Candidate
from inkwell_extract.values.fields import same_value
from inkwell_extract.values.folding import letters_and_digits


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a field may have.

    Attributes:
        candidate: the likeliest of those that have it.
        score: its log-odds. How often a value is repeated does not count: wrong ones are, too.
        candidates: all of them, likeliest first.
    """

    candidate: Candidate
    score: float
    candidates: tuple[Candidate, ...]

    @property
    def value(self) -> Any:
        """The value, in the type of the schema."""
        return self.candidate.value


def choices(kind: Kind, candidates: Sequence[Candidate], scores: Sequence[float]) -> list[Choice]:
    """Return the values that candidates have, likeliest first; of equals the first proposed."""
    by_value: dict[Any, list[tuple[float, Candidate]]] = {}
    for candidate, score in zip(candidates, scores, strict=True):
        by_value.setdefault(_key(kind, candidate.value), []).append((score, candidate))
    found = []
    for scored in by_value.values():
        ordered = sorted(scored, key=lambda item: -item[0])
        found.append(
            Choice(ordered[0][1], ordered[0][0], tuple(candidate for _, candidate in ordered))
        )
    return sorted(found, key=lambda choice: -choice.score)


def is_same(kind: Kind, left: Any, right: Any) -> bool:
    """Say whether two values of a field are one for a reader."""
    return same_value(left, right) or bool(_key(kind, left) == _key(kind, right))


def _key(kind: Kind, value: Any) -> Any:
    if kind is Kind.TEXT and isinstance(value, str):
        return letters_and_digits(value) or value
    return value
