"""Proposes the tax of a document that prints it for each rate alone. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from typing import Final

from inkwell_extract.labels.known import SUBTOTAL, TAX, TOTAL
from inkwell_extract.labels.label import KnownField
from inkwell_extract.page.rows import Span
from inkwell_extract.propose.candidate import Candidate, Proposer
from inkwell_extract.values.amounts import DecimalMark
from inkwell_extract.values.conventions import Conventions
from inkwell_extract.values.fields import WantedField

CENT: Final = Decimal("0.01")
"""By how much sums of rounded amounts may differ."""

_MAX_RATES: Final = 12
_PLAIN: Final = Conventions(DecimalMark.POINT)


def tax_of_several_rates(
    field: WantedField, labelled: Mapping[KnownField, Sequence[Candidate]]
) -> Iterator[Candidate]:
    """Yield the sum of neighbouring lines of tax, where it and a net sum add up to a total."""
    wanted = _differences(labelled[TOTAL], labelled[SUBTOTAL])
    lines = _lines(labelled[TAX])
    for first, last in combinations(range(len(lines) + 1), 2):
        if last - first < 2:  # noqa: PLR2004 -- one line is no sum
            continue
        amount = sum((value for _, value in lines[first:last]), Decimal(0))
        if any(abs(amount - each) <= CENT for each in wanted):
            value = field.read(format(amount, "f"), _PLAIN)
            spans = tuple(span for span, _ in lines[first:last])
            if value is not None:
                raw = " + ".join(span.text for span in spans)
                yield Candidate(field.name, value, spans, Proposer.SUM, raw)


def _differences(totals: Sequence[Candidate], nets: Sequence[Candidate]) -> frozenset[Decimal]:
    return frozenset(
        total - net
        for total in {c.amount for c in totals}
        for net in {c.amount for c in nets}
        if total is not None and net is not None and total > net
    )


def _lines(taxes: Sequence[Candidate]) -> list[tuple[Span, Decimal]]:
    """Return the labelled amounts of tax from the top down, one a row."""
    by_row = {c.spans[0].row.index: (c.spans[0], c.amount) for c in taxes if c.amount is not None}
    return [(span, value) for _, (span, value) in sorted(by_row.items())][:_MAX_RATES]
