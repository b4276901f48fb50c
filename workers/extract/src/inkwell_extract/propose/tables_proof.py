"""What proves line items: quantity times price is the amount, and amounts make a sum. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Final

from inkwell_extract.labels.columns import Column
from inkwell_extract.labels.known import (
    CHARGES,
    DISCOUNT,
    PAID,
    ROUNDING,
    SUBTOTAL,
    TAX,
    TENDERED,
    TOTAL,
)
from inkwell_extract.labels.label import KnownField
from inkwell_extract.propose.candidate import Candidate
from inkwell_extract.propose.tables_cells import Cell

CENT: Final = Decimal("0.01")
_PERCENT: Final = Decimal(100)
_SUMS: Final = (TOTAL, SUBTOTAL, TAX, PAID, TENDERED, ROUNDING)


@dataclass(frozen=True, slots=True)
class Sums:
    """What stands below the items of a document.

    Attributes:
        sums: net sums, totals, and totals less a tax.
        extras: row and amount of what is added between items and sums; discounts are negative.
        rows: rows of the document that hold sums.
    """

    sums: frozenset[Decimal]
    extras: tuple[tuple[int, Decimal], ...]
    rows: frozenset[int]

    @property
    def charges(self) -> frozenset[int]:
        """Rows that hold a charge or a discount, which some documents list as items."""
        return frozenset(row for row, _ in self.extras)

    def wanted(self, last: int) -> frozenset[Decimal]:
        """Return what the amounts of all items may add up to; `last` is the last item's row."""
        below = {amount for row, amount in self.extras if row > last}
        return self.sums | {each - extra for each in self.sums for extra in below}

    def agree(self, amounts: Iterable[Decimal], last: int) -> bool:
        """Say whether amounts add up to a sum of the document."""
        added = sum(amounts, Decimal(0))
        return any(abs(added - each) <= CENT for each in self.wanted(last))


def sums_of(helping: Mapping[KnownField, Sequence[Candidate]]) -> Sums:
    """Return the sums that labels announce in a document."""
    nets, totals, taxes = (_amounts(helping, known) for known in (SUBTOTAL, TOTAL, TAX))
    sums = nets | totals | {total - tax for total in totals for tax in taxes}
    return Sums(
        frozenset(each for each in sums if each != 0),
        (*_extras(helping, CHARGES, 1), *_extras(helping, DISCOUNT, -1)),
        _rows(helping, _SUMS),
    )


def _extras(
    helping: Mapping[KnownField, Sequence[Candidate]], known: KnownField, sign: int
) -> Iterable[tuple[int, Decimal]]:
    for candidate in helping.get(known, ()):
        if candidate.amount is not None and candidate.spans:
            yield candidate.spans[0].row.index, sign * abs(candidate.amount)


def proven(cells: Mapping[Column, Cell]) -> Mapping[Column, Decimal] | None:
    """Return quantity, price and amount where the first two make the third, or None."""
    three = [cells.get(c) for c in (Column.QUANTITY, Column.UNIT_PRICE, Column.AMOUNT)]
    if any(cell is None or not cell.values for cell in three):
        return None
    readings = [_numbers(cell) for cell in three]
    discounts = [*_numbers(cells.get(Column.DISCOUNT)), Decimal(0)]
    for quantity, price, amount in product(*readings):
        if any(_is_product(quantity, price, amount, each) for each in discounts):
            return {
                Column.QUANTITY: quantity,
                Column.UNIT_PRICE: price,
                Column.AMOUNT: amount,
            }
    return None


def _is_product(quantity: Decimal, price: Decimal, amount: Decimal, discount: Decimal) -> bool:
    whole = quantity * price
    reduced = {whole, whole * (1 - abs(discount) / _PERCENT), whole - abs(discount)}
    return any(abs(each - amount) <= CENT for each in reduced)


def _numbers(cell: Cell | None) -> list[Decimal]:
    return [each for each in cell.values if isinstance(each, Decimal)] if cell else []


def _amounts(
    helping: Mapping[KnownField, Sequence[Candidate]], known: KnownField
) -> frozenset[Decimal]:
    amounts = (candidate.amount for candidate in helping.get(known, ()))
    return frozenset(amount for amount in amounts if amount is not None)


def _rows(
    helping: Mapping[KnownField, Sequence[Candidate]], fields: Iterable[KnownField]
) -> frozenset[int]:
    return frozenset(
        candidate.spans[0].row.index
        for known in fields
        for candidate in helping.get(known, ())
        if candidate.spans
    )
