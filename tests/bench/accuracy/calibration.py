"""Whether a confidence is the share of right values: reliability by bins, and its error. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean
from typing import Final

from bench.accuracy.measured import Measured
from bench.accuracy.outcomes import Outcome, Verdict

EDGES: Final = (0.0, 0.5, 0.7, 0.85, 0.95, 0.99, 1.0)
"""Of the bins; narrow where documents are archived. A confidence of 1 is in the last one."""

_EXPLAINED: Final = """Of all values of that confidence, how many are right (how many there are).
A calibrated confidence of 0.9 is right nine times of ten. The error is the mean difference of both,
each bin counted by its values (expected calibration error).
"""


@dataclass(frozen=True, slots=True)
class Bin:
    """Values of about one confidence: how many, their mean confidence, the share that is right."""

    values: int
    confidence: float
    right: float


def bins(outcomes: Sequence[Outcome]) -> list[Bin | None]:
    """Return a bin between each two edges, None where it has no value."""
    judged = [
        (confidence, outcome.verdicts[name] is Verdict.RIGHT)
        for outcome in outcomes
        for name, confidence in outcome.confidences.items()
        if name in outcome.verdicts
    ]
    found: list[Bin | None] = []
    for low, high in pairwise(EDGES):
        inside = [
            (confidence, is_right)
            for confidence, is_right in judged
            if low <= confidence < high or confidence == high == EDGES[-1]
        ]
        found.append(
            Bin(len(inside), fmean(c for c, _ in inside), fmean(right for _, right in inside))
            if inside
            else None
        )
    return found


def calibration_error(outcomes: Sequence[Outcome]) -> float | None:
    """Return the expected calibration error, 0 to 1; None where no value has a confidence."""
    found = [each for each in bins(outcomes) if each is not None]
    count = sum(each.values for each in found)
    if not count:
        return None
    return sum(each.values * abs(each.right - each.confidence) for each in found) / count


def calibration_table(measured: Sequence[Measured]) -> Iterator[str]:
    """Yield the lines of a table, a row a source."""
    yield _EXPLAINED
    heads = [f"{low:g} to {high:g}" for low, high in pairwise(EDGES)]
    yield f"| documents | {' | '.join(heads)} | error |"
    yield "| --- |" + " ---: |" * (len(heads) + 1)
    for each in measured:
        error = calibration_error(each.outcomes)
        if error is not None:
            cells = " | ".join(map(_cell, bins(each.outcomes)))
            yield f"| {each.source.name} | {cells} | {error:.3f} |"


def _cell(found: Bin | None) -> str:
    return "-" if found is None else f"{100 * found.right:.0f} % ({found.values})"
