"""The likeliest values of some fields together, and how likely each is. Pure."""

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Final

from inkwell_extract.resolve.choices import Choice
from inkwell_extract.score.weights import NOTHING

Assignment = tuple[Choice | None, ...]
"""One choice for each field, in their order, or None where the document does not have it."""

_SHARED: Final = -6.0
"""Log-odds of two fields that are read from the same words."""

MAX_CHOICES: Final = 7
"""Values of a field that are weighed with those of others."""


def assignments(
    fields: Sequence[Sequence[Choice]], together: Callable[[Assignment], float]
) -> list[tuple[float, Assignment]]:
    """Return all assignments of some choices with their log-odds, likeliest first.

    Args:
        fields: the choices of each field.
        together: what speaks for an assignment as a whole, in log-odds.
    """
    options = [(*choices, None) for choices in fields]
    weighed = [(_score(each) + together(each), each) for each in product(*options)]
    return sorted(weighed, key=lambda item: -item[0])


def shares(
    weighed: Sequence[tuple[float, Assignment]], place: int
) -> Iterator[tuple[Choice | None, float]]:
    """Yield each choice of one field with its share of all assignments' odds, 0 to 1."""
    highest = weighed[0][0]
    odds: dict[int, tuple[Choice | None, float]] = {}
    for score, assignment in weighed:
        choice = assignment[place]
        _, before = odds.get(id(choice), (choice, 0.0))
        odds[id(choice)] = choice, before + math.exp(score - highest)
    total = sum(share for _, share in odds.values())
    for choice, share in odds.values():
        yield choice, share / total


def _score(assignment: Assignment) -> float:
    given = [choice for choice in assignment if choice is not None]
    score = sum(choice.score for choice in given) + NOTHING * (len(assignment) - len(given))
    clashes = sum(
        one.candidate.shares_words_with(other.candidate)
        for index, one in enumerate(given)
        for other in given[index + 1 :]
    )
    return score + _SHARED * clashes
