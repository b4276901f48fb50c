"""A grey side bar with the facts, the table beside it."""

from inkwell_documents.everyday.layouts import positions
from inkwell_documents.everyday.wording import Wording
from inkwell_documents.paper.sheet import BOLD, SMALL, Sheet, Style

_BAR = 168.0
_LEFT = 186.0
_RIGHT = 565.0


def draw(sheet: Sheet, wording: Wording) -> None:
    """Draw the invoice."""
    seller = wording.facts.seller
    _draw_bar(sheet, wording)
    sheet.text(_LEFT, 62, seller.name, Style(size=16, bold=True))
    sheet.text(_LEFT, 78, f"{seller.street}, {seller.city}", SMALL)
    sheet.text(_LEFT, 120, wording.labels.title, Style(size=13))
    table = positions.Table(left=_LEFT, right=_RIGHT, top=150, later_top=90)
    y = positions.draw(
        sheet, wording, table, head=lambda: sheet.box(0, 0, _BAR, sheet.height, fill=0.93)
    )
    y = positions.draw_sums(sheet, wording, _RIGHT, y)
    positions.draw_foot(sheet, wording, _LEFT, y)


def _draw_bar(sheet: Sheet, wording: Wording) -> None:
    buyer = wording.facts.buyer
    sheet.box(0, 0, _BAR, sheet.height, fill=0.93)
    y = 150.0
    for label, value in wording.head():
        sheet.text(20, y, label, SMALL)
        sheet.text(20, y + 12, value, Style(size=10, bold=True))
        y += 34
    sheet.text(20, y + 10, wording.labels.buyer, SMALL)
    sheet.text(20, y + 24, buyer.name, BOLD)
    sheet.lines(20, y + 37, (buyer.street, buyer.city), Style(size=8))
