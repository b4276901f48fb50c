"""Proposes the line items of a document from its tables. Pure.

A table begins with a heading that names its columns, or, as on a till receipt, with the first of
the amounts that make the sum. What cannot be read of a table is counted, so that nothing is lost
without a word.
"""

from inkwell_extract.page.layout import Layout
from inkwell_extract.propose.tables_bare import bare_table
from inkwell_extract.propose.tables_headed import headed_table
from inkwell_extract.propose.tables_headings import headings
from inkwell_extract.propose.tables_items import Table
from inkwell_extract.propose.tables_proof import Sums
from inkwell_extract.values.conventions import Conventions


def find_table(layout: Layout, sums: Sums, conventions: Conventions) -> Table | None:
    """Return the table of line items of a document, or None.

    Where headings name columns they are believed: amounts that add up by chance are no items.
    """
    found = tuple(headings(layout))
    if found:
        return headed_table(layout, found, sums, conventions)
    return bare_table(layout, sums, conventions)
