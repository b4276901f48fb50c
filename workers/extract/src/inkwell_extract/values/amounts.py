"""Amounts of money and other numbers, as people write them. Pure.

``1.234,56``, ``1,234.56``, ``1 234,56``, ``1'234.56``, ``(12.00)``, ``12,00-`` and ``€12`` are all
read.
"""

# ruff: noqa: RUF001 -- dashes, quotation marks and apostrophes as people type them

import re
from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from typing import Final

from inkwell_extract.values.currencies import CODES


class DecimalMark(StrEnum):
    """What stands between whole and fraction."""

    COMMA = ","
    POINT = "."


_MAX_LENGTH: Final = 40
_SPACES: Final = "\u0020\u00a0\u2009\u202f"
_MINUS: Final = "-\u2212\u2013"
_SHAPE: Final = re.compile(
    rf"(?P<open>\()?(?P<minus>[{_MINUS}]\s?)?(?P<body>\d(?:[\d.,'’{_SPACES}]*\d)?)"
    rf"(?P<dash>,[-—–])?(?P<behind>\s?[{_MINUS}])?(?P<close>\))?"
)
_GROUPED: Final = re.compile(r"\d{1,3}(?:(?P<mark>[.,'’ ])\d{3})(?:(?P=mark)\d{3})*")
_SPLIT_DECIMALS: Final = re.compile(r"(?<=\d) (?=[.,]\d{2}$)|(?<=\d[.,]) (?=\d{2}$)")
"""OCR sees a gap around the decimal mark now and then."""

_GROUP_SIZE: Final = 3
_AROUND: Final = " \t\u00a0*:;=~"
_CURRENCY: Final = re.compile(
    r"(?i)US\s?dollars?|euros?|(?:\b(?:US|CA|AU|NZ|HK|SG|MX|NT|[CASR])\s?)?\$|[€£¥₹₽₺₩₪฿₫₴₦]|\bRs\.?|\bkr\.?|zł|Kč|Fr\."
    rf"|\b(?:{'|'.join(sorted(CODES))})\b"
)


def parse_amount(text: str, mark: DecimalMark | None = None) -> Decimal | None:
    """Return the one number that `text` is, with or without a currency, or None.

    Args:
        text: a word or some words.
        mark: what the document uses, where it is known; it settles ``1.234``, which is a thousand
            and more when it is not.
    """
    if len(text) > _MAX_LENGTH or "%" in text:
        return None
    bare = _SPLIT_DECIMALS.sub("", _CURRENCY.sub(" ", text).strip(_AROUND))
    match = _SHAPE.fullmatch(bare)
    if match is None or bool(match["open"]) != bool(match["close"]):
        return None
    number = _parse_body(match["body"], mark)
    if number is None:
        return None
    is_negative = bool(match["minus"] or match["behind"] or match["open"])
    return -number if is_negative else number


def _parse_body(body: str, mark: DecimalMark | None) -> Decimal | None:
    for space in _SPACES:
        body = body.replace(space, " ")
    body = body.replace("’", "'")
    decimal = _decimal_mark(body, mark)
    whole, _, fraction = body.rpartition(decimal) if decimal else (body, "", "")
    if any(character in whole for character in ".,' ") and not _GROUPED.fullmatch(whole):
        return None
    if not (fraction.isdigit() or not fraction) or (decimal and not (fraction and whole)):
        return None
    digits = re.sub(r"\D", "", whole)
    return Decimal(f"{digits}.{fraction}" if fraction else digits)


def _decimal_mark(body: str, mark: DecimalMark | None) -> str:
    """Return the character that parts whole and fraction in `body`, or an empty string."""
    last = max(body.rfind(","), body.rfind("."))
    if last < 0:
        return ""
    character = body[last]
    behind = len(body) - last - 1
    other = "." if character == "," else ","
    if body.count(character) > 1:
        return ""
    if behind != _GROUP_SIZE or other in body[:last] or " " in body[:last] or "'" in body[:last]:
        return character
    # One mark and three digits behind it: 1.234 or 0,500.
    if body[:last] in {"0", ""} or len(body[:last]) > _GROUP_SIZE:
        return character
    return character if mark is not None and character == mark.value else ""


def find_decimal_mark(words: Iterable[str]) -> DecimalMark | None:
    """Return the decimal mark that most amounts have, judged by their two decimals."""
    seen = {DecimalMark.COMMA: 0, DecimalMark.POINT: 0}
    for word in words:
        match = re.search(r"\d([.,])\d{2}(?!\d|[.,]\d)", word[:_MAX_LENGTH])
        if match and parse_amount(word) is not None:
            seen[DecimalMark(match[1])] += 1
    comma, point = seen[DecimalMark.COMMA], seen[DecimalMark.POINT]
    if comma == point:
        return None
    return DecimalMark.COMMA if comma > point else DecimalMark.POINT


def looks_like_money(text: str) -> bool:
    """Say whether a number is written as money is: with two decimals or a currency."""
    return bool(re.search(r"[.,]\d{2}\)?-?$|,[-—–]$", text.strip())) or bool(_CURRENCY.search(text))
