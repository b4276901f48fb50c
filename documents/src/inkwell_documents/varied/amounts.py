"""How a varied document writes amounts of money."""

from decimal import Decimal
from random import Random
from typing import Final

from inkwell_documents.facts import Language
from inkwell_documents.formats import amounts
from inkwell_documents.formats.amounts import AmountFormat, write

SYMBOLS: Final = amounts.SYMBOLS | {"CHF": "Fr."}
"""By ISO 4217 code."""


def draw_plain(language: Language, currency: str, random: Random) -> AmountFormat:
    """Choose how a document writes amounts without their currency."""
    ways = {
        Language.ENGLISH: ((",", "."), (",", "."), ("", ".")),
        Language.GERMAN: ((".", ","), (".", ","), ("", ","), (" ", ",")),
        Language.FRENCH: ((" ", ","), (" ", ","), ("", ","), (".", ",")),
    }[language]
    thousands, point = ("'", ".") if currency == "CHF" else random.choice(ways)

    def plain(value: Decimal) -> str:
        return write(value, thousands, point)

    return plain


def draw_money(
    language: Language, currency: str, plain: AmountFormat, random: Random
) -> AmountFormat:
    """Choose how a document writes amounts with their currency."""
    symbol = random.choice((currency, SYMBOLS.get(currency, currency)))
    is_first = random.random() < (0.85 if language is Language.ENGLISH else 0.12)
    gap = random.choice(("", "", " ")) if symbol in {"$", "£", "€"} else " "
    if not is_first:
        gap = " "

    def money(value: Decimal) -> str:
        return f"{symbol}{gap}{plain(value)}" if is_first else f"{plain(value)}{gap}{symbol}"

    return money
