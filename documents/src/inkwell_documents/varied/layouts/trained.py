"""Layouts that training sees. None of them is used for evaluation."""

from random import Random
from typing import Final

from inkwell_documents.paper.align import Align
from inkwell_documents.varied import elements
from inkwell_documents.varied.elements import LARGE, LEFT, RIGHT, flip
from inkwell_documents.varied.typeset import Typeset
from inkwell_documents.varied.wording import Wording

_MARKS: Final = ("", "", ":", ":")
_ORDERS: Final = ("dqpa", "dqpa", "qdpa", "ndqpa", "da", "qda", "dpqa")


def letter(sheet: Typeset, wording: Wording, random: Random) -> None:
    """A business letter: sender's line, buyer in the window, facts on the right."""
    y = 1.0
    if flip(random, 0.6):
        y = elements.sender_line(
            sheet, wording, y, random.choice((" · ", " - ", ", ", " | ", " ● "))
        )
    else:
        sheet.column(RIGHT, y, (wording.facts.seller.name,), Align.RIGHT)
        y += 1
    elements.buyer(sheet, wording, LEFT, y + 1, is_labelled=False)
    facts_y = y + 1 + random.choice((0, 0, 1, 0.5))
    end = elements.two_columns(
        sheet,
        wording.head,
        (55, 76, facts_y),
        mark=random.choice(_MARKS),
    )
    y = max(end, y + 5) + 1
    sheet.put(LEFT, y, wording.title, size=LARGE)
    y = elements.table(sheet, wording, y + 2, random.choice(_ORDERS))
    y = elements.sums(sheet, wording, (60, RIGHT, y + 1), mark=random.choice(_MARKS))
    y = elements.notes(sheet, wording, y + 1)
    elements.foot(sheet, wording, y + 1, random.choice((" | ", " ", " · ")))


def classic(sheet: Typeset, wording: Wording, random: Random) -> None:
    """Title on the left, seller on the right, label and value in one text."""
    sheet.put(LEFT, 0, wording.title, size=LARGE)
    end = elements.address(
        sheet, wording, (RIGHT, random.choice((0, 1))), Align.RIGHT, random.choice((1.0, LARGE))
    )
    if flip(random):
        end = sheet.column(RIGHT, end, wording.contact, Align.RIGHT)
    y = elements.inline(sheet, wording, LEFT, random.choice((2, end + 1)))
    y = elements.buyer(sheet, wording, random.choice((LEFT, LEFT, 55)), max(y, end) + 1)
    y = elements.table(sheet, wording, y + 1, random.choice(_ORDERS))
    y = elements.sums(sheet, wording, (55, RIGHT, y + 1), mark=random.choice(_MARKS))
    elements.notes(sheet, wording, y + 1)


def modern(sheet: Typeset, wording: Wording, random: Random) -> None:
    """Seller large at the top, buyer and facts side by side."""
    y = elements.address(sheet, wording, (LEFT, 0), size=LARGE)
    if flip(random):
        y = sheet.column(LEFT, y, wording.contact)
    title_y = random.choice((0, y + 1))
    sheet.put(RIGHT, title_y, wording.title, Align.RIGHT, LARGE)
    y = max(y, title_y) + 1.0
    left = elements.buyer(sheet, wording, LEFT, y)
    right = elements.two_columns(
        sheet,
        wording.head,
        (55, RIGHT, y),
        align=Align.RIGHT,
        mark=random.choice(_MARKS),
    )
    y = elements.table(sheet, wording, max(left, right) + 1, random.choice(_ORDERS))
    y = elements.sums(sheet, wording, (60, RIGHT, y + 1), mark=random.choice(_MARKS))
    elements.notes(sheet, wording, y + 1)


def ribbon(sheet: Typeset, wording: Wording, random: Random) -> None:
    """Labels side by side over their values, under title and addresses."""
    is_centred = flip(random)
    x, align = (50.0, Align.CENTRE) if is_centred else (LEFT, Align.LEFT)
    y = elements.address(sheet, wording, (x, 0), align, random.choice((1.0, LARGE)))
    sheet.put(x, y + 0.5, wording.title, align, LARGE)
    y += 2
    if flip(random):
        y = elements.above(sheet, wording.head, y) + 1
        y = elements.buyer(sheet, wording, LEFT, y, is_labelled=flip(random, 0.7))
    else:
        y = elements.buyer(sheet, wording, LEFT, y, is_labelled=flip(random, 0.7)) + 1
        y = elements.above(sheet, wording.head, y)
    y = elements.table(sheet, wording, y + 1, random.choice(_ORDERS))
    y = elements.sums(
        sheet, wording, (random.choice((LEFT, 50, 65)), RIGHT, y + 1), mark=random.choice(_MARKS)
    )
    y = elements.notes(sheet, wording, y + 1)
    elements.foot(sheet, wording, y)


def column(sheet: Typeset, wording: Wording, random: Random) -> None:
    """Everything under one another, each value under its label."""
    sheet.put(LEFT, 0, wording.title, size=LARGE)
    y = 2.0
    steps = [0, 1, 2]
    random.shuffle(steps)
    for step in steps:
        if step == 0:
            y = elements.address(sheet, wording, (LEFT, y))
        elif step == 1:
            y = elements.buyer(sheet, wording, LEFT, y)
        else:
            y = elements.stacked(sheet, wording.head, LEFT, y)
        y += 1
    y = elements.table(sheet, wording, y, random.choice(_ORDERS), has_head=flip(random, 0.6))
    if flip(random):
        elements.stacked(sheet, wording.sums, random.choice((LEFT, 60)), y + 1)
    else:
        elements.sums(sheet, wording, (LEFT, 50, y + 1), mark=random.choice(_MARKS))
    elements.notes(sheet, wording, sheet.height + 1)


def memo(sheet: Typeset, wording: Wording, random: Random) -> None:
    """Plain lines, as in the text of a mail."""
    y = 0.0
    parts = ["title", "seller", "buyer", "head"]
    if flip(random):
        random.shuffle(parts)
    for part in parts:
        match part:
            case "title":
                y = sheet.column(LEFT, y, (wording.title,))
            case "seller":
                y = elements.address(sheet, wording, (LEFT, y))
            case "buyer":
                y = elements.buyer(sheet, wording, LEFT, y)
            case _:
                y = elements.inline(sheet, wording, LEFT, y)
    sign = random.choice((" x ", " × ", " @ ", "x "))
    for description, quantity, price, amount in wording.rows:
        text = random.choice(
            (f"{quantity}{sign}{description}", f"{description} {quantity}{sign}{price}")
        )
        sheet.put(LEFT, y, f"{text} {amount}")
        y += 1
    mark = wording.mark
    for label, value in wording.sums:
        sheet.put(LEFT, y, f"{label}{mark}{value}")
        y += 1
    elements.notes(sheet, wording, y)
    if flip(random):
        elements.foot(sheet, wording, sheet.height, ", ")


def till(sheet: Typeset, wording: Wording, random: Random) -> None:
    """A receipt on a roll."""
    sheet.is_roll = True
    y = elements.address(sheet, wording, (50, 0), Align.CENTRE, random.choice((1.0, LARGE)))
    if flip(random):
        y = sheet.column(50, y, wording.contact[:2], Align.CENTRE)
    facts_first = flip(random)
    sheet.put(50, y, wording.title, Align.CENTRE)
    y += 1
    if facts_first:
        y = elements.inline(sheet, wording, LEFT, y)
    for description, quantity, price, amount in wording.rows:
        if quantity == "1" or flip(random, 0.3):
            sheet.put(LEFT, y, description)
        else:
            sheet.put(LEFT, y, description)
            y += 1
            sheet.put(LEFT + 4, y, f"{quantity} x {price}")
        sheet.put(RIGHT, y, amount, Align.RIGHT)
        y += 1
    y = elements.sums(sheet, wording, (LEFT, RIGHT, y), mark=random.choice(_MARKS))
    if flip(random, 0.6):
        y = elements.two_columns(sheet, (wording.paid,), (LEFT, RIGHT, y), align=Align.RIGHT)
    if not facts_first:
        y = elements.inline(sheet, wording, LEFT, y)
    sheet.column(50, y, wording.notes[:1], Align.CENTRE)


def slip(sheet: Typeset, wording: Wording, random: Random) -> None:
    """A receipt as a small sheet: number and day in one line, tax after the total."""
    sheet.is_roll = True
    sheet.put(LEFT, 0, wording.title)
    y = elements.address(sheet, wording, (LEFT, 1))
    pairs = tuple(f"{label}{wording.mark}{value}" for label, value in wording.head)
    y = sheet.column(LEFT, y, ("  ".join(pairs[:2]), *pairs[2:]))
    y = elements.table(sheet, wording, y, random.choice(("da", "qda")), has_head=False)
    *before, total = wording.sums
    y = elements.two_columns(sheet, (total,), (LEFT, RIGHT, y), align=Align.RIGHT)
    y = elements.two_columns(sheet, tuple(before), (LEFT, RIGHT, y), align=Align.RIGHT)
    if flip(random):
        y = elements.two_columns(sheet, (wording.paid,), (LEFT, RIGHT, y), align=Align.RIGHT)
    elements.notes(sheet, wording, y)


INVOICES: Final = (letter, classic, modern, ribbon, column, memo)
RECEIPTS: Final = (till, slip)
