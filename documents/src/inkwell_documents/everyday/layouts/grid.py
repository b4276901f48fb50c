"""A form: facts in a grid with each label above its value, parties in two boxes."""

from inkwell_documents.everyday.layouts import positions
from inkwell_documents.everyday.wording import Wording
from inkwell_documents.paper.align import Align
from inkwell_documents.paper.sheet import BOLD, SMALL, Sheet, Style

_LEFT = 40.0
_RIGHT = 555.0
_CELL_HEIGHT = 30.0


def draw(sheet: Sheet, wording: Wording) -> None:
    """Draw the form."""
    middle = (_LEFT + _RIGHT) / 2
    sheet.text(middle, 56, wording.labels.title, Style(size=16, bold=True, align=Align.CENTRE))
    half = middle - _LEFT
    for x, party in ((_LEFT, wording.facts.seller), (middle, wording.facts.buyer)):
        sheet.box(x, 76, half, 64)
        sheet.text(x + 6, 90, party.name, BOLD)
        sheet.lines(x + 6, 104, (party.street, party.city, party.tax_id))
    pairs = wording.head()
    cell = (_RIGHT - _LEFT) / len(pairs)
    for column, (label, value) in enumerate(pairs):
        x = _LEFT + column * cell
        sheet.box(x, 150, cell, _CELL_HEIGHT)
        sheet.text(x + 5, 160, label, SMALL)
        sheet.text(x + 5, 174, value, Style(size=10))
    y = positions.draw(
        sheet, wording, positions.Table(left=_LEFT, right=_RIGHT, top=205, boxed=True)
    )
    y = positions.draw_sums(sheet, wording, _RIGHT, y)
    positions.draw_foot(sheet, wording, _LEFT, y)
