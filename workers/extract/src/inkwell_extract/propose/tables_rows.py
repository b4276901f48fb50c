"""Rows below a heading told apart: items, text that belongs to one, sums, carried sums. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Final

from inkwell_extract.labels.columns import CARRIED, Column
from inkwell_extract.labels.known import SUBTOTAL, TAX, TOTAL
from inkwell_extract.page.rows import Row, Span
from inkwell_extract.patterns import contains
from inkwell_extract.propose.tables_cells import Cell, cells
from inkwell_extract.propose.tables_headings import Head, Heading, names_columns, runs
from inkwell_extract.propose.tables_proof import Sums, proven
from inkwell_extract.values.conventions import Conventions
from inkwell_extract.values.folding import fold

_FACTORS: Final = (Column.QUANTITY, Column.UNIT_PRICE)
_SUM_LABELS: Final = "|".join(
    label.pattern for known in (TOTAL, SUBTOTAL, TAX) for label in known.labels
)
_NAMES: Final = (Column.DESCRIPTION, Column.ARTICLE)


class RowKind(StrEnum):
    """What a row of a table is.

    Attributes:
        ITEM: an item's amount stands in it.
        TEXT: words of a description alone.
        SUM: a sum, a tax, or what a label calls so; or the headings of another table.
        CARRIED: what a page hands on to the next one.
        HALF: quantity and price of an item, whose amount may stand in the next row.
        UNREAD: it has numbers in the columns of an item, and is none that can be read.
    """

    ITEM = "item"
    TEXT = "text"
    SUM = "sum"
    CARRIED = "carried"
    HALF = "half"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row below a heading.

    Attributes:
        kind: what it is.
        row: of the document.
        cells: what stands in its columns, of each column once.
        numbers: quantity, price and amount where they prove each other; else empty.
        is_charge: whether a label calls it a charge or a discount.
    """

    kind: RowKind
    row: Row
    cells: Mapping[Column, Cell]
    numbers: Mapping[Column, Decimal]
    is_charge: bool = False

    def with_amount_of(self, lower: "TableRow") -> "TableRow | None":
        """Return one row for both, where quantity and price here make the amount there."""
        amount = lower.cells.get(Column.AMOUNT)
        if amount is None:
            return None
        both = {**self.cells, Column.AMOUNT: amount}
        numbers = proven(both)
        return (
            None
            if numbers is None
            else replace(self, kind=RowKind.ITEM, cells=both, numbers=numbers)
        )


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table with one of them for the amounts of items.

    A table may have several: net, tax and gross. Which one is meant, arithmetic says.
    """

    heads: tuple[Head, ...]

    def read(self, row: Row, sums: Sums, conventions: Conventions) -> TableRow:
        """Return what a row is, and what it says."""
        by_number = cells(row, self.heads, conventions)
        found = {
            column: cell
            for number, cell in sorted(by_number.items())
            if (column := self.heads[number].column) is not None
        }
        numbers = proven(found) or {}
        kind = self._kind(row, found, sums, is_proven=bool(numbers))
        return TableRow(kind, row, found, numbers, row.index in sums.charges)

    def _kind(
        self, row: Row, found: Mapping[Column, Cell], sums: Sums, *, is_proven: bool
    ) -> RowKind:
        if contains(CARRIED, fold(row.text)):
            return RowKind.CARRIED
        if is_proven:
            return RowKind.ITEM
        if row.index in sums.rows or names_columns(row) or _announces_sums(row):
            return RowKind.SUM
        amount = found.get(Column.AMOUNT)
        if amount is not None and amount.values:
            is_named = any(found.get(each) for each in _NAMES)
            return RowKind.ITEM if is_named and amount.values[0] != 0 else RowKind.UNREAD
        if amount is not None and _has_digit(amount):
            return RowKind.UNREAD
        said = [column for column in _FACTORS if (cell := found.get(column)) and cell.values]
        return RowKind.HALF if len(said) == len(_FACTORS) else RowKind.TEXT


def _announces_sums(row: Row) -> bool:
    """Say whether a row has the labels of several sums, whose values stand below."""
    texts = [fold(Span(row, words).text) for words in runs(row)]
    return sum(contains(_SUM_LABELS, text) for text in texts) > 1


def _has_digit(cell: Cell) -> bool:
    return any(map(str.isdigit, cell.span.text))


def ways(heading: Heading) -> Iterator[Columns]:
    """Yield the columns of a heading, once for each one that may hold the items' amounts."""
    named = heading.columns
    amounts = [n for n, column in enumerate(named) if column is Column.AMOUNT]
    for number in amounts or _unnamed(heading):
        heads = [_only(head, n, number, amounts) for n, head in enumerate(heading.heads)]
        yield Columns(tuple(_once(heads, number)))
    if not amounts and Column.QUANTITY in named:
        last = heading.heads[-1]
        yield Columns((*_once(heading.heads, -1), Head(Column.AMOUNT, "", last.right, 1.0)))


def _unnamed(heading: Heading) -> list[int]:
    """Return the columns that may hold amounts although none is called so.

    The last price does where nothing is counted; else what stands behind it and has no name.
    """
    named = heading.columns
    prices = [n for n, column in enumerate(named) if column is Column.UNIT_PRICE]
    behind = [n for n in range(prices[-1] + 1, len(named)) if named[n] in {None, Column.POSITION}]
    return behind if Column.QUANTITY in named and len(prices) == 1 else [*behind, prices[-1]]


def _only(head: Head, number: int, chosen: int, amounts: Sequence[int]) -> Head:
    if number == chosen:
        return Head(Column.AMOUNT, head.text, head.left, head.right)
    if number in amounts:
        return Head(None, head.text, head.left, head.right)
    return head


def _once(heads: Sequence[Head], amount: int) -> Iterator[Head]:
    """Leave of each column the first one; the others are no column of an item."""
    seen: set[Column] = {Column.AMOUNT}
    for number, head in enumerate(heads):
        is_again = head.column in seen and number != amount
        yield Head(None, head.text, head.left, head.right) if is_again else head
        if head.column is not None:
            seen.add(head.column)
