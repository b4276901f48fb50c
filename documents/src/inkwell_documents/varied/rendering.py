"""Typeset documents on paper: how large it is, where each text stands, and the PDF of it."""

from dataclasses import dataclass
from typing import Final

from reportlab.pdfbase.pdfmetrics import stringWidth

from inkwell_documents.paper.align import Align
from inkwell_documents.paper.sheet import Face, Sheet, Style
from inkwell_documents.varied.typeset import WIDTH, Item, Typeset

_SHEET: Final = (595.0, 842.0)
_ROLL_WIDTH: Final = 300.0
_MARGIN: Final = 42.0
_ROW: Final = 15.0
_ROLL_ROW: Final = 12.5
_SIZE: Final = 9.0
_SMALLER_MONO: Final = 0.9


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet of A4, or a roll that is cut where the text ends; all in points.

    Attributes:
        width: of the paper.
        height: of the paper.
        row: from one line to the next.
        face: of all text.
    """

    width: float
    height: float
    row: float
    face: Face

    def size(self, item: Item) -> float:
        """Return the size of a text."""
        return _SIZE * item.size * (_SMALLER_MONO if self.face is Face.MONO else 1.0)

    def base(self, item: Item) -> float:
        """Return how far below the upper edge a text stands."""
        return _MARGIN + item.y * self.row

    def left(self, item: Item) -> float:
        """Return where a text begins."""
        x = item.x / WIDTH * self.width
        match item.align:
            case Align.LEFT:
                return x
            case Align.RIGHT:
                return x - self.length(item, item.text)
            case Align.CENTRE:
                return x - self.length(item, item.text) / 2

    def length(self, item: Item, text: str) -> float:
        """Return how wide a part of an item's text is."""
        length: float = stringWidth(text, self.face.font(bold=item.bold), self.size(item))
        return length


def paper_of(typeset: Typeset, face: Face = Face.SANS) -> Paper:
    """Return the paper that a document is drawn on."""
    if typeset.is_roll:
        height = typeset.height * _ROLL_ROW + 2 * _MARGIN
        return Paper(_ROLL_WIDTH, height, _ROLL_ROW, face)
    width, height = _SHEET
    return Paper(width, height, min(_ROW, (height - 2 * _MARGIN) / typeset.height), face)


def to_pdf(typeset: Typeset, face: Face = Face.SANS) -> bytes:
    """Draw a document on one page. The same document gives the same bytes."""
    paper = paper_of(typeset, face)
    sheet = Sheet(face, (paper.width, paper.height))
    for item in typeset.items:
        style = Style(size=paper.size(item), bold=item.bold, align=item.align)
        sheet.text(item.x / WIDTH * paper.width, paper.base(item), item.text, style)
    return sheet.finish()
