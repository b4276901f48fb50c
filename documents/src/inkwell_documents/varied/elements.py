"""Parts that layouts are put together from: addresses, label-value pairs, tables, sums, feet."""

from random import Random
from typing import Final

from inkwell_documents.facts import Language
from inkwell_documents.paper.align import Align
from inkwell_documents.varied.typeset import Typeset
from inkwell_documents.varied.wording import Pair, Wording

LEFT: Final = 6.0
RIGHT: Final = 94.0
LARGE: Final = 1.4


def address(
    sheet: Typeset,
    wording: Wording,
    place: tuple[float, float],
    align: Align = Align.LEFT,
    size: float = 1.0,
) -> float:
    """Write the seller's name and address; return the row after them."""
    x, y = place
    seller = wording.facts.seller
    sheet.put(x, y, seller.name, align, size)
    sheet.put(x, y + 1, seller.street, align)
    sheet.put(x, y + 2, seller.city, align)
    return y + 3


def sender_line(sheet: Typeset, wording: Wording, y: float, sign: str, x: float = LEFT) -> float:
    """Write the seller in one small line, as above the window of an envelope."""
    seller = wording.facts.seller
    return sheet.column(x, y, (sign.join((seller.name, seller.street, seller.city)),))


def buyer(
    sheet: Typeset, wording: Wording, x: float, y: float, *, is_labelled: bool = True
) -> float:
    """Write who is to pay; return the row after."""
    party = wording.facts.buyer
    lines: tuple[str, ...] = (party.name, party.street, party.city)
    if is_labelled:
        label = wording.buyer_label
        lines = (f"{label}:" if wording.mark.strip() else label, *lines)
    return sheet.column(x, y, lines)


def inline(
    sheet: Typeset, wording: Wording, x: float, y: float, align: Align = Align.LEFT
) -> float:
    """Write each pair of the head as ``label: value``."""
    lines = tuple(f"{label}{wording.mark}{value}" for label, value in wording.head)
    return sheet.column(x, y, lines, align)


def two_columns(
    sheet: Typeset,
    pairs: tuple[Pair, ...],
    place: tuple[float, float, float],
    *,
    align: Align = Align.LEFT,
    mark: str = "",
) -> float:
    """Write labels in one column and values in another.

    Args:
        sheet: what is written on.
        pairs: labels and values.
        place: x of labels, x of values, first row.
        align: of values.
        mark: behind each label.
    """
    x, to_x, y = place
    for row, (label, _) in enumerate(pairs):
        sheet.put(x, y + row, f"{label}{mark}")
    for row, (_, value) in enumerate(pairs):
        sheet.put(to_x, y + row, value, align)
    return y + len(pairs)


def above(sheet: Typeset, pairs: tuple[Pair, ...], y: float, x: float = LEFT) -> float:
    """Write labels side by side and each value under its label."""
    step = (RIGHT - x) / max(len(pairs), 3)
    for column, (label, value) in enumerate(pairs):
        sheet.put(x + column * step, y, label)
        sheet.put(x + column * step, y + 1, value)
    return y + 2


def stacked(sheet: Typeset, pairs: tuple[Pair, ...], x: float, y: float) -> float:
    """Write each value in the line under its label."""
    return sheet.column(x, y, tuple(text for pair in pairs for text in pair))


def table(
    sheet: Typeset, wording: Wording, y: float, order: str, *, has_head: bool = True
) -> float:
    """Write the positions.

    Args:
        sheet: what is written on.
        wording: what is written.
        y: first row.
        order: of the columns: `d`escription, `q`uantity, `p`rice, `a`mount, `n`umber of the line.
        has_head: whether the columns have heads.
    """
    rows = [(*cells, str(number)) for number, cells in enumerate(wording.rows, start=1)]
    if has_head:
        rows.insert(
            0, (*wording.heads, "Pos" if wording.facts.language is Language.GERMAN else "#")
        )
    places = _places(order)
    for cells in rows:
        for column, (x, align) in zip(order, places, strict=True):
            sheet.put(x, y, cells["dqpan".index(column)], align)
        y += 1
    return y


def _places(order: str) -> list[tuple[float, Align]]:
    """The description gets the room that the others leave; all but it and the first end right."""
    x, places = LEFT, []
    for column in order:
        width = {"d": 88.0 - 15 * (len(order) - 1), "n": 6.0}.get(column, 17.0)
        places.append(
            (x, Align.LEFT) if column in "dn" else (min(x + width - 2, RIGHT), Align.RIGHT)
        )
        x += width
    return places


def sums(
    sheet: Typeset,
    wording: Wording,
    place: tuple[float, float, float],
    *,
    mark: str = "",
) -> float:
    """Write net, tax and total in two columns, values to the right edge."""
    return two_columns(sheet, wording.sums, place, align=Align.RIGHT, mark=mark)


def notes(sheet: Typeset, wording: Wording, y: float, x: float = LEFT) -> float:
    """Write the sentences."""
    return sheet.column(x, y, wording.notes)


def foot(sheet: Typeset, wording: Wording, y: float, sign: str = " | ") -> float:
    """Write contact lines in one line at the foot of the sheet."""
    return sheet.column(LEFT, y, (sign.join(wording.contact),) if wording.contact else ())


def flip(random: Random, chance: float = 0.5) -> bool:
    """Decide by lot."""
    return random.random() < chance
