"""Dates, as people write them in the languages of invoices. Pure."""

# ruff: noqa: RUF001 -- letters of other scripts

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import Final

from inkwell_extract.values.folding import narrow
from inkwell_extract.values.months import months_named
from inkwell_extract.values.reading import Reading, reading_of


class DateOrder(StrEnum):
    """What comes first in a date of numbers."""

    DAY_FIRST = "day"
    MONTH_FIRST = "month"
    YEAR_FIRST = "year"


_MAX_LENGTH: Final = 48
_CENTURY_PIVOT: Final = 70
"""Two-digit years below it are of this century."""

_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2199
_AROUND: Final = " .,;:()[]*|"
_TIME: Final = re.compile(
    r"(?i)(?:(?<=\d)T|[,;]?\s(?:(?:at|um|a|à|le|kl\.?|om|ore|às)\s)?)"
    r"(?:\d{1,2}\s?[:h]\s?\d{2}(?:\s?:\s?\d{2}(?:[.,]\d+)?)?\s?(?:[ap]\.?\s?m\b\.?|uhr|h|hrs?)?"
    r"|\d{1,2}(?:\.\d{2})?\s?uhr)\s?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})?$"
)
"""A time of day behind a date."""

_NUMERIC: Final = re.compile(r"(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})")
_ISO: Final = re.compile(r"(\d{4})\s?([-./])\s?(\d{1,2})\s?\2\s?(\d{1,2})")
_COMPACT: Final = re.compile(r"(20\d{2}|19\d{2})(\d{2})(\d{2})")
_CJK: Final = re.compile(
    r"(令和|平成|昭和|民國|民国)?\s?(\d{1,4}|元)\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일号號]?"
)
_ERAS: Final = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}
"""The year before the first of an era; 元 is its first."""

_NAME: Final = r"([^\W\d_]{2,}(?:[\u0300-\u036f][^\W\d_]*)*)"
_DAY_FIRST: Final = re.compile(
    r"(\d{1,2})(?:\.|st|nd|rd|th|er|º|ª)?\s?(?:de\s|of\s)?[-/ ]?" + _NAME + r"\.?,?[-/ ]?\s?"
    r"(?:de\s|of\s)?(\d{4}|'?\d{2})"
)
_MONTH_FIRST: Final = re.compile(
    _NAME + r"\.?[-/ ]?\s?(\d{1,2})(?:st|nd|rd|th)?\s?[,/-]?\s?(\d{4}|'\d{2})"
)
_YEAR_FIRST: Final = re.compile(
    r"(\d{4})\.?[-/ ]?\s?(?:de\s)?" + _NAME + r"\.?[-/ ]?\s?(\d{1,2})\.?"
)
_YEAR_BEHIND: Final = re.compile(r"(?i)\s?(?:r|g|г)\.?$")
"""Polish, Lithuanian and Russian dates end with an abbreviated "year"."""


def read_date(
    text: str, order: DateOrder | None = None, likely: DateOrder = DateOrder.DAY_FIRST
) -> Reading[date] | None:
    """Return the one date that a text is, or None.

    Args:
        text: a word or some words.
        order: of day, month and year in this document, where it is settled.
        likely: of the readings that are possible, the one to put first where it is not.
    """
    if len(text) > _MAX_LENGTH or not any(map(str.isdigit, text)):
        return None
    clean = " ".join(narrow(unicodedata.normalize("NFC", text)).split()).strip(_AROUND)
    clean = _YEAR_BEHIND.sub("", _TIME.sub("", clean)).strip(_AROUND)
    if any(map(str.isalpha, clean)):
        match = _CJK.fullmatch(clean)
        return _named(clean) if match is None else _east_asian(match)
    for shape in (_ISO, _COMPACT):
        if match := shape.fullmatch(clean):
            year, month, day = (int(part) for part in match.groups() if part.isdigit())
            return reading_of(_dates(year, (month,), day))
    match = _NUMERIC.fullmatch(clean)
    return None if match is None else _numeric(match, order, likely)


def parse_date(text: str, order: DateOrder | None = None) -> date | None:
    """Return the likeliest date that a text is, or None."""
    reading = read_date(text, order)
    return None if reading is None else reading.value


def is_compact(text: str) -> bool:
    """Say whether a text is eight digits that may be a date: ``20240131``, or any other number."""
    return _COMPACT.fullmatch(text.strip(_AROUND)) is not None


def plain_order(text: str) -> DateOrder | None:
    """Return the order of a date of numbers that can be read in one order only, or None."""
    match = _NUMERIC.fullmatch(text.strip(_AROUND))
    if match is None:
        return None
    possible = list(_by_order(match))
    return possible[0][0] if len(possible) == 1 else None


def _numeric(
    match: re.Match[str], order: DateOrder | None, likely: DateOrder
) -> Reading[date] | None:
    possible = dict(_by_order(match, also_year=order is DateOrder.YEAR_FIRST))
    if order is not None and order in possible:
        return Reading(possible[order])
    first = sorted(possible, key=lambda each: each is not likely)
    return reading_of(possible[each] for each in first)


def _by_order(match: re.Match[str], *, also_year: bool = False) -> Iterator[tuple[DateOrder, date]]:
    """Yield the dates that three numbers may be, by what comes first.

    Dates with dots are never written with the month first. A year of two digits comes first with
    dashes, and with other marks where the document does so.
    """
    first, mark, second, last = match.groups()
    for day in _dates(_year(last), (int(second),), int(first)):
        yield DateOrder.DAY_FIRST, day
    if mark != ".":
        for day in _dates(_year(last), (int(first),), int(second)):
            yield DateOrder.MONTH_FIRST, day
    if (mark == "-" or also_year) and len(first) == len(last) == 2:  # noqa: PLR2004 -- digits
        for day in _dates(_year(first), (int(second),), int(last)):
            yield DateOrder.YEAR_FIRST, day


def _east_asian(match: re.Match[str]) -> Reading[date] | None:
    era, year, month, day = match.groups()
    number = 1 if year == "元" else int(year)
    return reading_of(_dates(number + _ERAS.get(era, 0), (int(month),), int(day)))


def _named(text: str) -> Reading[date] | None:
    if match := _DAY_FIRST.fullmatch(text):
        day, name, year = match.groups()
    elif match := _MONTH_FIRST.fullmatch(text):
        name, day, year = match.groups()
    elif match := _YEAR_FIRST.fullmatch(text):
        year, name, day = match.groups()
    else:
        return None
    return reading_of(_dates(_year(year), months_named(name), int(day)))


def _year(text: str) -> int:
    digits = text.lstrip("'")
    if len(digits) > 2:  # noqa: PLR2004 -- a full year
        return int(digits)
    return int(digits) + (2000 if int(digits) < _CENTURY_PIVOT else 1900)


def _dates(year: int, months: Sequence[int], day: int) -> Iterator[date]:
    for month in months:
        if _FIRST_YEAR <= year <= _LAST_YEAR:
            try:
                yield date(year, month, day)
            except ValueError:
                continue
