"""Layouts for training that are put together by lot, so that none of them can be learned by heart.

By chance one may look like a layout that is held out; it is never drawn by the same code.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Final

from inkwell_documents.paper.align import Align
from inkwell_documents.varied import elements
from inkwell_documents.varied.chatter import chatter
from inkwell_documents.varied.elements import LARGE, LEFT, RIGHT, flip
from inkwell_documents.varied.typeset import Item, Typeset
from inkwell_documents.varied.wording import Pair, Wording

_MARKS: Final = ("", "", ":", ":", " :")
_COLUMNS: Final = ("dqpa", "dqpa", "qdpa", "ndqpa", "da", "qda", "dpqa", "dqa", "nqda", "ndpqa")
_CHARACTER: Final = 0.78
"""Width of a character on a sheet, about."""
_GAP: Final = 4.0
_MOST_BESIDE: Final = 3
_LONG: Final = 0.2
"""Share of invoices with paragraphs that say nothing that is asked for."""

Draw = Callable[[Typeset], object]


@dataclass(frozen=True, slots=True)
class _Part:
    """Texts that belong together, placed from (0, 0) on.

    Attributes:
        items: its texts.
        width: of the widest row.
        height: in rows.
    """

    items: tuple[Item, ...]
    width: float
    height: float

    def place(self, sheet: Typeset, x: float, y: float) -> None:
        """Write it on a sheet."""
        sheet.items.extend(replace(item, x=item.x + x, y=item.y + y) for item in self.items)


def mosaic(sheet: Typeset, wording: Wording, random: Random) -> None:
    """Parts in any order, up to three of them side by side, then positions and sums."""
    is_long = flip(random, _LONG)
    y = 0.0
    for band in _bands(_head(wording, random), random):
        y = _beside(sheet, band, y, random) + random.choice((0, 0.5, 1))
    if is_long:
        y = _chatter(sheet, wording, y, random)
    is_summed_first = flip(random, 0.15)
    if is_summed_first:
        y = _sums(sheet, wording, y, random) + 1
    order = random.choice(_COLUMNS)
    y = elements.table(sheet, wording, y + 1, order, has_head=flip(random, 0.85))
    if not is_summed_first:
        y = _sums(sheet, wording, y + random.choice((0, 0.5, 1, 2)), random)
    y = elements.notes(sheet, wording, y + 1, random.choice((LEFT, LEFT, 20, 40)))
    if is_long:
        y = _chatter(sheet, wording, y + 1, random)
    if flip(random, 0.3):
        foot = random.choice((" | ", ", ", " · ", "   "))
        sheet.column(LEFT, y + 1, (foot.join((wording.facts.seller.name, *wording.contact)),))


def _chatter(sheet: Typeset, wording: Wording, y: float, random: Random) -> float:
    lines = chatter(wording.facts.language, random, random.choice((0, 2, 4, 8, 15, 25)))
    return sheet.column(random.choice((LEFT, LEFT, LEFT, 30)), y, lines)


def ticket(sheet: Typeset, wording: Wording, random: Random) -> None:
    """A receipt with its parts in any order."""
    sheet.is_roll = True
    x, align = random.choice(((LEFT, Align.LEFT), (50.0, Align.CENTRE)))
    size = random.choice((1.0, LARGE))
    parts: list[Callable[[float], float]] = [
        lambda y: elements.address(sheet, wording, (x, y), align, size),
        lambda y: sheet.column(x, y, wording.contact[:2], align),
        lambda y: sheet.column(x, y, (wording.title,), align),
    ]
    is_at_foot = flip(random, 0.3)
    if not is_at_foot:
        parts.append(lambda y: _facts_of_receipt(sheet, wording, y, random))
    random.shuffle(parts)
    y = 0.0
    for draw in parts:
        y = draw(y) + random.choice((0, 0, 0.5))
    order = random.choice(("da", "qda", "dqa", "dqpa"))
    y = elements.table(sheet, wording, y, order, has_head=flip(random, 0.2))
    place = (random.choice((LEFT, LEFT, 34.0)), RIGHT, y)
    y = elements.sums(sheet, wording, place, mark=random.choice(_MARKS))
    if flip(random, 0.4):
        y = elements.two_columns(sheet, (wording.paid,), (LEFT, RIGHT, y), align=Align.RIGHT)
    if is_at_foot:
        y = _facts_of_receipt(sheet, wording, y, random)
    sheet.column(50, y, wording.notes[:1], Align.CENTRE)


def _facts_of_receipt(sheet: Typeset, wording: Wording, y: float, random: Random) -> float:
    if flip(random):
        return elements.inline(sheet, wording, random.choice((LEFT, 20.0)), y)
    mark = random.choice(_MARKS)
    return elements.two_columns(sheet, wording.head, (LEFT, RIGHT, y), align=Align.RIGHT, mark=mark)


def _head(wording: Wording, random: Random) -> list[_Part]:
    """Return everything that stands above the positions, in any order."""
    size = random.choice((1.0, 1.0, LARGE))
    parts: list[Draw] = [
        lambda sheet: sheet.put(0, 0, wording.title, size=LARGE),
        lambda sheet: _seller(sheet, wording, size, random),
        # Of two addresses without a label, the one with a tax number is the seller's.
        lambda sheet: elements.buyer(
            sheet, wording, 0, 0, is_labelled=not wording.contact or flip(random, 0.75)
        ),
    ]
    cut = random.randrange(len(wording.head)) if wording.head and flip(random, 0.25) else 0
    parts += [
        partial(_pairs, pairs=pairs, random=random)
        for pairs in (wording.head[:cut], wording.head[cut:])
        if pairs
    ]
    random.shuffle(parts)
    return [_drawn(part) for part in parts]


def _seller(sheet: Typeset, wording: Wording, size: float, random: Random) -> None:
    if flip(random, 0.12):
        elements.sender_line(sheet, wording, 0, random.choice((" · ", " - ", ", ", " | ")), x=0)
        return
    end = elements.address(sheet, wording, (0, 0), size=size)
    sheet.column(0, end, wording.contact)


def _pairs(sheet: Typeset, pairs: Sequence[Pair], random: Random) -> None:
    """Write labels and values in one of the ways of invoices."""
    pairs = tuple(pairs)
    mark = random.choice(_MARKS)
    match random.randrange(4):
        case 0:
            between = random.choice((": ", " ", ": ", " : "))
            sheet.column(0, 0, tuple(f"{label}{between}{value}" for label, value in pairs))
        case 1:
            elements.stacked(sheet, pairs, 0, 0)
        case 2:
            x = 0.0
            for label, value in pairs:
                sheet.column(x, 0, (label, value))
                x += max(len(label), len(value)) * _CHARACTER + random.choice((_GAP, 2 * _GAP))
        case _:
            x = max(len(label) for label, _ in pairs) * _CHARACTER + random.choice((2, 4, 8, 14))
            elements.two_columns(sheet, pairs, (0, x, 0), mark=mark)


def _drawn(draw: Draw) -> _Part:
    sheet = Typeset()
    draw(sheet)
    width = max(item.x + len(item.text) * item.size * _CHARACTER for item in sheet.items)
    return _Part(tuple(sheet.items), width, sheet.height)


def _bands(parts: list[_Part], random: Random) -> list[list[_Part]]:
    """Put parts side by side as far as there is room, or not."""
    bands: list[list[_Part]] = []
    for part in parts:
        last = bands[-1] if bands else []
        width = sum(each.width + _GAP for each in last) + part.width
        has_room = 0 < len(last) < _MOST_BESIDE and width <= RIGHT - LEFT
        if has_room and flip(random, 0.6):
            last.append(part)
        else:
            bands.append([part])
    return bands


def _beside(sheet: Typeset, band: list[_Part], y: float, random: Random) -> float:
    """Write parts side by side; return the row after the longest."""
    spare = RIGHT - LEFT - sum(part.width for part in band)
    if len(band) == 1:
        x, gap = LEFT + max(spare, 0) * random.choice((0, 0, 0, 0.5, 1)), 0.0
    else:
        x = LEFT
        gap = max(random.choice((spare / (len(band) - 1), _GAP, spare / len(band))), _GAP)
    end = y
    for part in band:
        top = y + random.choice((0, 0, 0, 0.5, 1))
        part.place(sheet, x, top)
        x += part.width + gap
        end = max(end, top + part.height)
    return end


def _sums(sheet: Typeset, wording: Wording, y: float, random: Random) -> float:
    """Write net, tax and total somewhere, now and then the total first."""
    pairs = wording.sums
    if flip(random, 0.1):
        pairs = (pairs[-1], *pairs[:-1])
    mark = random.choice(_MARKS)
    x = random.choice((LEFT, 34.0, 50.0, 60.0, 66.0))
    match random.randrange(6):
        case 0:
            return elements.stacked(sheet, pairs, x, y)
        case 1:
            between = random.choice((": ", " ", " : "))
            return sheet.column(x, y, tuple(f"{label}{between}{value}" for label, value in pairs))
        case 2:
            step = (RIGHT - LEFT) / len(pairs)
            for number, pair in enumerate(pairs):
                sheet.column(LEFT + number * step, y, pair)
            return y + 2
        case _:
            edge = random.choice((RIGHT, RIGHT, min(x + 36, RIGHT)))
            return elements.two_columns(sheet, pairs, (x, edge, y), align=Align.RIGHT, mark=mark)
