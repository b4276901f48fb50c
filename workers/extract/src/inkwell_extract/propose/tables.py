"""Proposes the line items of a document from its tables. Pure.

A table begins with a heading that names its columns, or, as on a till receipt, with the first of
the amounts that make the sum. What cannot be read of a table is counted, so that nothing is lost
without a word.
"""

from typing import Final

from inkwell_extract.page.layout import Layout
from inkwell_extract.page.listing import Listing
from inkwell_extract.page.rows import Row
from inkwell_extract.propose.tables_bare import bare_table
from inkwell_extract.propose.tables_headed import headed_table
from inkwell_extract.propose.tables_headings import headings
from inkwell_extract.propose.tables_items import Item, Table, gap_between
from inkwell_extract.propose.tables_proof import Sums
from inkwell_extract.values.conventions import Conventions

_STACKED: Final = 1.0
"""Gap, in heights of a row, between two rows of one heading, at most."""


def find_table(layout: Layout, sums: Sums, conventions: Conventions) -> Table | None:
    """Return the table of line items of a document, or None.

    Where headings name columns they are believed: amounts that add up by chance are no items.
    """
    found = tuple(headings(layout))
    if found:
        return headed_table(layout, found, sums, conventions)
    return bare_table(layout, sums, conventions)


def listing(layout: Layout, table: Table | None) -> Listing:
    """Return the rows that the items of a document stand in, proven or not."""
    if table is None:
        return Listing()
    return Listing(_heading(layout, table.heading), tuple(map(_rows_of, table.items)))


def _rows_of(item: Item) -> frozenset[int]:
    spans = (span for cell in item.cells.values() for span in cell.spans)
    return frozenset({item.row, *(span.row.index for span in spans)})


def _heading(layout: Layout, row: Row | None) -> tuple[Row, ...]:
    """Return a heading with the row closely above it, in which it may begin."""
    if row is None or row.index == 0:
        return () if row is None else (row,)
    above = layout.rows[row.index - 1]
    is_part = above.page == row.page and gap_between(above, row) <= _STACKED
    return (above, row) if is_part and not any(map(str.isdigit, above.text)) else (row,)
