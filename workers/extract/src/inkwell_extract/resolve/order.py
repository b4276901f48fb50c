"""What makes amounts and dates fit each other: sums and the order of days. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from inkwell_extract.labels.known import CHARGES, DISCOUNT, ROUNDING
from inkwell_extract.labels.label import KnownField
from inkwell_extract.propose.proposals import Proposals
from inkwell_extract.propose.sums import CENT
from inkwell_extract.resolve.joint import Assignment
from inkwell_extract.score.facts import MAX_ROUNDING

_AGREES: Final = 4.0
_AGREES_WITH_MORE: Final = 2.5
"""By a charge, a discount or a rounding: one more amount that may fit by chance."""

_DISAGREES: Final = -2.0
_EARLY: Final = -6.0


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """The amounts that may stand between the net sum with its tax and the total.

    Attributes:
        terms: what may be added: charges, roundings, and discounts below zero.
    """

    terms: frozenset[Decimal]

    def together(self, assignment: Assignment) -> float:
        """Return what sums say of a total, a net sum and a tax, in log-odds."""
        verdict = self.verdict(assignment)
        return {True: _AGREES, None: 0.0, False: _DISAGREES}[verdict] + self._more(assignment)

    def verdict(self, assignment: Assignment) -> bool | None:
        """Say whether net sum and tax are the total; None when one of them is not known.

        A total that is the net sum, without tax, says nothing.
        """
        amounts = [choice.candidate.amount if choice else None for choice in assignment]
        total, net, tax = amounts
        if total is None or net is None or tax is None:
            return None
        rest = total - net - tax
        if abs(rest) <= CENT:
            return True if tax else None
        return None if self._explains(rest) else False

    def _more(self, assignment: Assignment) -> float:
        total, net, tax = (choice.candidate.amount if choice else None for choice in assignment)
        if total is None or net is None or not tax:
            return 0.0
        rest = total - net - tax
        return _AGREES_WITH_MORE if abs(rest) > CENT and self._explains(rest) else 0.0

    def _explains(self, rest: Decimal) -> bool:
        return any(abs(rest - term) <= CENT for term in self.terms)


def arithmetic(proposals: Proposals) -> Arithmetic:
    """Return what may stand between net sum and total in a document."""
    charges = _amounts(proposals, CHARGES)
    discounts = _amounts(proposals, DISCOUNT)
    roundings = _amounts(proposals, ROUNDING)
    terms = {*charges, *(-abs(each) for each in discounts)}
    rounded = {sign * each for each in roundings for sign in (1, -1) if abs(each) <= MAX_ROUNDING}
    terms |= rounded | {term + each for term in terms for each in rounded}
    return Arithmetic(frozenset(term for term in terms if term))


def dates_together(assignment: Assignment) -> float:
    """Return what the order of days says of a date of issue and a due date, in log-odds."""
    issued, due = assignment
    is_early = issued is not None and due is not None and str(due.value) < str(issued.value)
    return _EARLY if is_early else 0.0


def _amounts(proposals: Proposals, known: KnownField) -> Iterable[Decimal]:
    return [c.amount for c in proposals.helping[known] if c.amount is not None]
