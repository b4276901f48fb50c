"""How likely a candidate is: the seam of the scorer, and the scorer of the cold start. Pure."""

from collections.abc import Sequence
from typing import Final, Protocol

from inkwell_extract.score.features import FEATURES, Features
from inkwell_extract.score.weights import WEIGHTS

_BY_PLACE: Final = tuple(
    next(weight.weight for weight in WEIGHTS if weight.feature == name) for name in FEATURES
)


class Scorer(Protocol):
    """Judges candidates of one field; a learned ranker takes the place of the rules here."""

    def score(self, field: str, candidates: Sequence[Features]) -> Sequence[float]:
        """Return log-odds, one for each candidate: how much likelier it is than one of score 0.

        Args:
            field: the property that they are candidates of, or empty for a known field that is not
                wanted and bears on others.
            candidates: all candidates of the field in one document.
        """


class RuleScorer:
    """Adds up the weights of the table."""

    def score(self, field: str, candidates: Sequence[Features]) -> Sequence[float]:
        """Return the weighed sum of each candidate's features; the field does not matter."""
        del field
        return [
            sum(weight * value for weight, value in zip(_BY_PLACE, each.values, strict=True))
            for each in candidates
        ]
