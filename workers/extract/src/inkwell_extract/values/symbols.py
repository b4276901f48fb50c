"""How currencies are written: ISO 4217 codes, symbols, and how many decimals each has. Data.

Codes, their countries and their decimals come from CLDR by Babel; symbols and what they may stand
for are written down here, since CLDR knows one symbol for a currency and no currency for a symbol.
"""

# ruff: noqa: RUF001 -- signs and names as people print them

from datetime import date
from functools import lru_cache
from typing import Final

from babel.core import get_global
from babel.numbers import get_currency_precision, get_territory_currencies

_OLDEST: Final = date(2010, 1, 1)
"""Currencies that were given up before it stand on no document that is still read."""

_NEWEST: Final = date(2100, 1, 1)


def _codes() -> frozenset[str]:
    territories = get_global("territory_currencies")
    return frozenset(
        code
        for territory in territories
        for code in get_territory_currencies(territory, _OLDEST, _NEWEST)
    )


CODES: Final = _codes()
"""ISO 4217 codes of the currencies that are in use, or were a few years ago."""

SURE_CODES: Final = CODES & {
    *("ARS", "AUD", "BGN", "BRL", "CHF", "CLP", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD"),
    *("HRK", "HUF", "IDR", "ILS", "INR", "ISK", "JPY", "KRW", "KWD", "KZT", "MXN", "MYR"),
    *("NGN", "NOK", "NZD", "PLN", "QAR", "RON", "RSD", "RUB", "SEK", "SGD", "THB", "TND"),
    *("TWD", "UAH", "USD", "UYU", "VND", "ZAR"),
}
"""Codes that are no word and no abbreviation of anything else. The others are words too (PEN, TRY,
BHD in Sdn Bhd): they stand for a currency only where they cannot be anything else."""

DOLLARS: Final = (
    *("USD", "AUD", "CAD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP", "BBD"),
    *("BMD", "BND", "BSD", "BZD", "DOP", "FJD", "GYD", "JMD", "KYD", "LRD", "NAD", "SBD"),
    *("SRD", "TTD", "UYU", "XCD"),
)

SIGNS: Final[dict[str, tuple[str, ...]]] = {
    "us$": ("USD",),
    "ca$": ("CAD",),
    "c$": ("CAD",),
    "a$": ("AUD",),
    "au$": ("AUD",),
    "nz$": ("NZD",),
    "hk$": ("HKD",),
    "s$": ("SGD",),
    "nt$": ("TWD",),
    "r$": ("BRL",),
    "mx$": ("MXN",),
    "$": DOLLARS,
    "€": ("EUR",),
    "£": ("GBP",),
    "¥": ("JPY", "CNY"),
    "円": ("JPY",),
    "元": ("CNY", "TWD", "HKD"),
    "₹": ("INR",),
    "₽": ("RUB",),
    "₺": ("TRY",),
    "₩": ("KRW",),
    "원": ("KRW",),
    "₪": ("ILS",),
    "฿": ("THB",),
    "₫": ("VND",),
    "₴": ("UAH",),
    "₦": ("NGN",),
    "₱": ("PHP",),
    "₸": ("KZT",),
    "₵": ("GHS",),
    "₡": ("CRC",),
    "₲": ("PYG",),
    "৳": ("BDT",),
}
"""Signs that are nothing but a currency, and what they may stand for, likeliest first."""

NAMES: Final[dict[str, tuple[str, ...]]] = {
    "euro": ("EUR",),
    "euros": ("EUR",),
    "us dollar": ("USD",),
    "us dollars": ("USD",),
    "sfr": ("CHF",),
    "fr.": ("CHF",),
    "zł": ("PLN",),
    "kč": ("CZK",),
    "ft": ("HUF",),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "lei": ("RON", "MDL"),
    "rmb": ("CNY",),
    "rp": ("IDR",),
    "rm": ("MYR",),
    "rs": ("INR", "PKR", "LKR", "NPR", "MUR"),
    "tl": ("TRY",),
    "r": ("ZAR",),
    "dt": ("TND",),
    "kd": ("KWD",),
    "jd": ("JOD",),
    "fcfa": ("XOF", "XAF"),
    "php": ("PHP",),
    "лв": ("BGN",),
    "грн": ("UAH",),
    "руб": ("RUB",),
    "s/": ("PEN",),
    "bs": ("BOB", "VES"),
    "bd": ("BHD",),
    "sr": ("SAR",),
    "tk": ("BDT",),
    "dhs": ("AED", "MAD"),
    "ksh": ("KES",),
}
"""Names and abbreviations of letters, in lower case without the dot at their end (but ``fr.``),
and what they may stand for, likeliest first. They are a currency only beside an amount."""

TERSE: Final = frozenset({"r", "ft", "tl", "dt", "kd", "jd", "php", "s/", "bs", "bd", "sr", "tk"})
"""Of `NAMES` those that abbreviate other things too: the amount beside them must have decimals or
groups."""


@lru_cache(maxsize=512)
def decimals_of(code: str) -> int:
    """Return how many decimals amounts of a currency have: 2 of most, 0 of yen, 3 of dinars."""
    return int(get_currency_precision(code))


@lru_cache(maxsize=512)
def currencies_of(country: str) -> frozenset[str]:
    """Return the currencies that a country (ISO 3166-1, two letters) pays in, or paid lately."""
    return frozenset(get_territory_currencies(country, _OLDEST, _NEWEST))
