"""Every number, date and currency of a row, as the document's conventions read it. Pure.

An occurrence is certain where the conventions leave one reading, and it is that one. Readings that
they rule out, or cannot choose between, are there too, and not certain.
"""

# ruff: noqa: RUF001 -- dashes, quotation marks and apostrophes as people type them

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final, Generic, TypeVar

from inkwell_extract.page.rows import CELL_GAP, Row, Span
from inkwell_extract.values.amounts import DecimalMark, read_amount
from inkwell_extract.values.conventions import Conventions
from inkwell_extract.values.currencies import meanings as meanings_of
from inkwell_extract.values.currencies import spellings
from inkwell_extract.values.dates import DateOrder, read_date
from inkwell_extract.values.folding import tail_of, without_marks
from inkwell_extract.values.months import months_named
from inkwell_extract.values.reading import Reading
from inkwell_extract.values.shapes import is_loose

T = TypeVar("T")

_NUMBER_WORDS: Final = 4
_DATE_WORDS: Final = 8
_LONGEST_SPELLING: Final = 5
_PUNCTUATION: Final = " .,;:!?*=~|/\"'«»„“”‘’‹›[]{}"
_DASHES: Final = frozenset("-\u2212\u2013")


@dataclass(frozen=True, slots=True)
class Occurrence(Generic[T]):
    """A value that words of a row may mean.

    Attributes:
        value: the number, the date or the code of the currency.
        span: the words.
        is_certain: whether they can mean nothing else here.
    """

    value: T
    span: Span
    is_certain: bool


def numbers_in(row: Row, conventions: Conventions) -> Iterator[Occurrence[Decimal]]:
    """Yield the numbers of a row; a part of a longer number is not certain."""

    def read_otherwise(text: str) -> Iterator[Decimal]:
        for mark in (None, *DecimalMark):
            reading = read_amount(text, mark)
            yield from reading.values if reading is not None else ()

    found = [
        occurrence
        for words in _windows(row, _NUMBER_WORDS, _may_begin_number)
        if not is_loose(row, words)
        for occurrence in _occurrences(Span(row, words), conventions.read_amount, read_otherwise)
    ]
    meant: dict[range, set[Decimal]] = {}
    for occurrence in found:
        meant.setdefault(occurrence.span.words, set()).add(occurrence.value)
    for occurrence in found:
        words = occurrence.span.words
        is_part = any(
            words != longer
            and longer.start <= words.start
            and words.stop <= longer.stop
            and occurrence.value not in values
            for longer, values in meant.items()
        )
        is_certain = occurrence.is_certain and not is_part and not _may_be_minus(row, words.start)
        yield replace(occurrence, is_certain=is_certain)


def dates_in(row: Row, conventions: Conventions) -> Iterator[Occurrence[date]]:
    """Yield the dates of a row."""

    def read_otherwise(text: str) -> Iterator[date]:
        if conventions.read_date(text) is None:
            return
        for order in (None, *DateOrder):
            reading = read_date(text, order)
            yield from reading.values if reading is not None else ()

    for words in _windows(row, _DATE_WORDS, _may_begin_date):
        yield from _occurrences(Span(row, words), conventions.read_date, read_otherwise)


def currencies_in(row: Row, conventions: Conventions) -> Iterator[Occurrence[str]]:
    """Yield the currencies of a row, by their ISO 4217 codes."""
    for index, word in enumerate(row.words):
        span = Span(row, range(index, index + 1))
        reading = conventions.read_currency(word.text)
        if reading is None:
            continue
        for code in reading.values:
            yield Occurrence(code, span, is_certain=not reading.is_ambiguous)
        others = {code for spelling in spellings(word.text) for code in meanings_of(spelling)}
        for code in sorted(others - set(reading.values)):
            yield Occurrence(code, span, is_certain=False)


def written_forms(text: str) -> tuple[str, ...]:
    """Return a text as it stands, without marks around it, and behind ``Total:`` or ``Total=``."""
    bare = text.strip(" ;:").rstrip(".")
    forms = (bare, *(without_marks(part, _PUNCTUATION) for part in (text, tail_of(text))))
    return tuple(dict.fromkeys(forms))


def _occurrences(
    span: Span,
    read: Callable[[str], Reading[T] | None],
    read_otherwise: Callable[[str], Iterator[T]],
) -> Iterator[Occurrence[T]]:
    """Yield what the first form of some words that reads at all may mean."""
    for form in written_forms(span.text):
        reading = read(form)
        if reading is None:
            continue
        for value in reading.values:
            yield Occurrence(value, span, is_certain=not reading.is_ambiguous)
        for value in dict.fromkeys(read_otherwise(form)):
            if value not in reading.values:
                yield Occurrence(value, span, is_certain=False)
        return


def _windows(row: Row, longest: int, may_begin: Callable[[str], bool]) -> Iterator[range]:
    """Yield the runs of words with a digit among them that no wide gap parts."""
    for first, word in enumerate(row.words):
        if not may_begin(word.text):
            continue
        has_digit = False
        for size in range(1, min(longest, len(row.words) - first) + 1):
            last = first + size - 1
            if size > 1 and row.gap_before(last) > CELL_GAP:
                break
            has_digit = has_digit or _has_digit(row.words[last].text)
            if has_digit:
                yield range(first, first + size)


def _may_begin_number(text: str) -> bool:
    """Say whether a word has a digit, or is as short as a sign or the spelling of a currency."""
    return len(text) <= _LONGEST_SPELLING or _has_digit(text)


def _may_begin_date(text: str) -> bool:
    """Say whether a word has a digit, or may name a month or an era."""
    return _has_digit(text) or not text.isascii() or bool(months_named(text.strip(_PUNCTUATION)))


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _may_be_minus(row: Row, start: int) -> bool:
    """Say whether a dash stands apart before a number, and begins a cell that is not the first.

    Elsewhere it is a bullet, or a rule between a label and its value.
    """
    dash = start - 1
    return (
        dash > 0
        and row.words[dash].text in _DASHES
        and row.gap_before(start) <= CELL_GAP
        and row.gap_before(dash) > CELL_GAP
    )
