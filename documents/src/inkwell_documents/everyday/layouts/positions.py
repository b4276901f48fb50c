"""The table of positions that the layouts share: columns, page breaks and a carried sum."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from inkwell_documents.everyday.wording import Wording
from inkwell_documents.facts import Line
from inkwell_documents.paper.align import Align
from inkwell_documents.paper.sheet import RIGHT, RIGHT_BOLD, SMALL, Sheet, Style

ROW: Final = 16.0
_BOTTOM: Final = 150.0
_FOOT: Final = 40.0


@dataclass(frozen=True, slots=True)
class Table:
    """Where the table stands, in points.

    Attributes:
        left: left edge.
        right: right edge.
        top: of the first page's table.
        later_top: of the table on the pages after the first.
        boxed: whether rows have borders, or only the head a line.
    """

    left: float
    right: float
    top: float
    later_top: float = 80
    boxed: bool = False

    def capacity(self, sheet: Sheet, top: float) -> int:
        """Rows that fit under `top` when the sums are to stand on the same page."""
        return int((sheet.height - _BOTTOM - top) / ROW) - 2


def paginate(lines: tuple[Line, ...], first: int, later: int) -> tuple[tuple[Line, ...], ...]:
    """Split lines into pages of at most `first` and then `later` lines; at least one page."""
    pages = [lines[:first]]
    rest = lines[first:]
    while rest:
        pages.append(rest[:later])
        rest = rest[later:]
    return tuple(pages)


def draw(
    sheet: Sheet, wording: Wording, table: Table, head: Callable[[], None] | None = None
) -> float:
    """Draw all positions, over as many pages as they need.

    Args:
        sheet: what is drawn on.
        wording: what is drawn.
        table: where.
        head: draws what each page after the first repeats.

    Returns:
        y under the last row, on the last page.
    """
    first, later = table.capacity(sheet, table.top), table.capacity(sheet, table.later_top)
    pages = paginate(wording.facts.lines, first, later)
    carried = Decimal(0)
    y = table.top
    for number, lines in enumerate(pages, start=1):
        if number > 1:
            sheet.turn()
            if head:
                head()
        y = _page(sheet, wording, table, lines, carried)
        carried += sum((line.amount for line in lines), Decimal(0))
        if number < len(pages):
            _carry(sheet, wording, table, y, carried)
        if len(pages) > 1:
            text = wording.labels.page.format(page=number, pages=len(pages))
            sheet.text(
                table.right, sheet.height - _FOOT, text, Style(size=7, align=Align.RIGHT, grey=0.35)
            )
    return y


def _page(
    sheet: Sheet,
    wording: Wording,
    table: Table,
    lines: tuple[Line, ...],
    carried: Decimal,
) -> float:
    labels = wording.labels
    y = table.later_top if carried else table.top
    _row(
        sheet,
        table,
        y,
        (labels.description, labels.quantity, labels.price, labels.amount),
        head=True,
    )
    y += ROW
    if carried:
        _carry(sheet, wording, table, y, carried)
        y += ROW
    for line in lines:
        cells = (
            line.description,
            str(line.quantity),
            wording.plain(line.price),
            wording.plain(line.amount),
        )
        _row(sheet, table, y, cells, head=False)
        y += ROW
    return y


def _carry(sheet: Sheet, wording: Wording, table: Table, y: float, carried: Decimal) -> None:
    _row(sheet, table, y, (wording.labels.carried_over, "", "", wording.plain(carried)), head=False)


def _row(
    sheet: Sheet, table: Table, y: float, cells: tuple[str, str, str, str], *, head: bool
) -> None:
    width = table.right - table.left
    if head:
        sheet.box(table.left, y - 11, width, ROW, fill=0.9)
    if table.boxed:
        sheet.box(table.left, y - 11, width, ROW)
    elif head:
        sheet.rule(table.left, y + 5, table.right)
    ends = (table.left + width * 0.66, table.left + width * 0.82, table.right - 4)
    sheet.text(table.left + 4, y, cells[0], Style(bold=head))
    for x, cell in zip(ends, cells[1:], strict=True):
        sheet.text(x, y, cell, RIGHT_BOLD if head else RIGHT)


def draw_sums(sheet: Sheet, wording: Wording, right: float, y: float, width: float = 210) -> float:
    """Draw net, tax and total, right-aligned under the table; return y under them."""
    y += 14
    *before, (label, total) = wording.sums()
    for name, value in before:
        sheet.text(right - width, y, name)
        sheet.text(right - 4, y, value, RIGHT)
        y += ROW
    sheet.rule(right - width, y - 9, right, width=1)
    sheet.text(right - width, y + 4, label, Style(size=11, bold=True))
    sheet.text(right - 4, y + 4, total, Style(size=11, bold=True, align=Align.RIGHT))
    return y + ROW * 2


def draw_foot(sheet: Sheet, wording: Wording, left: float, y: float) -> None:
    """Draw the terms under the sums, and the seller's numbers at the foot of the sheet."""
    seller = wording.facts.seller
    sheet.text(left, y + 10, wording.terms)
    sheet.text(
        left,
        sheet.height - _FOOT - 12,
        f"{seller.name} | {seller.tax_id} | {seller.account}",
        SMALL,
    )
