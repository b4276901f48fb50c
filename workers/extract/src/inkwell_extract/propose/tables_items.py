"""Line items as a table of the document lists them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from inkwell_extract.labels.columns import Column
from inkwell_extract.page.rows import Row, Span


@dataclass(frozen=True, slots=True)
class TableCell:
    """A value of an item, and the words that say it, in the order of the page."""

    value: Decimal | str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One line item.

    Attributes:
        cells: its values by column.
        is_proven: whether quantity and price make the amount.
        row: of the document, where its amount stands.
        unread: columns in which it has words that read as nothing.
    """

    cells: Mapping[Column, TableCell]
    is_proven: bool
    row: int
    unread: frozenset[Column] = frozenset()

    @property
    def amount(self) -> Decimal:
        """What the item comes to."""
        value = self.cells[Column.AMOUNT].value
        return value if isinstance(value, Decimal) else Decimal(0)


@dataclass(frozen=True, slots=True)
class Table:
    """Line items that one table lists.

    Attributes:
        items: from the top down.
        columns: that its heading names; empty where it has none.
        unread: rows that look like items and cannot be read as such.
        is_summed: whether the amounts make a sum of the document.
        heading: row of its first heading, or None.
    """

    items: tuple[Item, ...]
    columns: frozenset[Column] = frozenset()
    unread: int = 0
    is_summed: bool = False
    heading: Row | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it has no items, and no rows that may be some."""
        return not self.items and not self.unread

    @property
    def is_complete(self) -> bool:
        """Whether sums say that nothing is missing and nothing is too much."""
        unread = self.unread or any(item.unread for item in self.items)
        return self.is_summed and not unread


def gap_between(above: Row, row: Row) -> float:
    """Return the gap between two rows of a page, in heights of a row."""
    bottom = max(word.box.bottom for word in above.words)
    top = min(word.box.top for word in row.words)
    return (top - bottom) / max(row.height, above.height, 1e-6)
