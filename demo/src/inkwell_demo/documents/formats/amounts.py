"""Ways to write an amount of money."""

from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import Final

from inkwell_demo.documents.invoice import Language

AmountFormat = Callable[[Decimal], str]

_SYMBOLS: Final = {"EUR": "€", "GBP": "£", "USD": "$"}
_SEPARATORS: Final[dict[Language, tuple[tuple[str, str], ...]]] = {
    Language.ENGLISH: ((",", "."), ("", ".")),
    Language.GERMAN: ((".", ","), ("", ",")),
    Language.FRENCH: ((" ", ","), ("", ",")),
}
_SWISS: Final = ("'", ".")


def number(value: Decimal, thousands: str, point: str) -> str:
    """Write an amount with two decimals and the given separators."""
    return f"{value:,.2f}".replace(",", "\0").replace(".", point).replace("\0", thousands)


def draw(language: Language, currency: str, random: Random) -> tuple[AmountFormat, AmountFormat]:
    """Choose how a document writes amounts.

    Returns:
        a format without the currency, for table cells, and one with it, for sums.
    """
    separators = _SWISS if currency == "CHF" else random.choice(_SEPARATORS[language])
    symbol = random.choice((currency, _SYMBOLS.get(currency, currency)))
    in_front = language is Language.ENGLISH or currency == "CHF"

    def plain(value: Decimal) -> str:
        return number(value, *separators)

    def money(value: Decimal) -> str:
        if not in_front:
            return f"{plain(value)} {symbol}"
        return f"{symbol}{plain(value)}" if symbol in {"$", "£"} else f"{symbol} {plain(value)}"

    return plain, money
