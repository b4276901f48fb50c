"""Line items of documents whose table has no heading, as of till receipts. Pure.

Nothing names the columns there, so only arithmetic can: the amounts that stand in one column above
the first sum, and add up to one. A quantity and a price are what makes the amount. Where nothing
adds up, there is no table.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from inkwell_extract.labels.columns import CARRIED, Column
from inkwell_extract.page.layout import Layout
from inkwell_extract.page.rows import Row, Span
from inkwell_extract.patterns import contains
from inkwell_extract.propose.tables_cells import Cell, has_digit, money
from inkwell_extract.propose.tables_headings import APART
from inkwell_extract.propose.tables_items import Item, Table, TableCell, gap_between
from inkwell_extract.propose.tables_proof import CENT, Sums
from inkwell_extract.values.amounts import looks_like_money
from inkwell_extract.values.conventions import Conventions
from inkwell_extract.values.folding import fold

_SAME_EDGE: Final = 0.03
"""Share of the page's width by which amounts of a column may end elsewhere."""

_MOST_ROWS: Final = 1000
_NEAR: Final = 1.5
_TIMES: Final = "x\u00d7*@\u00e0"
_FEWEST_LETTERS: Final = 2
_NUMBER_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class _Line:
    """A row with an amount at the right edge.

    Attributes:
        row: of the document.
        amount: the last words of the row.
        numbers: the other numbers, from left to right.
    """

    row: Row
    amount: Cell
    numbers: tuple[Cell, ...]


def bare_table(layout: Layout, sums: Sums, conventions: Conventions) -> Table | None:
    """Return the items whose amounts stand above the sums and make one of them, or None."""
    for end in sorted(sums.rows)[:_SUMS_TRIED]:
        lines = _lines_above(layout, end, sums, conventions)
        taken = _that_add_up(list(lines), sums)
        if taken:
            items = tuple(_items(layout, taken[::-1]))
            return Table(items, is_summed=True) if _are_items(items) else None
    return None


def _are_items(items: Sequence[Item]) -> bool:
    """Say whether all are named, and more speaks for them than one amount being another."""
    is_proof = sum(item.amount != 0 for item in items) > 1 or all(i.is_proven for i in items)
    return is_proof and all(Column.DESCRIPTION in item.cells for item in items)


_SUMS_TRIED: Final = 6
"""Rows of sums below which, from the top down, the items are taken to end."""


def _lines_above(layout: Layout, end: int, sums: Sums, conventions: Conventions) -> Iterator[_Line]:
    """Yield the rows with an amount in the column of a sum, from the sum upwards."""
    edge = _last_money(layout.rows[end], conventions)
    if edge is None:
        return
    right = edge.span.box.right
    for row in reversed(layout.rows[max(end - _MOST_ROWS, 0) : end]):
        amount = _last_money(row, conventions)
        if amount is None or abs(amount.span.box.right - right) > _SAME_EDGE:
            continue
        if row.index in sums.charges and _value(amount) < 0:
            return
        if row.index not in sums.rows and not contains(CARRIED, fold(row.text)):
            yield _line(row, amount, conventions)


def _that_add_up(lines: Sequence[_Line], sums: Sums) -> Sequence[_Line]:
    """Return the fewest lines, from the sum upwards, whose amounts make a sum."""
    wanted = sums.wanted(lines[0].row.index) if lines else frozenset()
    added = Decimal(0)
    for count, line in enumerate(lines, start=1):
        added += _value(line.amount)
        if any(abs(added - each) <= CENT for each in wanted):
            return lines[:count]
    return ()


def _last_money(row: Row, conventions: Conventions) -> Cell | None:
    """Return the amount that ends a row, with its currency and the letter of its tax."""
    for count in range(min(_NUMBER_WORDS, len(row.words)), 0, -1):
        span = Span(row, range(len(row.words) - count, len(row.words)))
        values = money(span.text, conventions)
        if values and has_digit(span.text) and looks_like_money(_number_of(span)):
            return Cell(values, span)
    return None


def _number_of(span: Span) -> str:
    return next((w for w in reversed(span.text.split()) if has_digit(w)), "")


def _line(row: Row, amount: Cell, conventions: Conventions) -> _Line:
    before = range(amount.span.words.start)
    words = [Span(row, range(index, index + 1)) for index in before]
    read = [Cell(money(span.text.strip(_TIMES), conventions), span) for span in words]
    return _Line(row, amount, tuple(c for c in read if c.values and has_digit(c.span.text)))


def _items(layout: Layout, lines: Sequence[_Line]) -> Iterator[Item]:
    taken: set[int] = {line.row.index for line in lines}
    for line in lines:
        cells = {Column.AMOUNT: TableCell(_value(line.amount), (line.amount.span,))}
        factors = _factors(line)
        if factors is not None:
            for column, cell in zip((Column.QUANTITY, Column.UNIT_PRICE), factors, strict=True):
                cells[column] = TableCell(_value(cell), (cell.span,))
        spans = tuple(_described(layout, line, factors, taken))
        if spans:
            text = " ".join(span.text for span in spans)
            cells[Column.DESCRIPTION] = TableCell(text, spans)
        yield Item(cells, factors is not None, line.row.index)


def _factors(line: _Line) -> tuple[Cell, Cell] | None:
    """Return the quantity and the price that make the amount of a line, or None."""
    amount = _value(line.amount)
    for number, one in enumerate(line.numbers):
        for other in line.numbers[number + 1 :]:
            if abs(_value(one) * _value(other) - amount) <= CENT:
                is_price_first = looks_like_money(one.span.text) and not looks_like_money(
                    other.span.text
                )
                return (other, one) if is_price_first else (one, other)
    return None


def _described(
    layout: Layout, line: _Line, factors: tuple[Cell, Cell] | None, taken: set[int]
) -> Iterator[Span]:
    """Yield the words that name an item: of its own row, or else of the row above."""
    own = _own_words(line, factors)
    if own is not None:
        yield own
        return
    index = line.row.index - 1
    if index < 0 or index in taken:
        return
    above = layout.rows[index]
    has_letters = sum(map(str.isalpha, above.text)) >= _FEWEST_LETTERS
    if above.page == line.row.page and gap_between(above, line.row) < _NEAR and has_letters:
        taken.add(index)
        yield Span(above, range(len(above.words)))


def _own_words(line: _Line, factors: tuple[Cell, Cell] | None) -> Span | None:
    """Return the words of a row beside its numbers, without a number of the row before them."""
    used = {i for cell in factors or () for i in cell.span.words}
    words = [i for i in range(line.amount.span.words.start) if i not in used]
    rest = [i for i in words if line.row.words[i].text not in _TIMES]
    named = [i for i in rest if any(map(str.isalpha, line.row.words[i].text))]
    letters = sum(map(str.isalpha, "".join(line.row.words[i].text for i in named)))
    if not named or letters < _FEWEST_LETTERS:
        return None
    run = [i for i in rest if i >= named[0]]
    # Words on both sides of the numbers are not one description, nor is a number that stands apart.
    ended = next((n for n, i in enumerate(run) if n and _ends(line.row, run[n - 1], i)), len(run))
    return Span(line.row, range(run[0], run[ended - 1] + 1))


def _ends(row: Row, before: int, index: int) -> bool:
    is_apart = row.gap_before(index) >= APART and has_digit(row.words[index].text)
    return index != before + 1 or is_apart


def _value(cell: Cell) -> Decimal:
    value = cell.values[0]
    return value if isinstance(value, Decimal) else Decimal(0)
