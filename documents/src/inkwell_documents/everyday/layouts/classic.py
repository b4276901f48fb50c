"""A large title, the seller on the right, and `label: value` lines; a boxed table."""

from inkwell_documents.everyday.layouts import positions
from inkwell_documents.everyday.wording import Wording
from inkwell_documents.paper.sheet import BOLD, RIGHT, RIGHT_BOLD, Sheet, Style

_LEFT = 48.0
_RIGHT = 547.0


def draw(sheet: Sheet, wording: Wording) -> None:
    """Draw the invoice."""
    seller, buyer = wording.facts.seller, wording.facts.buyer
    sheet.text(_LEFT, 72, wording.labels.title, Style(size=24, bold=True))
    sheet.text(_RIGHT, 60, seller.name, RIGHT_BOLD)
    sheet.lines(_RIGHT, 73, (seller.street, seller.city, seller.tax_id), RIGHT)
    sheet.lines(
        _LEFT,
        120,
        tuple(f"{label.rstrip(':')}: {value}" for label, value in wording.head()),
        Style(size=10),
    )
    sheet.text(_LEFT, 196, wording.labels.buyer, BOLD)
    sheet.lines(_LEFT, 210, (buyer.name, buyer.street, buyer.city))
    y = positions.draw(
        sheet, wording, positions.Table(left=_LEFT, right=_RIGHT, top=275, boxed=True)
    )
    y = positions.draw_sums(sheet, wording, _RIGHT, y, width=230)
    positions.draw_foot(sheet, wording, _LEFT, y)
