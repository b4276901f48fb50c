"""What text without a drawn page is made of: paragraphs, and tables of cells of the same. Pure."""

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias


class Mark(Enum):
    """What stands between words where no space does."""

    TAB = "tab"
    LINE = "line"
    PAGE = "page"


Piece: TypeAlias = "str | Mark"
"""A run of text with its spaces, or what parts two runs."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text that begins on a line of its own."""

    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """Its text; marks are spaces."""
        return "".join(" " if isinstance(piece, Mark) else piece for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: what is in it, and how many columns it spans."""

    blocks: "tuple[Block, ...]"
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, from the left."""

    rows: tuple[tuple[Cell, ...], ...]


Block: TypeAlias = Paragraph | Table
