"""Dates, as people write them in the languages of invoices. Pure."""

import re
import unicodedata
from datetime import date
from typing import Final

from inkwell_extract.values.folding import fold

_MAX_LENGTH: Final = 48
_MONTHS: Final = {
    fold(name): number
    for number, names in enumerate(
        (
            "january jan januar jän jänner januari janvier janv gennaio gen enero ene",
            "february feb februar februari février févr fév febbraio febrero",
            "march mar märz mär mrz maart mrt mars marzo",
            "april apr avril avr aprile abril abr",
            "may mai mei maggio mag mayo",
            "june jun juni juin giugno giu junio",
            "july jul juli juillet juil luglio lug julio",
            "august aug augustus août agosto ago",
            "september sep sept septembre settembre set septiembre setiembre",
            "october oct oktober okt octobre ottobre ott octubre",
            "november nov novembre noviembre",
            "december dec dezember dez décembre déc dicembre dic diciembre",
        ),
        start=1,
    )
    for name in names.split()
}
_CENTURY_PIVOT: Final = 70
"""Two-digit years below it are of this century."""

_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2199
_NUMERIC: Final = re.compile(r"(\d{1,4})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})")
_ISO: Final = re.compile(r"(\d{4})\s?[-./]\s?(\d{1,2})\s?[-./]\s?(\d{1,2})(?:T.*)?")
_CJK: Final = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_COMPACT: Final = re.compile(r"(20\d{2}|19\d{2})(\d{2})(\d{2})")
_DAY_FIRST: Final = re.compile(
    r"(\d{1,2})(?:\.|st|nd|rd|th|er)?\s?(?:de\s|of\s)?[-/ ]?([^\W\d_]+)\.?,?[-/ ]?\s?(?:de\s)?"
    r"(\d{4}|'?\d{2})"
)
_MONTH_FIRST: Final = re.compile(
    r"([^\W\d_]+)\.?\s?(\d{1,2})(?:st|nd|rd|th)?\s?,?\s?(\d{4}|'\d{2})"
)
_MONTHS_OF_A_YEAR: Final = 12


def parse_date(text: str, *, is_month_first: bool = False) -> date | None:
    """Return the one date that `text` is, or None.

    Args:
        text: a word or some words.
        is_month_first: how to read ``03/04/2024``, which is the 3rd of April unless this is set.
    """
    if len(text) > _MAX_LENGTH:
        return None
    clean = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip(" .,;:()")
    for shape in (_ISO, _CJK, _COMPACT):
        if match := shape.fullmatch(clean):
            return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := _NUMERIC.fullmatch(clean):
        return _numeric(match[1], match[3], match[4], is_month_first=is_month_first)
    if match := _DAY_FIRST.fullmatch(clean):
        return _named(match[2], match[1], match[3])
    if match := _MONTH_FIRST.fullmatch(clean):
        return _named(match[1], match[2], match[3])
    return None


def is_plainly_month_first(text: str) -> bool:
    """Say whether a numeric date can only be read with its month first: ``12/31/2024``."""
    match = _NUMERIC.fullmatch(text.strip(" .,;:()"))
    return match is not None and int(match[1]) <= _MONTHS_OF_A_YEAR < int(match[3])


def _numeric(first: str, second: str, year: str, *, is_month_first: bool) -> date | None:
    if len(first) > 2:  # noqa: PLR2004 -- a day or month has two digits
        return None
    day, month = int(first), int(second)
    if (is_month_first or month > _MONTHS_OF_A_YEAR) and day <= _MONTHS_OF_A_YEAR:
        day, month = month, day
    return _date(_year(year), month, day)


def _named(name: str, day: str, year: str) -> date | None:
    month = _MONTHS.get(fold(name))
    return None if month is None else _date(_year(year), month, int(day))


def _year(text: str) -> int:
    number = int(text.lstrip("'"))
    if len(text.lstrip("'")) > 2:  # noqa: PLR2004 -- a full year
        return number
    return number + (2000 if number < _CENTURY_PIVOT else 1900)


def _date(year: int, month: int, day: int) -> date | None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
