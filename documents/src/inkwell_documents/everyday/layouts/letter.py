"""A business letter: window address on the left, facts in a block on the right."""

from inkwell_documents.everyday.layouts import positions
from inkwell_documents.everyday.wording import Wording
from inkwell_documents.paper.sheet import RIGHT, SMALL, Sheet, Style

_LEFT = 57.0
_RIGHT = 538.0


def draw(sheet: Sheet, wording: Wording) -> None:
    """Draw the letter."""
    seller, buyer = wording.facts.seller, wording.facts.buyer
    sheet.text(_LEFT, 60, seller.name, Style(size=15, bold=True))
    sheet.text(_LEFT, 130, f"{seller.name}, {seller.street}, {seller.city}", SMALL)
    sheet.lines(_LEFT, 148, (buyer.name, buyer.street, buyer.city), Style(size=10))
    y = 148.0
    for label, value in wording.head():
        sheet.text(360, y, label)
        sheet.text(_RIGHT, y, value, RIGHT)
        y += 14
    sheet.text(_LEFT, 250, wording.labels.title, Style(size=14, bold=True))
    table = positions.Table(left=_LEFT, right=_RIGHT, top=285)
    y = positions.draw(sheet, wording, table, head=lambda: sheet.text(_LEFT, 50, seller.name))
    y = positions.draw_sums(sheet, wording, _RIGHT, y)
    positions.draw_foot(sheet, wording, _LEFT, y)
