"""Finds values beside their labels: in the row to the right, or in the column below. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from inkwell_extract.labels.label import Kind, KnownField, Label
from inkwell_extract.page.layout import Layout
from inkwell_extract.page.rows import Row, Span
from inkwell_extract.patterns import compiled, contains
from inkwell_extract.values.amounts import looks_like_money, parse_amount
from inkwell_extract.values.conventions import Conventions
from inkwell_extract.values.dates import parse_date
from inkwell_extract.values.fields import WantedField
from inkwell_extract.values.folding import fold
from inkwell_extract.values.shapes import (
    has_letters,
    identifier_at,
    is_loose,
    is_mark,
    is_percentage,
    phrase_at,
)

_ROWS_BELOW: Final = 4
_ROWS_OF_A_COLUMN: Final = 12

_LONGEST: Final = {
    Kind.DATE: 8,
    Kind.NUMBER: 4,
    Kind.INTEGER: 2,
    Kind.CURRENCY: 2,
}
_SKIPPED: Final = {Kind.DATE: 6, Kind.CURRENCY: 3}
_NEAR: Final = 5.0
_FAR: Final = 40.0
_MISSES: Final = 1
_MAX_BARE_DIGITS: Final = 7
"""Digits that an amount without decimals or currency may have; longer ones are numbers of
accounts."""

_MONEY: Final = 0.5
_NO_MONEY: Final = -1.0
_NEGATIVE: Final = -1.0
_ZERO: Final = -0.3

_BESIDE: Final = 1.0
_BELOW: Final = 0.5


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value that may be meant, and how sure that is."""

    value: Any
    span: Span
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """A value of a field and the words that it was read from."""

    value: Any
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Hit:
    """A label where it stands: characters `start` to `end` of a row's text."""

    row: Row
    start: int
    end: int
    weight: float


class Search:
    """Looks for candidates of fields in one document."""

    def __init__(self, layout: Layout, conventions: Conventions) -> None:
        """Fold the rows once for all fields."""
        self._layout = layout
        self._conventions = conventions
        self._folded = tuple(fold(row.text) for row in layout.rows)

    def candidates(self, field: WantedField, known: KnownField) -> list[Candidate]:
        """Return all candidates of a field, best first; of equals the one that is meant first."""
        found: list[Candidate] = []
        for label in known.labels:
            for hit in self._hits(label):
                found += self._at(hit, field, known)
        rows = max(len(self._layout.rows), 1)
        sign = 1 if known.is_last else -1
        return sorted(
            found, key=lambda c: (-c.score, -sign * c.span.row.index / rows, c.span.words.start)
        )

    def values_of(self, row: Row, field: WantedField, known: KnownField) -> Iterator[range]:
        """Yield the words of a row that read as values of a field, whatever stands beside them."""
        start = 0
        while start < len(row.words):
            words = next(self._values(row, start, field, known), range(0))
            if not words:
                start += 1
                continue
            yield words
            start = words.stop

    def _hits(self, label: Label) -> Iterator[_Hit]:
        pattern = compiled(label.pattern)
        for row, text in zip(self._layout.rows, self._folded, strict=True):
            for match in pattern.finditer(text):
                if match.end() > match.start():
                    yield _Hit(row, match.start(), match.end(), label.weight)

    def _at(self, hit: _Hit, field: WantedField, known: KnownField) -> list[Candidate]:
        beside = [c for c in self._beside(hit, field, known) if self._may_be(hit, c, known)]
        if beside:
            return beside
        label = Span(hit.row, hit.row.words_at(hit.start, hit.end))
        cell = self._folded[hit.row.index][self._cell_start(hit) : hit.end]
        if not label.words or self._is_ruled_out(cell, known):
            return []
        return self._below(hit, label, field, known)

    def _may_be(self, hit: _Hit, candidate: Candidate, known: KnownField) -> bool:
        text = self._folded[hit.row.index]
        value_start = hit.row.start_of(candidate.span.words.start)
        return not self._is_ruled_out(
            text[self._cell_start(hit) : max(value_start, hit.end)], known
        )

    @staticmethod
    def _is_ruled_out(text: str, known: KnownField) -> bool:
        return contains(known.but_not, text) and not contains(known.unless, text)

    @staticmethod
    def _cell_start(hit: _Hit) -> int:
        """Return where in the row's text the cell of a label begins."""
        words = hit.row.words_at(hit.start, hit.end)
        return hit.row.start_of(hit.row.cell_start(words.start if words else 0))

    def _beside(self, hit: _Hit, field: WantedField, known: KnownField) -> list[Candidate]:
        first = hit.row.words_at(hit.start, hit.end).stop
        found: list[Candidate] = []
        for words in self._values(hit.row, first, field, known):
            if found and has_letters(hit.row, range(found[-1].span.words.stop, words.start)):
                break
            gap = min(max(hit.row.gap_before(words.start) - _NEAR, 0.0), _FAR) / _FAR
            candidate = self._candidate(hit, Span(hit.row, words), field, _BESIDE - gap / 2)
            if candidate is not None:
                found.append(candidate)
        # The last column of a row of sums is the sum.
        return found[-1:] if known.is_last else found[:1]

    def _below(
        self, hit: _Hit, label: Span, field: WantedField, known: KnownField
    ) -> list[Candidate]:
        found: list[Candidate] = []
        misses = 0
        for row in self._layout.below(hit.row, _ROWS_OF_A_COLUMN if known.is_last else _ROWS_BELOW):
            words = self._under(label, row, field, known)
            candidate = self._candidate(hit, Span(row, words), field, _BELOW) if words else None
            if candidate is None:
                misses += 1
            elif known.is_last and has_letters(row, range(len(row.words))):
                # A row with words of its own has a label of its own, or is an item and no sum.
                break
            else:
                found.append(candidate)
                if not known.is_last:
                    break
            if misses > _MISSES:
                break
        return found[-1:]

    def _under(self, label: Span, row: Row, field: WantedField, known: KnownField) -> range:
        """Return the words of a lower row that read as a value and stand under the label."""
        box = label.box
        under = [
            index
            for index, word in enumerate(row.words)
            if word.box.right > box.left and word.box.left < box.right
        ]
        if not under:
            return range(0)
        values = self._values(row, under[0], field, known)
        return next((words for words in values if words.start <= under[-1]), range(0))

    def _candidate(
        self, hit: _Hit, span: Span, field: WantedField, bonus: float
    ) -> Candidate | None:
        value = field.read(span.text.strip(" ,;:#"), self._conventions)
        if value is None:
            return None
        is_number = field.kind in {Kind.NUMBER, Kind.INTEGER}
        is_money = is_number and looks_like_money(span.text)
        if is_number and not is_money and sum(c.isdigit() for c in span.text) > _MAX_BARE_DIGITS:
            return None
        score = hit.weight + bonus
        if is_number:
            score += _MONEY if is_money else _NO_MONEY
            score += _NEGATIVE if float(value) < 0 else _ZERO if float(value) == 0 else 0.0
        return Candidate(value, span, score)

    def _values(
        self, row: Row, first: int, field: WantedField, known: KnownField
    ) -> Iterator[range]:
        """Yield the words that may be a value, from the word `first` of a row on."""
        if field.kind is Kind.TEXT:
            words = identifier_at(row, first) if known.is_identifier else phrase_at(row, first)
            if words:
                yield words
            return
        start = first
        patience = _SKIPPED.get(field.kind, len(row.words))
        while start < len(row.words) and patience >= 0:
            words = self._value_at(row, start, field)
            if words:
                yield words
                start = words.stop
            else:
                start += 1
                patience -= 1

    def _value_at(self, row: Row, start: int, field: WantedField) -> range:
        """Return the most words from `start` on that read as one value, or an empty range."""
        for count in range(min(_LONGEST[field.kind], len(row.words) - start), 0, -1):
            words = range(start, start + count)
            if field.kind in {Kind.NUMBER, Kind.INTEGER} and is_loose(row, words):
                continue
            if is_mark(row, start) or is_mark(row, words.stop - 1):
                continue
            text = Span(row, words).text.strip(" ,;:")
            if self._reads(field, text) and not is_percentage(row, words.stop):
                return words
        return range(0)

    def _reads(self, field: WantedField, text: str) -> bool:
        match field.kind:
            case Kind.DATE:
                return parse_date(text) is not None
            case Kind.NUMBER | Kind.INTEGER:
                return parse_amount(text) is not None and (
                    looks_like_money(text) or parse_date(text) is None
                )
            case Kind.CURRENCY | Kind.TEXT:
                return field.read(text, self._conventions) is not None
