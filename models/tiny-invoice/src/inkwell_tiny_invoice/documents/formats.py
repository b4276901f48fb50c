"""Ways to write days, amounts and numbers. Pure."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from random import Random
from typing import Final

DateFormat = Callable[[date], str]
AmountFormat = Callable[[Decimal], str]

_MONTHS: Final = {
    "en": ("January February March April May June July August September October November December"),
    "de": ("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
    "fr": ("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
}
SYMBOLS: Final = {"EUR": "€", "GBP": "£", "USD": "$", "CHF": "Fr."}
_LETTERS: Final = "ABCDEFGHIJKLMNOPRSTUVWXYZ"


def _month(day: date, language: str) -> str:
    return _MONTHS[language].split()[day.month - 1]


def _english(*, is_american: bool, is_plain: bool) -> tuple[DateFormat, ...]:
    ways: tuple[DateFormat, ...] = (
        lambda d: f"{d.day} {_month(d, 'en')} {d.year}",
        lambda d: f"{_month(d, 'en')} {d.day}, {d.year}",
        lambda d: f"{_month(d, 'en')[:3]} {d.day:02}, {d.year}",
        lambda d: f"{d.day:02}-{_month(d, 'en')[:3]}-{d.year}",
        lambda d: f"{d.day:02} {_month(d, 'en')[:3]} {d.year}",
        lambda d: d.isoformat(),
    )
    if not is_plain:
        return ways
    numeric: tuple[DateFormat, ...] = (
        (lambda d: f"{d:%m/%d/%Y}", lambda d: f"{d.month}/{d.day}/{d.year}")
        if is_american
        else (lambda d: f"{d:%d/%m/%Y}", lambda d: f"{d:%d/%m/%y}", lambda d: f"{d:%d.%m.%Y}")
    )
    return (*ways, *numeric, numeric[0])


def _german() -> tuple[DateFormat, ...]:
    return (
        lambda d: f"{d:%d.%m.%Y}",
        lambda d: f"{d:%d.%m.%Y}",
        lambda d: f"{d:%d.%m.%Y}",
        lambda d: f"{d.day}.{d.month}.{d.year}",
        lambda d: f"{d.day}. {_month(d, 'de')} {d.year}",
        lambda d: f"{d:%d.%m.%y}",
        lambda d: d.isoformat(),
    )


def _french() -> tuple[DateFormat, ...]:
    return (
        lambda d: f"{d:%d/%m/%Y}",
        lambda d: f"{d:%d/%m/%Y}",
        lambda d: f"{'1er' if d.day == 1 else d.day} {_month(d, 'fr')} {d.year}",
        lambda d: f"{d:%d.%m.%Y}",
        lambda d: f"{d:%d/%m/%y}",
        lambda d: f"{d:%d-%m-%Y}",
        lambda d: d.isoformat(),
    )


def draw_dates(language: str, currency: str | None, random: Random) -> DateFormat:
    """Choose how a document writes days.

    Days of digits alone have their month first where an English document bills in dollars of the
    United States, else their day; where a reader could not know, the month is written in letters.
    """
    if language == "en":
        ways = _english(is_american=currency == "USD", is_plain=currency in {"USD", "GBP", "EUR"})
    else:
        ways = _german() if language == "de" else _french()
    return random.choice(ways)


def draw_amounts(language: str, currency: str, random: Random) -> AmountFormat:
    """Choose how a document writes amounts without their currency."""
    ways = {
        "en": ((",", "."), (",", "."), ("", ".")),
        "de": ((".", ","), (".", ","), ("", ","), (" ", ",")),
        "fr": ((" ", ","), (" ", ","), ("", ","), (".", ",")),
    }[language]
    thousands, point = ("'", ".") if currency == "CHF" else random.choice(ways)

    def plain(value: Decimal) -> str:
        text = f"{value:,.2f}".replace(",", "\0").replace(".", point)
        return text.replace("\0", thousands)

    return plain


def draw_money(language: str, currency: str, plain: AmountFormat, random: Random) -> AmountFormat:
    """Choose how a document writes amounts with their currency."""
    symbol = random.choice((currency, SYMBOLS.get(currency, currency)))
    is_first = random.random() < (0.85 if language == "en" else 0.12)
    gap = random.choice(("", "", " ")) if symbol in {"$", "£", "€"} else " "
    if not is_first:
        gap = " "

    def money(value: Decimal) -> str:
        return f"{symbol}{gap}{plain(value)}" if is_first else f"{plain(value)}{gap}{symbol}"

    return money


def digits(pattern: str, random: Random) -> str:
    """Fill each ``#`` of a pattern with a digit and each ``@`` with a letter."""
    return "".join(
        random.choice("0123456789")
        if sign == "#"
        else random.choice(_LETTERS)
        if sign == "@"
        else sign
        for sign in pattern
    )


def draw_number(day: date, random: Random) -> str:
    """Make up the number of an invoice, or of anything else that has one."""
    if random.random() < 0.3:
        return digits("#" * random.randint(3, 10), random)
    sign = random.choice(("-", "-", "/", "", "", ".", "_"))
    lead = random.choice(("", "", "INV", "RE", "F", "FA", "R", "IN", "FV", "AR", "@", "@@", "@@@"))
    year = random.choice(("", "", f"{day:%Y}", f"{day:%y}", f"{day:%Y%m}", f"{day:%Y%m%d}"))
    serial = "#" * random.randint(2, 6)
    tail = random.choice(("", "", "", "", "@", "##"))
    parts = [part for part in (lead, year, serial, tail) if part]
    return digits(sign.join(parts), random)
