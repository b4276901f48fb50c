"""Where a list of items stands among the rows of a document, as far as that is known. Pure."""

from dataclasses import dataclass
from functools import cached_property

from inkwell_extract.page.layout import Layout
from inkwell_extract.page.rows import CELL_MARK, Row


@dataclass(frozen=True)
class Listing:
    """The rows of a list.

    Attributes:
        heading: the rows that name its columns; empty where nothing does.
        items: the numbers of the rows of each item that a table was read to have, from the top
            down; empty where no table was found.
    """

    heading: tuple[Row, ...] = ()
    items: tuple[frozenset[int], ...] = ()

    @cached_property
    def taken(self) -> frozenset[int]:
        """The rows that items consist of."""
        return frozenset().union(*self.items)

    @cached_property
    def starts(self) -> frozenset[int]:
        """The rows that items begin with."""
        return frozenset(min(rows) for rows in self.items)


def tabular_rows(layout: Layout) -> int:
    """Return how many rows of a document look like those of a table: cells, and a digit."""
    return sum(CELL_MARK in row.cells and any(map(str.isdigit, row.text)) for row in layout.rows)
