"""Looks of an invoice: one file a layout, each a function that draws a wording on a sheet."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from inkwell_documents.everyday.layouts import classic, grid, letter, receipt, sidebar
from inkwell_documents.everyday.wording import Wording
from inkwell_documents.facts import Kind
from inkwell_documents.paper.sheet import Face, Sheet


@dataclass(frozen=True, slots=True)
class Layout:
    """A look.

    Attributes:
        name: unique, for file names.
        draw: draws a wording on a sheet and leaves the sheet unfinished.
        faces: type faces that suit it.
        kind: what it is a look for.
    """

    name: str
    draw: Callable[[Sheet, Wording], None]
    faces: tuple[Face, ...] = (Face.SANS, Face.SERIF)
    kind: Kind = Kind.INVOICE

    def sheet(self, wording: Wording, face: Face) -> bytes:
        """Return the PDF of a wording in this look."""
        size = receipt.size(wording) if self.kind is Kind.RECEIPT else None
        sheet = Sheet(face, size) if size else Sheet(face)
        self.draw(sheet, wording)
        return sheet.finish()


LAYOUTS: Final = (
    Layout("letter", letter.draw),
    Layout("classic", classic.draw),
    Layout("grid", grid.draw),
    Layout("sidebar", sidebar.draw, faces=(Face.SANS,)),
    Layout("receipt", receipt.draw, faces=(Face.MONO, Face.SANS), kind=Kind.RECEIPT),
)


def layouts_for(kind: Kind) -> tuple[Layout, ...]:
    """Return the looks for a kind of document."""
    return tuple(layout for layout in LAYOUTS if layout.kind is kind)
