"""Words of a row read as values of a field's kind, whatever stands beside them. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from inkwell_extract.labels.label import Kind, KnownField
from inkwell_extract.page.rows import Row, Span
from inkwell_extract.propose.candidate import Candidate, Clue, Proposer
from inkwell_extract.propose.identifiers import goes_on_behind, identifier_in
from inkwell_extract.values.amounts import looks_like_money, parse_amount
from inkwell_extract.values.conventions import Conventions
from inkwell_extract.values.dates import parse_date
from inkwell_extract.values.fields import WantedField
from inkwell_extract.values.folding import fold, without_marks
from inkwell_extract.values.shapes import is_loose, is_mark, is_percentage, phrase_at

NUMBERS: Final = frozenset({Kind.NUMBER, Kind.INTEGER})

_LONGEST: Final = {
    Kind.DATE: 8,
    Kind.NUMBER: 4,
    Kind.INTEGER: 2,
    Kind.CURRENCY: 2,
}
_SKIPPED: Final = {Kind.DATE: 6, Kind.CURRENCY: 3}
_MAX_BARE_DIGITS: Final = 7
"""Digits that an amount without marks or currency may have; longer ones are numbers of accounts."""

# One string is easier to read than forty.
_UNITS: Final = frozenset(
    "kg kgs mg lb lbs oz km cm mm m2 m3 m² m³ ltr litre litres liter ml kwh mwh pcs pc pce pieces "  # noqa: SIM905
    "stk stck stuck hrs hours std stunden days tage jours dagen points punkte".split()
)
"""Words beside a number that make it a quantity; single letters are left out, as tills mark the
rate of tax by one."""


@dataclass(frozen=True, slots=True)
class Words:
    """Reads words of rows by a document's conventions.

    Attributes:
        conventions: how the document writes what can be read in two ways.
    """

    conventions: Conventions
    _dated: dict[int, frozenset[int]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _seen: dict[tuple[Kind, int, int], range] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def values(
        self, row: Row, first: int, wanted: WantedField, known: KnownField | None = None
    ) -> Iterator[range]:
        """Yield the words that may be a value, from the word `first` of a row on."""
        if wanted.kind is Kind.TEXT:
            is_identifier = known is not None and known.is_identifier
            words = self._identifier(row, first) if is_identifier else phrase_at(row, first)
            if words:
                yield words
            return
        start = first
        patience = _SKIPPED.get(wanted.kind, len(row.words))
        while start < len(row.words) and patience >= 0:
            words = self._value_at(row, start, wanted)
            if words:
                yield words
                start = words.stop
            else:
                start += 1
                patience -= 1

    def every(self, row: Row, wanted: WantedField) -> Iterator[range]:
        """Yield all words of a row that read as values of a field."""
        start = 0
        while start < len(row.words):
            words = self._value_at(row, start, wanted)
            if words:
                yield words
            start = words.stop if words else start + 1

    def candidate(
        self, span: Span, wanted: WantedField, proposer: Proposer, clue: Clue | None = None
    ) -> Candidate | None:
        """Return the value that some words are, or None when they are none of the field's type."""
        value = wanted.read(without_marks(span.text, " ,;:#"), self.conventions)
        if value is None or (wanted.kind in NUMBERS and _is_account(span.text)):
            return None
        goes_on = wanted.kind is Kind.TEXT and goes_on_behind(span)
        return Candidate(wanted.name, value, (span,), proposer, span.text, clue, goes_on)

    def _identifier(self, row: Row, first: int) -> range:
        words = identifier_in(row, first)
        dated = self._date_words(row).intersection(words[1:])
        return range(words.start, min(dated)) if dated else words

    def _value_at(self, row: Row, start: int, wanted: WantedField) -> range:
        """Return the most words from `start` on that read as one value, or an empty range."""
        if wanted.kind is Kind.CURRENCY:
            return self._read_at(row, start, wanted)
        # Many labels look at the same words, for fields of the same kind.
        key = wanted.kind, row.index, start
        if key not in self._seen:
            self._seen[key] = self._read_at(row, start, wanted)
        return self._seen[key]

    def _read_at(self, row: Row, start: int, wanted: WantedField) -> range:
        longest = row.words[start : start + _LONGEST[wanted.kind]]
        if wanted.kind is not Kind.CURRENCY and not any(_has_digit(word.text) for word in longest):
            return range(0)
        for count in range(min(_LONGEST[wanted.kind], len(row.words) - start), 0, -1):
            words = range(start, start + count)
            # Few words read as a value; what stands around them is looked at for those alone.
            if not self._reads(wanted, without_marks(Span(row, words).text, " ,;:")):
                continue
            if wanted.kind in NUMBERS and not self._may_be_amount(row, words):
                continue
            if is_mark(row, start) or is_mark(row, words.stop - 1):
                continue
            if not is_percentage(row, words.stop):
                return words
        return range(0)

    def _may_be_amount(self, row: Row, words: range) -> bool:
        if is_loose(row, words) or _is_quantity(row, words):
            return False
        return not self._date_words(row).intersection(words)

    def _date_words(self, row: Row) -> frozenset[int]:
        """Return the words of a row that are a date or a part of one, such as the 15 of 15 July."""
        if row.index not in self._dated:
            self._dated[row.index] = frozenset(_dated(row))
        return self._dated[row.index]

    def _reads(self, wanted: WantedField, text: str) -> bool:
        match wanted.kind:
            case Kind.DATE:
                return parse_date(text) is not None
            case Kind.NUMBER | Kind.INTEGER:
                return parse_amount(text) is not None
            case Kind.CURRENCY | Kind.TEXT:
                return wanted.read(text, self.conventions) is not None


def _dated(row: Row) -> set[int]:
    """Return the words of a row that are in a date; what is in one already is not read again."""
    digits = [index for index, word in enumerate(row.words) if _has_digit(word.text)]
    found: set[int] = set()
    for start in range(len(row.words)):
        for stop in range(min(start + _LONGEST[Kind.DATE], len(row.words)), start, -1):
            words = range(start, stop)
            if (
                any(index in words for index in digits)
                and not found.issuperset(words)
                and _is_date(Span(row, words).text)
            ):
                found.update(words)
    return found


def _is_date(text: str) -> bool:
    """Say whether words are a date, with or without its year, and no amount."""
    if not _has_digit(text) or (looks_like_money(text) and text.count(".") < 2):  # noqa: PLR2004 -- 03.04.24
        return False
    if parse_date(text) is not None:
        return True
    has_month = any(c.isalpha() for c in text)
    return has_month and any(
        parse_date(f"{text}{year}") is not None for year in (" 2000", ", 2000")
    )


def _has_digit(text: str) -> bool:
    """Say whether a digit stands in a text."""
    return any(map(str.isdigit, text))


def _is_quantity(row: Row, words: range) -> bool:
    """Say whether a unit that is none of money stands beside a number."""
    beside = (words.start - 1, words.stop)
    return any(
        0 <= index < len(row.words) and fold(row.words[index].text).strip(".,:()") in _UNITS
        for index in beside
    )


def _is_account(text: str) -> bool:
    """Say whether a number is too long for an amount that has no marks and no currency."""
    if looks_like_money(text) or re.search(r"\d[.,'’ ]\d{3}(?!\d)", text):  # noqa: RUF001 -- as people type it
        return False
    return sum(c.isdigit() for c in text) > _MAX_BARE_DIGITS
