"""What a field was resolved to, and when that is sure. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from inkwell_api.field_status import FieldStatus
from inkwell_extract.propose.candidate import Candidate, Proposer
from inkwell_extract.resolve.choices import Choice

SURE: Final = 0.85
"""Confidence from which a value needs no person. Two values of one label have 0.5 each; a label
must be surer than another by 1.7 in `labels` to make it. By eye, from 80 receipts: of what lies
above it nearly all is right, of what lies below it every third to fifth is not."""

MAX_ALTERNATIVES: Final = 5
_WORTH_SAYING: Final = 0.005


@dataclass(frozen=True, slots=True)
class Resolved:
    """A field's value, and what else it might have been.

    Attributes:
        candidate: what won.
        status: how sure it is.
        confidence: 0 to 1: its share of the odds of all values, and of there being none.
        alternatives: other values with their confidence, likeliest first.
    """

    candidate: Candidate
    status: FieldStatus
    confidence: float
    alternatives: tuple[tuple[Candidate, float], ...] = ()

    @property
    def value(self) -> Any:
        """The value, in the type of the schema."""
        return self.candidate.value

    @property
    def is_sure(self) -> bool:
        """Whether no person need look at it."""
        return self.status in {FieldStatus.OK, FieldStatus.INFERRED}

    def doubted(self) -> "Resolved":
        """Return the same, for a person to look at."""
        if self.status is FieldStatus.AMBIGUOUS:
            return self
        return replace(self, status=FieldStatus.UNCERTAIN)


def resolved(chosen: Choice, shares: Sequence[tuple[Choice | None, float]]) -> Resolved:
    """Return what a choice among others comes to.

    Args:
        chosen: what won.
        shares: all choices of the field with their share of the odds, and None for no value.
    """
    confidence = next(share for choice, share in shares if choice is chosen)
    others = sorted(
        (
            (choice.candidate, share)
            for choice, share in shares
            if choice is not None and choice is not chosen and share >= _WORTH_SAYING
        ),
        key=lambda item: -item[1],
    )
    status = (
        FieldStatus.OK if chosen.candidate.proposer is not Proposer.SUM else FieldStatus.INFERRED
    )
    if confidence < SURE:
        rival = others[0][0] if others else None
        is_reading = rival is not None and rival.spans == chosen.candidate.spans
        status = FieldStatus.AMBIGUOUS if is_reading else FieldStatus.UNCERTAIN
    return Resolved(chosen.candidate, status, confidence, tuple(others[:MAX_ALTERNATIVES]))
