"""Figures of a set of outcomes: exact intervals, ranking by confidence, risk and coverage. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.stats import binomtest, mannwhitneyu

from bench.accuracy.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `all`, and between which shares the true one lies in 95 of 100 cases."""

    count: int
    all: int

    @property
    def percent(self) -> float:
        """The share, 0 to 100; 0 of none is 0."""
        return 100 * self.count / self.all if self.all else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Clopper and Pearson's exact interval of 95 %, in percent; all of it where nothing is."""
        if not self.all:
            return 0.0, 100.0
        found = binomtest(self.count, self.all).proportion_ci(0.95, method="exact")
        return 100 * float(found.low), 100 * float(found.high)


@dataclass(frozen=True, slots=True)
class Point:
    """What archiving the surest documents alone would let through.

    Attributes:
        coverage: share of documents that are archived, 0 to 1.
        risk: share of these that hold a wrong value, 0 to 1.
        confidence: of the least sure one of them.
    """

    coverage: float
    risk: float
    confidence: float


def risk_coverage(outcomes: Sequence[Outcome]) -> list[Point]:
    """Return a point for each confidence that occurs, the surest first.

    Documents of one confidence are accepted together: no threshold tells them apart.
    """
    ordered = sorted(outcomes, key=lambda outcome: -outcome.confidence)
    points: list[Point] = []
    wrong = 0
    for index, outcome in enumerate(ordered, start=1):
        wrong += outcome.is_wrong
        following = ordered[index].confidence if index < len(ordered) else None
        if following != outcome.confidence:
            points.append(Point(index / len(ordered), wrong / index, outcome.confidence))
    return points


def auroc(outcomes: Sequence[Outcome]) -> float | None:
    """Return how well confidence tells right documents from wrong ones: 1 always, 0.5 never.

    The share of pairs of a right and a wrong document in which the right one is surer (Mann and
    Whitney's U); None where there are no such pairs.
    """
    right = [outcome.confidence for outcome in outcomes if not outcome.is_wrong]
    wrong = [outcome.confidence for outcome in outcomes if outcome.is_wrong]
    if not right or not wrong:
        return None
    return float(mannwhitneyu(right, wrong).statistic) / (len(right) * len(wrong))
