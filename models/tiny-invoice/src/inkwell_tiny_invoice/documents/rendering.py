"""Draws typeset documents as PDFs with a text layer. The same document gives the same bytes."""

from typing import Final

from inkwell_demo.documents.sheet import Align as PaperAlign
from inkwell_demo.documents.sheet import Face, Sheet, Style
from inkwell_tiny_invoice.documents.typeset import WIDTH, Typeset

_SHEET: Final = (595.0, 842.0)
_ROLL_WIDTH: Final = 300.0
_MARGIN: Final = 42.0
_ROW: Final = 15.0
_ROLL_ROW: Final = 12.5
_SIZE: Final = 9.0


def to_pdf(typeset: Typeset, face: Face = Face.SANS) -> bytes:
    """Draw a document on one page: a sheet of A4, or a roll that is cut where the text ends."""
    width, height = _SHEET
    row = min(_ROW, (height - 2 * _MARGIN) / typeset.height)
    if typeset.is_roll:
        width, row = _ROLL_WIDTH, _ROLL_ROW
        height = typeset.height * row + 2 * _MARGIN
    sheet = Sheet(face, (width, height))
    for item in typeset.items:
        size = _SIZE * item.size * (0.9 if face is Face.MONO else 1.0)
        style = Style(size=size, bold=item.bold, align=PaperAlign(item.align.value))
        sheet.text(item.x / WIDTH * width, _MARGIN + item.y * row, item.text, style)
    return sheet.finish()
