"""How an everyday document writes amounts of money."""

from decimal import Decimal
from random import Random
from typing import Final

from inkwell_documents.facts import Language
from inkwell_documents.formats.amounts import SYMBOLS, AmountFormat, write

_SEPARATORS: Final[dict[Language, tuple[tuple[str, str], ...]]] = {
    Language.ENGLISH: ((",", "."), ("", ".")),
    Language.GERMAN: ((".", ","), ("", ",")),
    Language.FRENCH: ((" ", ","), ("", ",")),
}
_SWISS: Final = ("'", ".")


def draw(language: Language, currency: str, random: Random) -> tuple[AmountFormat, AmountFormat]:
    """Choose how a document writes amounts.

    Returns:
        a format without the currency, for table cells, and one with it, for sums.
    """
    separators = _SWISS if currency == "CHF" else random.choice(_SEPARATORS[language])
    symbol = random.choice((currency, SYMBOLS.get(currency, currency)))
    in_front = language is Language.ENGLISH or currency == "CHF"

    def plain(value: Decimal) -> str:
        return write(value, *separators)

    def money(value: Decimal) -> str:
        if not in_front:
            return f"{plain(value)} {symbol}"
        return f"{symbol}{plain(value)}" if symbol in {"$", "£"} else f"{symbol} {plain(value)}"

    return plain, money
