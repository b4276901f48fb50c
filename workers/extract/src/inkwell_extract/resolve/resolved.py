"""What a field was resolved to, and when that is sure. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from inkwell_api.field_status import FieldStatus
from inkwell_extract.propose.candidate import Candidate, Proposer
from inkwell_extract.resolve.acceptance import Bar
from inkwell_extract.resolve.choices import Choice

MAX_ALTERNATIVES: Final = 5
_WORTH_SAYING: Final = 0.005


@dataclass(frozen=True, slots=True)
class Resolved:
    """A field's value, and what else it might have been.

    Attributes:
        candidate: what won.
        status: how sure it is.
        share: 0 to 1: its share of the odds of all values, and of there being none.
        confidence: 0 to 1: how often a value with this share is right.
        threshold: the confidence from which a value needs no person, or None where none is asked.
        alternatives: other values with their part of the rest, likeliest first.
    """

    candidate: Candidate
    status: FieldStatus
    share: float
    confidence: float
    threshold: float | None = None
    alternatives: tuple[tuple[Candidate, float], ...] = ()

    @property
    def value(self) -> Any:
        """The value, in the type of the schema."""
        return self.candidate.value

    @property
    def is_sure(self) -> bool:
        """Whether no person need look at it."""
        return self.status in {FieldStatus.OK, FieldStatus.INFERRED}

    @property
    def is_below(self) -> bool:
        """Whether it is less sure than is asked."""
        return self.threshold is not None and self.confidence < self.threshold

    def held_to(self, threshold: float) -> "Resolved":
        """Return the same, measured by another threshold; doubts that it has stay."""
        measured = replace(self, threshold=threshold)
        return measured.doubted() if measured.is_below else measured

    def doubted(self) -> "Resolved":
        """Return the same, for a person to look at."""
        if self.status is FieldStatus.AMBIGUOUS:
            return self
        return replace(self, status=FieldStatus.UNCERTAIN)


def resolved(chosen: Choice, shares: Sequence[tuple[Choice | None, float]], bar: Bar) -> Resolved:
    """Return what a choice among others comes to.

    Args:
        chosen: what won.
        shares: all choices of the field with their share of the odds, and None for no value.
        bar: how sure a value of the field must be.
    """
    share = next(share for choice, share in shares if choice is chosen)
    confidence = bar.calibration.confidence(share)
    of_rest = (1 - confidence) / (1 - share) if share < 1 else 0.0
    others = sorted(
        (
            (choice.candidate, share * of_rest)
            for choice, share in shares
            if choice is not None and choice is not chosen and share >= _WORTH_SAYING
        ),
        key=lambda item: -item[1],
    )
    status = (
        FieldStatus.OK if chosen.candidate.proposer is not Proposer.SUM else FieldStatus.INFERRED
    )
    if confidence < bar.threshold:
        rival = others[0][0] if others else None
        is_reading = rival is not None and rival.spans == chosen.candidate.spans
        status = FieldStatus.AMBIGUOUS if is_reading else FieldStatus.UNCERTAIN
    alternatives = tuple(others[:MAX_ALTERNATIVES])
    return Resolved(chosen.candidate, status, share, confidence, bar.threshold, alternatives)
