"""What makes amounts and dates fit each other: sums and the order of days. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from inkwell_extract.labels.known import CHARGES, DISCOUNT, ROUNDING, TAX
from inkwell_extract.labels.label import KnownField
from inkwell_extract.propose.proposals import Proposals
from inkwell_extract.propose.sums import CENT
from inkwell_extract.resolve.choices import Choice
from inkwell_extract.resolve.joint import MAX_CHOICES, Assignment
from inkwell_extract.score.facts import MAX_ROUNDING

_AGREES: Final = 6.0
"""That a third amount of the page fits two others to the cent happens by chance once in a hundred
documents or so."""

_AGREES_WITH_MORE: Final = 2.5
"""By a charge, a discount or a rounding: one more amount that may fit by chance."""

_DISAGREES: Final = -2.0
_IS_GROSS: Final = -10.0
"""A net sum that is the total although there is tax: a sum of prices that include the tax."""

_HEADS: Final = 3
_EARLY: Final = -6.0


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """The amounts that may stand between the net sum with its tax and the total.

    Attributes:
        terms: what may be added: charges, roundings, and discounts below zero.
        roundings: those of them that a till rounds by.
        settled: what was handed over at the till less what was handed back.
        is_taxed: whether a label announces a tax above zero.
    """

    terms: frozenset[Decimal]
    roundings: frozenset[Decimal] = frozenset()
    settled: frozenset[Decimal] = frozenset()
    is_taxed: bool = False

    def together(self, assignment: Assignment) -> float:
        """Return what sums say of a total, a net sum and a tax, in log-odds."""
        amounts = _amounts_of(assignment)
        if self._is_gross(amounts):
            return _IS_GROSS
        verdict = self._verdict(amounts)
        return {True: _AGREES, None: 0.0, False: _DISAGREES}[verdict] + self._more(amounts)

    def verdict(self, assignment: Assignment) -> bool | None:
        """Say whether net sum and tax are the total; None when one of them is not known.

        A total that is the net sum, without tax, says nothing.
        """
        return self._verdict(_amounts_of(assignment))

    def _verdict(self, amounts: Sequence[Decimal | None]) -> bool | None:
        total, net, tax = amounts
        if total is None or net is None or tax is None:
            return None
        rest = total - net - tax
        if abs(rest) <= CENT:
            return True if tax else None
        return None if self._explains(rest) else False

    def _is_gross(self, amounts: Sequence[Decimal | None]) -> bool:
        """Say whether a net sum holds the tax: it is the total, or was paid as if it were."""
        total, net, _ = amounts
        if net is None:
            return False
        if total is None:
            return net in self.settled
        return self.is_taxed and (total == net or total - net in self.roundings)

    def _more(self, amounts: Sequence[Decimal | None]) -> float:
        total, net, tax = amounts
        if total is None or net is None or not tax:
            return 0.0
        rest = total - net - tax
        return _AGREES_WITH_MORE if abs(rest) > CENT and self._explains(rest) else 0.0

    def _explains(self, rest: Decimal) -> bool:
        return any(abs(rest - term) <= CENT for term in self.terms)


def shortlist(slots: Sequence[Sequence[Choice]]) -> list[list[Choice]]:
    """Return the likeliest totals, net sums and taxes, and what makes a sum with two of these."""
    totals, nets, taxes = (_amounts_of(slot[:_HEADS]) for slot in slots)
    fitting = (
        {net + tax for net in nets for tax in taxes if net is not None and tax},
        {total - tax for total in totals for tax in taxes if total is not None and tax},
        {total - net for total in totals for net in nets if total is not None and net},
    )
    return [
        [*slot[:MAX_CHOICES], *(c for c in slot[MAX_CHOICES:] if c.candidate.amount in wanted)]
        for slot, wanted in zip(slots, fitting, strict=True)
    ]


def arithmetic(proposals: Proposals, settled: frozenset[Decimal]) -> Arithmetic:
    """Return what may stand between net sum and total in a document."""
    charges = _amounts(proposals, CHARGES)
    discounts = _amounts(proposals, DISCOUNT)
    roundings = _amounts(proposals, ROUNDING)
    terms = {*charges, *(-abs(each) for each in discounts)}
    rounded = {sign * each for each in roundings for sign in (1, -1) if abs(each) <= MAX_ROUNDING}
    terms |= rounded | {term + each for term in terms for each in rounded}
    return Arithmetic(
        terms=frozenset(term for term in terms if term),
        roundings=frozenset(rounded),
        settled=settled,
        is_taxed=any(each > 0 for each in _amounts(proposals, TAX)),
    )


def dates_together(assignment: Assignment) -> float:
    """Return what the order of days says of a date of issue and a due date, in log-odds."""
    issued, due = assignment
    is_early = issued is not None and due is not None and str(due.value) < str(issued.value)
    return _EARLY if is_early else 0.0


def _amounts_of(choices: Sequence[Choice | None]) -> list[Decimal | None]:
    return [choice.candidate.amount if choice else None for choice in choices]


def _amounts(proposals: Proposals, known: KnownField) -> Iterable[Decimal]:
    return [c.amount for c in proposals.helping[known] if c.amount is not None]
