"""Finds values again in the words of the document, whoever proposed them. Pure.

Exact words are looked for first, then the same number, date, currency or letters written in
another way, then words that differ in little (a misread letter). What is not found so is
ungrounded.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean
from typing import Any, Final

from rapidfuzz import fuzz, process

from inkwell_api.document import UNGROUNDED, Evidence, Match
from inkwell_extract.page.layout import Layout
from inkwell_extract.page.rows import Row, Span, box_around
from inkwell_extract.values.amounts import DecimalMark, parse_amount
from inkwell_extract.values.currencies import CODES, find_currencies
from inkwell_extract.values.dates import parse_date
from inkwell_extract.values.fields import as_date, as_decimal
from inkwell_extract.values.folding import fold, letters_and_digits

_NUMBER_WORDS: Final = 3
_DATE_WORDS: Final = 5
_JOINED_WORDS: Final = 8
"""Most words that a value without spaces may be spread over, such as an IBAN."""

_MIN_FUZZY_LENGTH: Final = 6
_MIN_FUZZY_SCORE: Final = 88.0
_MIN_JOINED_LENGTH: Final = 3
_MAX_VALUE_LENGTH: Final = 400
_MAX_FUZZY_SEARCHES: Final = 40
"""Fuzzy searches for one document; each costs a look at every word."""

_EDGE: Final = 0.01
"""Share of the page's width by which lines of one column may begin apart."""

_MAX_DIGIT_ERRORS: Final = 1
_MARKS: Final = " .,;:!?()[]{}\"'«»„“”#*"


@dataclass(frozen=True, slots=True)
class _Place:
    row: int
    words: range


class Evidences:
    """The words of one document, ready to be searched for many values."""

    def __init__(self, layout: Layout) -> None:
        """Index words, numbers and dates once."""
        self._rows = layout.rows
        self._words: dict[str, list[tuple[int, int]]] = {}
        self._numbers: dict[Decimal, list[_Place]] = {}
        self._dates: dict[str, list[_Place]] = {}
        self._currencies: dict[str, _Place] = {}
        self._letters: list[list[str]] = []
        self._fuzzy_searches = 0
        for row in layout.rows:
            self._index(row)

    def find(self, value: Any, near: Sequence[Span] = ()) -> Evidence:
        """Return where a value stands, or `UNGROUNDED`.

        Args:
            value: a JSON scalar. Booleans and null stand nowhere.
            near: where it was read, if that is known; a better match elsewhere does not count.
        """
        if near:
            spans = tuple(near)
            match = Match.EXACT if _text_of(spans) == str(value) else Match.NORMALISED
            return _evidence(spans, match)
        if isinstance(value, bool) or value is None:
            return UNGROUNDED
        number = as_decimal(value)
        if number is not None:
            return self._find_number(number, str(value))
        text = " ".join(str(value).split())
        if not text or len(text) > _MAX_VALUE_LENGTH:
            return UNGROUNDED
        return self._find_text(text)

    def _index(self, row: Row) -> None:
        self._letters.append([letters_and_digits(word.text) for word in row.words])
        for index, word in enumerate(row.words):
            self._words.setdefault(_bare(word.text), []).append((row.index, index))
            for code in find_currencies(word.text):
                self._currencies.setdefault(code, _Place(row.index, range(index, index + 1)))
        for words in _windows(row, _NUMBER_WORDS, _has_digit):
            text = Span(row, words).text.strip(" :;").rstrip(".")
            for number in {parse_amount(text, mark) for mark in (None, *DecimalMark)} - {None}:
                if number is not None:
                    self._numbers.setdefault(number, []).append(_Place(row.index, words))
        for words in _windows(row, _DATE_WORDS, _has_digit):
            text = Span(row, words).text
            for month_first in (False, True):
                day = parse_date(text, is_month_first=month_first)
                if day is not None:
                    self._dates.setdefault(day.isoformat(), []).append(_Place(row.index, words))

    def _find_number(self, number: Decimal, text: str) -> Evidence:
        places = self._numbers.get(number, [])
        if not places:
            return UNGROUNDED
        exact = next((p for p in places if self._span(p).text == text), None)
        best = exact or min(places, key=lambda p: len(p.words))
        return _evidence((self._span(best),), Match.EXACT if exact else Match.NORMALISED)

    def _find_text(self, text: str) -> Evidence:
        exact = self._find_words(text)
        if exact is not None:
            return _evidence((exact,), Match.EXACT)
        number = parse_amount(text)
        place = self._find_typed(text, number)
        if place is not None:
            return _evidence((self._span(place),), Match.NORMALISED)
        if as_date(text) is not None or number is not None:
            # A number or date that nearly stands there is another one.
            return UNGROUNDED
        across = self._find_across_rows(text)
        return _evidence(across, Match.NORMALISED) if across else self._find_similar(text)

    def _find_typed(self, text: str, number: Decimal | None) -> _Place | None:
        """Find a date, currency or number that is written in another way."""
        if as_date(text) is not None:
            return next(iter(self._dates.get(text, ())), None)
        if text in CODES:
            return self._currencies.get(text)
        return next(iter(self._numbers.get(number, ())), None) if number is not None else None

    def _find_words(self, text: str) -> Span | None:
        """Find the words of a text, one after the other in one row."""
        wanted = [_bare(word) for word in text.split()]
        for row_index, first in self._words.get(wanted[0], ()):
            row = self._rows[row_index]
            words = range(first, first + len(wanted))
            if words.stop <= len(row.words) and all(
                _bare(row.words[index].text) == want
                for index, want in zip(words, wanted, strict=True)
            ):
                return Span(row, words)
        return None

    def _find_across_rows(self, text: str) -> tuple[Span, ...] | None:
        """Find the letters and digits of a text in words of up to three rows."""
        wanted = letters_and_digits(text)
        if len(wanted) < _MIN_JOINED_LENGTH:
            return None
        most = max(_JOINED_WORDS, len(text.split()) * 2)
        for row in self._rows:
            for first, letters in enumerate(self._letters[row.index]):
                if letters and wanted.startswith(letters):
                    spans = self._follow(wanted, row, first, most)
                    if spans is not None:
                        return spans
        return None

    def _follow(self, wanted: str, row: Row, first: int, most: int) -> tuple[Span, ...] | None:
        left = first
        last_row = min(row.index + 3, len(self._rows))
        spans: list[Span] = []
        for current in self._rows[row.index : last_row]:
            start = left if current is row else self._continuation(current, spans[0], wanted)
            stop = start
            while stop < len(current.words) and most > 0 and wanted:
                letters = self._letters[current.index][stop]
                if not wanted.startswith(letters):
                    break
                wanted = wanted[len(letters) :]
                stop += 1
                most -= 1
            if stop == start:
                return None
            spans.append(Span(current, range(start, stop)))
            if not wanted:
                return tuple(spans)
        return None

    def _continuation(self, row: Row, first: Span, wanted: str) -> int:
        """Return the word that goes on below `first`: under it, its cell, or at the left."""
        cell = first.row.cell_start(first.words.start)
        edges = (first.box.left, first.row.words[cell].box.left, 0.0)
        for edge in edges:
            lefts = enumerate(word.box.left for word in row.words)
            start = next((index for index, left in lefts if left >= edge - _EDGE), None)
            if start is not None and wanted.startswith(self._letters[row.index][start] or "\0"):
                return start
        return len(row.words)

    def _find_similar(self, text: str) -> Evidence:
        """Find words that differ from a text in little: OCR misread a letter."""
        wanted = letters_and_digits(text)
        self._fuzzy_searches += 1
        if len(wanted) < _MIN_FUZZY_LENGTH or self._fuzzy_searches > _MAX_FUZZY_SEARCHES:
            return UNGROUNDED
        count = len(text.split())
        best: tuple[float, Span] | None = None
        for size in {max(count - 1, 1), count, count + 1}:
            places = [
                (row.index, first)
                for row in self._rows
                for first in range(len(row.words) - size + 1)
            ]
            texts = ("".join(self._letters[r][f : f + size]) for r, f in places)
            hit = process.extractOne(
                wanted, list(texts), scorer=fuzz.ratio, score_cutoff=_MIN_FUZZY_SCORE
            )
            if hit is None or (best is not None and hit[1] <= best[0]):
                continue
            row_index, first = places[hit[2]]
            if _digits_agree(wanted, str(hit[0])):
                best = (hit[1], Span(self._rows[row_index], range(first, first + size)))
        return _evidence((best[1],), Match.FUZZY) if best else UNGROUNDED

    def _span(self, place: _Place) -> Span:
        return Span(self._rows[place.row], place.words)


def _evidence(spans: Sequence[Span], match: Match) -> Evidence:
    """Return evidence of words; its page is the first one's, since a box lies on one page."""
    page = spans[0].row.page
    words = [
        span.row.words[index] for span in spans if span.row.page == page for index in span.words
    ]
    return Evidence(
        match=match,
        page=page,
        box=box_around(words),
        text=" ".join(word.text for word in words),
        confidence=round(fmean(word.confidence for word in words), 4),
    )


def _windows(row: Row, longest: int, is_start: Callable[[str], bool]) -> Iterator[range]:
    for first in range(len(row.words)):
        for size in range(1, min(longest, len(row.words) - first) + 1):
            words = range(first, first + size)
            if any(is_start(row.words[index].text) for index in words):
                yield words


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _bare(text: str) -> str:
    return fold(text).strip(_MARKS) or text


def _text_of(spans: Sequence[Span]) -> str:
    return " ".join(span.text for span in spans)


def _digits_agree(wanted: str, found: str) -> bool:
    """Say whether digits differ in no more than one: 471102 is not 471203, but 47l102 may be it."""
    wanted_digits = [c for c in wanted if c.isdigit()]
    found_digits = [c for c in found if c.isdigit()]
    same = sum(1 for a, b in zip(wanted_digits, found_digits, strict=False) if a == b)
    return max(len(wanted_digits), len(found_digits)) - same <= _MAX_DIGIT_ERRORS
