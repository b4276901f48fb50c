"""From a value's share of the odds to how often such a value is right. Pure.

A share is what a scorer's weights make of it; a confidence is counted: of the values with this
confidence, that part was right on documents that the scorer had not seen.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_FURTHEST: Final = 1e-6
"""No share lies nearer to 0 or 1 when its odds are taken."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a threshold would have let through, of values that were not learned from.

    Attributes:
        confidence: the threshold.
        accepted: values at or above it.
        wrong: of these, how many were wrong.
    """

    confidence: float
    accepted: int
    wrong: int

    @property
    def error_rate(self) -> float:
        """The share that is expected to be wrong, 0 to 1: the mean by Jeffreys' prior.

        None wrong of twenty is no promise that none is: it counts as half of one in 21.
        """
        return (self.wrong + 0.5) / (self.accepted + 1)


@dataclass(frozen=True, slots=True)
class Calibration:
    """How the shares of one field are to be read.

    Attributes:
        slope: of the line through log-odds of shares and of being right; above 0, so order is kept.
        intercept: of the same line.
        steps: thresholds and what they let through, the highest first.
    """

    slope: float
    intercept: float
    steps: tuple[Step, ...]

    def confidence(self, share: float) -> float:
        """Return how often a value with this share of the odds is right, 0 to 1."""
        return _logistic(self.slope * log_odds(share) + self.intercept)

    def threshold(self, max_error_rate: float) -> float | None:
        """Return the lowest confidence from which few enough are wrong, or None.

        Args:
            max_error_rate: of the values that are accepted, 0 to 1.
        """
        enough = [step for step in self.steps if step.error_rate <= max_error_rate]
        return min((step.confidence for step in enough), default=None)


def log_odds(share: float) -> float:
    """Return the natural logarithm of a share's odds."""
    kept = min(max(share, _FURTHEST), 1 - _FURTHEST)
    return math.log(kept / (1 - kept))


def steps_of(judged: Iterable[tuple[float, bool]]) -> tuple[Step, ...]:
    """Return the steps that some error rate makes the threshold, the highest first.

    Args:
        judged: the confidence of each value, and whether it was right.
    """
    steps: list[Step] = []
    wrong = 0
    ordered = sorted(judged, key=lambda item: (-item[0], item[1]))
    for accepted, (confidence, is_right) in enumerate(ordered, start=1):
        wrong += not is_right
        step = Step(confidence, accepted, wrong)
        # A higher threshold that lets as much pass in error is never the lowest that will do.
        while steps and (
            steps[-1].confidence == confidence or steps[-1].error_rate >= step.error_rate
        ):
            steps.pop()
        steps.append(step)
    return tuple(steps)


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value >= 0 else 1 - 1 / (1 + math.exp(value))
