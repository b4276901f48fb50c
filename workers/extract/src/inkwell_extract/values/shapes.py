"""What words of a row look like: numbers, phrases, cells. Pure."""

# ruff: noqa: RUF001 -- dashes, quotation marks and apostrophes as people type them

import re
from typing import Final

from inkwell_extract.page.rows import CELL_GAP, Row, Span
from inkwell_extract.values.amounts import parse_amount
from inkwell_extract.values.currencies import parse_currency
from inkwell_extract.values.dates import is_compact, parse_date

_MAX_TEXT_WORDS: Final = 12
_MAX_IDENTIFIER: Final = 64
_FILLERS: Final = frozenset(
    {":", "#", "-", "–", ".", "no", "no.", "nr", "nr.", "n°", "nº", ":#", "°"}
)
_WITHIN_A_NUMBER: Final = 0.8
"""Widest gap, in heights of a row, between the groups of digits of one number."""
_MARKS_AROUND: Final = " ,;:#.()[]"
_PARTING_MARKS: Final = " ,;:=#*|~"
_PREFIX: Final = re.compile(r"[A-Z]{1,5}")
_GROUP_OF_DIGITS: Final = re.compile(r"\d+")
_NUMBERED_BY_YEAR: Final = re.compile(r"(?:19|20)\d{2}\.\d{2}")
"""A number such as 2024.17: the seventeenth of a year, and no sum."""

_IDENTIFIER: Final = re.compile(r"(?=.*\d)[A-Za-z0-9](?:[\w./+-]| (?=\S*\d))*[A-Za-z0-9]|\d")


def identifier_at(row: Row, first: int) -> range:
    """Return the words of a number such as ``RE-2024/17`` that begins at a word."""
    start = first
    while start < len(row.words) and row.words[start].text.casefold() in _FILLERS:
        start += 1
    for count in (1, 2):
        words = range(start, start + count)
        if words.stop > len(row.words):
            break
        text = Span(row, words).text.strip(_MARKS_AROUND)
        if count > 1 and not _PREFIX.fullmatch(row.words[start].text):
            break
        if len(text) > _MAX_IDENTIFIER:
            break
        if _IDENTIFIER.fullmatch(text) and not _is_date(text) and not _is_sum(text):
            return _with_groups(row, words)
    return range(0)


def _with_groups(row: Row, words: range) -> range:
    """Return the words of a number with the groups of digits that follow closely: 74 1234 5678."""
    stop = words.stop
    while (
        stop < len(row.words)
        and _GROUP_OF_DIGITS.fullmatch(row.words[stop - 1].text)
        and _GROUP_OF_DIGITS.fullmatch(row.words[stop].text.rstrip(_MARKS_AROUND))
        and not is_apart(row, stop)
    ):
        stop += 1
    return range(words.start, stop)


def phrase_at(row: Row, first: int) -> range:
    """Return the words of a cell that begins at a word."""
    start = first
    while start < len(row.words) and row.words[start].text in _FILLERS:
        start += 1
    stop = start
    while stop < min(len(row.words), start + _MAX_TEXT_WORDS):
        if stop > start and row.gap_before(stop) > CELL_GAP:
            break
        stop += 1
    return range(start, stop)


def has_letters(row: Row, words: range) -> bool:
    """Say whether some words of a row are words, not numbers, marks or currencies."""
    return any(
        sum(c.isalpha() for c in row.words[index].text) > 1
        and parse_currency(row.words[index].text) is None
        for index in words
    )


def _is_date(text: str) -> bool:
    """Say whether a text is a date and nothing else: 20240117 behind a label is a number."""
    return parse_date(text) is not None and not is_compact(text)


def _is_sum(text: str) -> bool:
    return (
        re.search(r"\d[.,]\d{2}$", text) is not None
        and _NUMBERED_BY_YEAR.fullmatch(text) is None
        and parse_amount(text.rsplit(maxsplit=1)[-1]) is not None
    )


def is_loose(row: Row, words: range) -> bool:
    """Say whether two groups of digits stand too far apart for one number."""
    return any(
        is_apart(row, index)
        and row.words[index].text[:1].isdigit()
        and row.words[index - 1].text[-1:].isdigit()
        for index in words[1:]
    )


def is_apart(row: Row, index: int) -> bool:
    """Say whether a word stands too far from the one before it to go on with its number."""
    return row.gap_before(index) > _WITHIN_A_NUMBER


def is_mark(row: Row, index: int) -> bool:
    """Say whether a word is a mark that parts label and value, and belongs to neither."""
    return not row.words[index].text.strip(_PARTING_MARKS)


def is_percentage(row: Row, following: int) -> bool:
    """Say whether the number before a word is a share."""
    return following < len(row.words) and row.words[following].text.startswith("%")
