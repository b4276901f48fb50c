"""Says whether what an engine read of a page is to be doubted, and why. Pure.

A doubt costs the reading of a second engine, which takes three times as long; none costs a wrong
value. So the signs are of pages that Tesseract was seen to misread: receipts, photographs, faint
print, and pages of business whose amounts or dates are not there or do not agree.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from inkwell_api.document import Word
from inkwell_api.route import Doubt


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SURE: Final = 0.86
"""Mean confidence by characters; clean print has 0.92 and more, also where it is small."""

_NARROW: Final = 0.55
"""Width by height below which paper comes from a roll; A4 and letter have 0.71 and 0.77."""

_UNEVEN: Final = 40
"""Grey levels between the paper of the brightest and the darkest part of a page; a scanner's light
is even."""

_AMOUNT: Final = re.compile(r"(?<![\d.,])\d{1,3}(?:[.,' ]?\d{3}){0,4}[.,]\d{2}(?![\d.,]*\d)")
_DATE: Final = re.compile(
    r"(?<!\d)(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}[./-]\d{1,2}[./-]\d{1,2})(?!\d)"
    r"|(?<!\d)\d{1,2}\.?[ -]?[^\W\d_]{3,9}\.?,?[ -]?\d{2,4}(?!\d)"
    r"|[^\W\d_]{3,9}\.? \d{1,2}(?:st|nd|rd|th)? ?,? ?\d{4}(?!\d)"
)
_OF_MONEY: Final = _words(
    """
    total subtotal amount net gross
    gesamt gesamtbetrag summe betrag zwischensumme netto brutto
    montant somme totaal bedrag totale importo importe suma
    """
)
_OF_DATES: Final = _words("date datum fecha data invoice rechnung facture factuur fattura factura")
_NET: Final = _words("subtotal net netto zwischensumme nettobetrag imponibile base")
_TAX: Final = _words("tax vat mwst ust tva btw iva gst")
_TOTAL: Final = _words("total gesamtbetrag gesamt totaal totale summe")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_CENT: Final = Decimal("0.02")
_MOST: Final = 30
"""Amounts of a kind that are compared; a hostile page has thousands."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the image of a page looks like.

    Attributes:
        width: of the upright page.
        height: in the same unit.
        unevenness: grey levels between the paper of its brightest and its darkest part.
    """

    width: float
    height: float
    unevenness: int


def doubts_of(words: Sequence[Word], look: Look) -> tuple[Doubt, ...]:
    """Return why the words of a page are to be doubted; nothing where they are not."""
    return tuple(_doubts(words, look))


def _doubts(words: Sequence[Word], look: Look) -> Iterator[Doubt]:
    if look.width and look.width < _NARROW * look.height:
        yield Doubt.TILL_ROLL
    if look.unevenness > _UNEVEN:
        yield Doubt.PHOTOGRAPH
    if not words:
        return
    if _confidence(words) < _SURE:
        yield Doubt.LOW_CONFIDENCE
    lines = _lines(words)
    known = [frozenset(_LETTERS.findall(line.lower())) for line in lines]
    seen = frozenset[str]().union(*known)
    amounts = [_amounts(line) for line in lines]
    if seen & _OF_MONEY and not any(amounts):
        yield Doubt.NO_AMOUNT
    if seen & _OF_DATES and seen & _OF_MONEY and not any(map(_DATE.search, lines)):
        yield Doubt.NO_DATE
    if _disagree(list(zip(known, amounts, strict=True))):
        yield Doubt.SUMS_DISAGREE


def _confidence(words: Sequence[Word]) -> float:
    letters = sum(len(word.text) for word in words)
    return sum(word.confidence * len(word.text) for word in words) / max(letters, 1)


def _lines(words: Sequence[Word]) -> list[str]:
    lines: dict[int, list[str]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word.text)
    return [" ".join(texts) for texts in lines.values()]


def _amounts(line: str) -> list[Decimal]:
    """Return the amounts of a line; the last two digits are the cents, whatever the mark."""
    found = (re.sub(r"\D", "", match.group()) for match in _AMOUNT.finditer(line))
    return [Decimal(digits[-15:]) / 100 for digits in found]


def _disagree(lines: Sequence[tuple[frozenset[str], list[Decimal]]]) -> bool:
    """Say whether the amounts behind a net amount, a tax and a total are all there, and none fit.

    A page may state several of each, as rates and discounts make them: that any three fit is
    enough.
    """
    nets, taxes, totals = [], [], []
    for known, amounts in lines:
        if not amounts:
            continue
        if known & _TAX:
            taxes += amounts
        elif known & _NET:
            nets += amounts
        elif known & _TOTAL:
            totals += amounts
    few = (nets[:_MOST], [*taxes, sum(taxes, Decimal(0))][:_MOST], totals[:_MOST])
    if not (nets and taxes and totals):
        return False
    return not any(
        abs(net + tax - total) <= _CENT for net in few[0] for tax in few[1] for total in few[2]
    )
