"""Layouts for evaluation alone: training never sees a document that was put together like these."""

from random import Random
from typing import Final

from inkwell_documents.paper.align import Align
from inkwell_documents.varied import elements
from inkwell_documents.varied.elements import LARGE, LEFT, RIGHT, flip
from inkwell_documents.varied.typeset import Typeset
from inkwell_documents.varied.wording import Wording


def ledger(sheet: Typeset, wording: Wording, random: Random) -> None:
    """Buyer on the right under the seller, title and facts in the middle, sums left of it."""
    end = elements.address(sheet, wording, (LEFT, 0), size=LARGE)
    sheet.column(LEFT, end, wording.contact)
    y = max(end + len(wording.contact), elements.buyer(sheet, wording, RIGHT - 30, end)) + 1
    sheet.put(50, y, wording.title, Align.CENTRE, LARGE)
    y = elements.two_columns(sheet, wording.head, (30, 52, y + 2), mark=random.choice(("", ":")))
    y = elements.table(sheet, wording, y + 1, random.choice(("dpqa", "nqda")))
    y = elements.sums(sheet, wording, (34, 70, y + 1), mark=":")
    elements.notes(sheet, wording, y + 1, 20)


def sidebar(sheet: Typeset, wording: Wording, random: Random) -> None:
    """Facts stacked in a bar on the right; addresses and table on the left."""
    sheet.put(LEFT, 0, wording.title, size=LARGE)
    elements.stacked(sheet, wording.head, 74, 1.5)
    y = elements.address(sheet, wording, (LEFT, 2))
    y = sheet.column(LEFT, y, wording.contact[:2])
    y = elements.buyer(sheet, wording, LEFT, y + 1, is_labelled=flip(random, 0.8))
    y = max(y, 2.0 + 2 * len(wording.head)) + 1
    y = elements.table(sheet, wording, y, "qdpa")
    y = elements.sums(sheet, wording, (46, RIGHT, y + 2))
    elements.notes(sheet, wording, y + 1)


def panel(sheet: Typeset, wording: Wording, random: Random) -> None:
    """Sums right under the head and before the positions, the seller's name also at the foot."""
    y = elements.address(sheet, wording, (50, 0), Align.CENTRE)
    end = elements.inline(sheet, wording, 58, y + 1)
    sheet.put(LEFT, y + 1, wording.title, size=LARGE)
    y = elements.buyer(sheet, wording, LEFT, y + 2)
    y = elements.sums(sheet, wording, (LEFT, 45, max(y, end) + 1), mark=random.choice(("", ":")))
    y = elements.table(sheet, wording, y + 1, "dqpa")
    y = elements.notes(sheet, wording, y + 1)
    sheet.column(LEFT, y + 1, (", ".join((wording.facts.seller.name, *wording.contact)),))


def kiosk(sheet: Typeset, wording: Wording, random: Random) -> None:
    """A receipt with its number at the very top and two columns of sums."""
    sheet.is_roll = True
    y = elements.two_columns(sheet, wording.head, (LEFT, RIGHT, 0), align=Align.RIGHT)
    y = elements.address(sheet, wording, (LEFT, y + 0.5), size=LARGE)
    y = sheet.column(LEFT, y, wording.contact[:1])
    sheet.put(50, y, wording.title, Align.CENTRE)
    y = elements.table(
        sheet, wording, y + 1, "dpqa" if flip(random, 0.4) else "dqa", has_head=False
    )
    y = elements.sums(sheet, wording, (34, RIGHT, y), mark=":")
    sheet.column(LEFT, y, ("  ".join(wording.paid), *wording.notes))


INVOICES: Final = (ledger, sidebar, panel)
RECEIPTS: Final = (kiosk,)
