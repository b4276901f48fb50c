"""A till receipt on a narrow roll of paper."""

from typing import Final

from inkwell_documents.everyday.wording import Wording
from inkwell_documents.paper.align import Align
from inkwell_documents.paper.sheet import Sheet, Style

_WIDTH: Final = 226.0  # 80 mm
_ROW: Final = 13.0
_HEAD_ROWS: Final = 21
_MARGIN: Final = 12.0
_CENTRED: Final = Style(align=Align.CENTRE)
_SIZE: Final = Style(size=8)
_SIZE_RIGHT: Final = Style(size=8, align=Align.RIGHT)


def size(wording: Wording) -> tuple[float, float]:
    """Return width and height of the paper in points: a roll is cut where the text ends."""
    return _WIDTH, (_HEAD_ROWS + 2 * len(wording.facts.lines)) * _ROW


def draw(sheet: Sheet, wording: Wording) -> None:
    """Draw the receipt."""
    facts, labels = wording.facts, wording.labels
    seller, middle, right = facts.seller, _WIDTH / 2, _WIDTH - _MARGIN
    sheet.text(middle, 30, seller.name, Style(size=10, bold=True, align=Align.CENTRE))
    y = sheet.lines(middle, 44, (seller.street, seller.city, seller.tax_id), _CENTRED)
    sheet.text(middle, y + 8, labels.receipt_title, Style(bold=True, align=Align.CENTRE))
    y += 8 + 2 * _ROW
    for label, value in wording.head():
        sheet.text(_MARGIN, y, f"{label}: {value}", _SIZE)
        y += _ROW
    sheet.rule(_MARGIN, y - 4, right)
    y += _ROW
    for line in facts.lines:
        sheet.text(_MARGIN, y, line.description, _SIZE)
        sheet.text(_MARGIN + 8, y + _ROW, f"{line.quantity} x {wording.plain(line.price)}", _SIZE)
        sheet.text(right, y + _ROW, wording.plain(line.amount), _SIZE_RIGHT)
        y += 2 * _ROW
    sheet.rule(_MARGIN, y - 4, right)
    y = _draw_sums(sheet, wording, y + _ROW, right)
    sheet.text(middle, y + _ROW, labels.thanks, _CENTRED)


def _draw_sums(sheet: Sheet, wording: Wording, y: float, right: float) -> float:
    *before, (label, total) = wording.sums()
    for name, value in before:
        sheet.text(_MARGIN, y, name, _SIZE)
        sheet.text(right, y, value, _SIZE_RIGHT)
        y += _ROW
    sheet.text(_MARGIN, y + 4, label, Style(size=10, bold=True))
    sheet.text(right, y + 4, total, Style(size=10, bold=True, align=Align.RIGHT))
    y += 2 * _ROW
    sheet.text(_MARGIN, y, wording.labels.paid, _SIZE)
    sheet.text(right, y, wording.money(wording.facts.total), _SIZE_RIGHT)
    return y + _ROW
