"""Reads the line items below a heading that names their columns. Pure.

Rows are told apart by `tables_rows`, joined to items here, and proven by `tables_proof`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from inkwell_extract.labels.columns import Column
from inkwell_extract.page.layout import Layout
from inkwell_extract.page.rows import Row
from inkwell_extract.propose.tables_cells import Cell
from inkwell_extract.propose.tables_headings import Head, Heading
from inkwell_extract.propose.tables_items import Item, Table, TableCell, gap_between
from inkwell_extract.propose.tables_proof import Sums
from inkwell_extract.propose.tables_rows import Columns, RowKind, TableRow, ways
from inkwell_extract.values.conventions import Conventions

MOST_ITEMS: Final = 2000
"""Of one document."""

_MOST_TABLES: Final = 20
"""Tables of different columns that are read; each is read once for each column of amounts."""

_NEAR: Final = 1.3
"""Heights of a row between two rows of one description, at most."""

_INDENT: Final = 0.04
"""Share of the page's width by which a description's further rows may begin elsewhere."""


def headed_table(
    layout: Layout, found: Sequence[Heading], sums: Sums, conventions: Conventions
) -> Table | None:
    """Return the table of items that has a heading, the one that sums speak for, or None."""
    tables = [
        table
        for group in _groups(found)[:_MOST_TABLES]
        for columns in ways(group[0])
        if not (table := _read(layout, group, columns, sums, conventions)).is_empty
    ]
    return max(tables, key=_worth, default=None)


def _worth(table: Table) -> tuple[bool, int, int]:
    proven = sum(item.is_proven for item in table.items)
    return table.is_summed, proven, len(table.items)


def _groups(found: Sequence[Heading]) -> list[list[Heading]]:
    """Return headings that repeat each other together: a table over several pages."""
    groups: list[list[Heading]] = []
    for heading in found:
        same = next((group for group in groups if group[0].columns == heading.columns), None)
        if same is None:
            groups.append([heading])
        else:
            same.append(heading)
    return groups


def _read(
    layout: Layout,
    group: Sequence[Heading],
    columns: Columns,
    sums: Sums,
    conventions: Conventions,
) -> Table:
    lines = [columns.read(row, sums, conventions) for row in _rows_below(layout, group)]
    read = _Reader(columns.heads, group[0].row, {heading.row.index for heading in group})
    for line in lines:
        read.take(line)
    read.finish()
    items = tuple(read.items)
    return Table(
        items,
        frozenset(head.column for head in columns.heads if head.column is not None),
        read.unread,
        _agree(sums, items),
        group[0].row,
    )


def _rows_below(layout: Layout, group: Sequence[Heading]) -> Iterator[Row]:
    """Yield the rows below the headings, without what stands above one on its page."""
    first = group[0].row
    tops = {heading.row.page: heading.row.index for heading in reversed(group)}
    for row in layout.rows[first.index :]:
        if row.index >= tops.get(row.page, first.index):
            yield row


@dataclass(slots=True)
class _Reader:
    """Joins the rows of one table to items.

    Attributes:
        heads: the table's columns.
        above: the row before, whatever it is.
        headings: numbers of the rows that are headings.
    """

    heads: Sequence[Head]
    above: Row
    headings: set[int]
    items: list[Item] = field(default_factory=list)
    unread: int = 0
    _waiting: list[Cell] = field(default_factory=list)
    _half: TableRow | None = None
    _is_open: bool = False
    _is_summed_up: bool = False

    def take(self, line: TableRow) -> None:
        """Take the next row."""
        if line.row.index in self.headings:
            self._close()
            self._is_summed_up = False
        elif not self._is_summed_up or line.numbers:
            self._take(self._joined(line))
        self.above = line.row

    def _take(self, line: TableRow) -> None:
        match line.kind:
            case RowKind.ITEM:
                self._item(line)
            case RowKind.TEXT:
                self._text(line)
            case RowKind.CARRIED | RowKind.SUM:
                # What follows a sum on its page are sums, unless arithmetic says otherwise.
                self._close()
                self._is_summed_up = bool(self.items)
            case RowKind.HALF:
                self._half = line
            case RowKind.UNREAD:
                self._close()
                self.unread += self._stands_among_items(line)

    def _joined(self, line: TableRow) -> TableRow:
        """Return a row with the item that began in the row before and has its amount here."""
        half, self._half = self._half, None
        if half is None:
            return line
        whole = half.with_amount_of(line) if gap_between(half.row, line.row) < _NEAR else None
        if whole is None:
            self.unread += 1
            return line
        return whole

    def finish(self) -> None:
        """Count what began and did not end."""
        self.unread += self._half is not None

    def _stands_among_items(self, line: TableRow) -> bool:
        return line.row.page == self.above.page and gap_between(self.above, line.row) < 3 * _NEAR

    def _close(self) -> None:
        self._waiting.clear()
        self._is_open = False

    def _item(self, line: TableRow) -> None:
        if len(self.items) >= MOST_ITEMS:
            self.unread += 1
            return
        item = _item(line)
        if self._waiting and Column.DESCRIPTION not in line.cells:
            item = _described(item, self._waiting, is_before=True)
        if line.is_charge and item.amount < 0:
            # Whose discount it is, nothing says.
            self.unread += 1
        else:
            self.items.append(item)
        self._waiting.clear()
        self._is_open = not line.is_charge

    def _text(self, line: TableRow) -> None:
        text = line.cells.get(Column.DESCRIPTION)
        if text is None or not self._continues(text, line.row):
            self._close()
        elif self._is_open and self._has_description():
            self.items[-1] = _described(self.items[-1], [text], is_before=False)
        else:
            self._waiting.append(text)

    def _has_description(self) -> bool:
        return Column.DESCRIPTION in self.items[-1].cells

    def _continues(self, text: Cell, row: Row) -> bool:
        """Say whether a row of text stands close below the row before, under the descriptions."""
        if row.page != self.above.page or gap_between(self.above, row) > _NEAR:
            return False
        heads = [head for head in self.heads if head.column is Column.DESCRIPTION]
        lefts = [head.left for head in heads]
        if self.items and (cell := self.items[-1].cells.get(Column.DESCRIPTION)):
            lefts.append(cell.spans[0].box.left)
        left = text.span.box.left
        return any(abs(left - each) < _INDENT for each in lefts)


def _item(line: TableRow) -> Item:
    cells = {}
    unread = set()
    for column, cell in line.cells.items():
        value = line.numbers.get(column, next(iter(cell.values), None))
        if value is not None:
            cells[column] = TableCell(value, (cell.span,))
        elif any(map(str.isalnum, cell.span.text)):
            unread.add(column)
    return Item(cells, bool(line.numbers), line.row.index, frozenset(unread))


def _described(item: Item, more: Sequence[Cell], *, is_before: bool) -> Item:
    spans = tuple(cell.span for cell in more)
    own = item.cells.get(Column.DESCRIPTION)
    mine = own.spans if own is not None else ()
    joined = (*spans, *mine) if is_before else (*mine, *spans)
    cell = TableCell(" ".join(span.text for span in joined), joined)
    return replace(item, cells={**item.cells, Column.DESCRIPTION: cell})


def _agree(sums: Sums, items: Sequence[Item]) -> bool:
    return bool(items) and sums.agree((item.amount for item in items), _last_row(items))


def _last_row(items: Sequence[Item]) -> int:
    return max((item.row for item in items), default=-1)
