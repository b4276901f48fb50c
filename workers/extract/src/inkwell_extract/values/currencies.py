"""Currencies: symbols and names to ISO 4217 codes. Pure."""

import re
from typing import Final

CODES: Final = frozenset(
    [
        "AED",
        "ARS",
        "AUD",
        "BGN",
        "BRL",
        "CAD",
        "CHF",
        "CLP",
        "CNY",
        "COP",
        "CZK",
        "DKK",
        "EGP",
        "EUR",
        "GBP",
        "GEL",
        "HKD",
        "HRK",
        "HUF",
        "IDR",
        "ILS",
        "INR",
        "ISK",
        "JPY",
        "KES",
        "KRW",
        "KZT",
        "MAD",
        "MXN",
        "MYR",
        "NGN",
        "NOK",
        "NZD",
        "PEN",
        "PHP",
        "PLN",
        "QAR",
        "RON",
        "RSD",
        "RUB",
        "SAR",
        "SEK",
        "SGD",
        "THB",
        "TND",
        "TRY",
        "TWD",
        "UAH",
        "USD",
        "UYU",
        "VND",
        "ZAR",
    ]
)
"""Codes that are believed when they stand in capitals by themselves; words such as ALL or TOP are
no currency."""

_NAMES: Final = {
    "us$": "USD",
    "us dollar": "USD",
    "us dollars": "USD",
    "ca$": "CAD",
    "c$": "CAD",
    "a$": "AUD",
    "au$": "AUD",
    "nz$": "NZD",
    "hk$": "HKD",
    "s$": "SGD",
    "r$": "BRL",
    "mx$": "MXN",
    "€": "EUR",
    "euro": "EUR",
    "euros": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "rs": "INR",
    "rs.": "INR",
    "inr": "INR",
    "zł": "PLN",
    "kč": "CZK",
    "₽": "RUB",
    "₺": "TRY",
    "₩": "KRW",
    "₪": "ILS",
    "฿": "THB",
    "₫": "VND",
    "₴": "UAH",
    "₦": "NGN",
    "fr.": "CHF",
    "sfr.": "CHF",
    "$": "USD",
}
_SHAPE: Final = re.compile(
    r"(?:US|CA|AU|NZ|HK|MX|[CASR])\$|US dollars?|[€£¥₹₽₺₩₪฿₫₴₦$]"
    r"|(?<![A-Za-z])(?:euros?|Rs\.?|zł|Kč|S?Fr\.)(?![A-Za-z])",
    re.IGNORECASE,
)
_CODE: Final = re.compile(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")


def parse_currency(text: str) -> str | None:
    """Return the ISO 4217 code of the first currency that `text` names, or None."""
    found = find_currencies(text)
    return found[0] if found else None


def find_currencies(text: str) -> list[str]:
    """Return the codes of all currencies that `text` names, in order, with repetitions."""
    hits = [(match.start(), _NAMES[match[0].casefold()]) for match in _SHAPE.finditer(text)]
    hits += [(m.start(), m[0]) for m in _CODE.finditer(text) if m[0] in CODES]
    return [code for _, code in sorted(hits)]
