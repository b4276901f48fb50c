"""What speaks for and against a candidate: what its score would be without each feature. Pure.

For a table of weights that is weight times value. A learned ranker has no weights to show; what it
loses without a feature is told of it all the same.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from inkwell_api.explanation import Reason
from inkwell_extract.score.features import FEATURES, Features
from inkwell_extract.score.scorer import Scorer

_WORDS: Final = "words_beside"


def reasons(field: str, candidate: Features, scorer: Scorer) -> list[Reason]:
    """Return what each feature that a candidate has adds to its log-odds, as far as it does."""
    without = list(_each_left_out(candidate))
    whole, *rest = scorer.score(field, [candidate, *(features for _, features in without)])
    return [
        Reason(name, whole - score)
        for (name, _), score in zip(without, rest, strict=True)
        if score != whole
    ]


def _each_left_out(candidate: Features) -> Iterator[tuple[str, Features]]:
    for place, value in enumerate(candidate.values):
        if value:
            values = (*candidate.values[:place], 0.0, *candidate.values[place + 1 :])
            yield FEATURES[place], replace(candidate, values=values)
    if candidate.left or candidate.above:
        yield _WORDS, replace(candidate, left="", above="")
