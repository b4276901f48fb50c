"""Proposes values beside their labels: in the row to the right, or in the column below. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from inkwell_extract.labels.label import KnownField, Label
from inkwell_extract.page.layout import Layout
from inkwell_extract.page.rows import Row, Span
from inkwell_extract.patterns import compiled, contains
from inkwell_extract.propose.candidate import Candidate, Clue, Proposer
from inkwell_extract.propose.context import is_in_a_sentence, is_of_other_document
from inkwell_extract.propose.words import NUMBERS, Words
from inkwell_extract.values.fields import WantedField
from inkwell_extract.values.folding import fold
from inkwell_extract.values.shapes import has_letters

_ROWS_BELOW: Final = 4
_ROWS_OF_A_COLUMN: Final = 12
_NEAR: Final = 5.0
_FAR: Final = 40.0
_MISSES: Final = 1


@dataclass(frozen=True, slots=True)
class _Hit:
    """A label where it stands: characters `start` to `end` of a row's text."""

    row: Row
    start: int
    end: int
    weight: float


class Search:
    """Looks for labels, and for values beside and below them, in one document."""

    def __init__(self, layout: Layout, words: Words) -> None:
        """Fold the rows once for all fields."""
        self._layout = layout
        self._words = words
        self._folded = tuple(fold(row.text) for row in layout.rows)
        self._text = "\n".join(self._folded)
        self._found: dict[Label, tuple[_Hit, ...]] = {}

    def candidates(self, field: WantedField, known: KnownField) -> list[Candidate]:
        """Return what the labels of a field announce, label by label, from the top down."""
        return [
            candidate
            for label in known.labels
            for hit in self._hits(label)
            for candidate in self._at(hit, field, known)
        ]

    def _hits(self, label: Label) -> Sequence[_Hit]:
        if label not in self._found:
            self._found[label] = tuple(self._look_for(label))
        return self._found[label]

    def _look_for(self, label: Label) -> Iterator[_Hit]:
        # Most labels stand nowhere in a document, and one look at all of it says so.
        if not contains(f"(?m){label.pattern}", self._text):
            return
        pattern = compiled(label.pattern)
        for row, text in zip(self._layout.rows, self._folded, strict=True):
            for match in pattern.finditer(text):
                if match.end() > match.start():
                    yield _Hit(row, match.start(), match.end(), label.weight)

    def _at(self, hit: _Hit, field: WantedField, known: KnownField) -> list[Candidate]:
        if field.kind not in NUMBERS and is_of_other_document(hit.row, hit.start, hit.end):
            return []
        beside = [c for c in self._beside(hit, field, known) if self._may_be(hit, c, known)]
        if beside:
            return beside
        label = Span(hit.row, hit.row.words_at(hit.start, hit.end))
        cell = self._folded[hit.row.index][self._cell_start(hit) : hit.end]
        if not label.words or is_ruled_out(cell, known):
            return []
        return self._below(hit, label, field, known)

    def _may_be(self, hit: _Hit, candidate: Candidate, known: KnownField) -> bool:
        text = self._folded[hit.row.index]
        value_start = hit.row.start_of(candidate.spans[0].words.start)
        return not is_ruled_out(text[self._cell_start(hit) : max(value_start, hit.end)], known)

    @staticmethod
    def _cell_start(hit: _Hit) -> int:
        """Return where in the row's text the cell of a label begins."""
        words = hit.row.words_at(hit.start, hit.end)
        return hit.row.start_of(hit.row.cell_start(words.start if words else 0))

    def _beside(self, hit: _Hit, field: WantedField, known: KnownField) -> list[Candidate]:
        first = hit.row.words_at(hit.start, hit.end).stop
        found: list[Candidate] = []
        last = first
        for words in self._words.values(hit.row, first, field, known):
            if found and has_letters(hit.row, range(last, words.start)):
                break
            gap = min(max(hit.row.gap_before(words.start) - _NEAR, 0.0), _FAR) / _FAR
            clue = self._clue(hit, is_beside=True, gap=gap)
            candidate = self._candidate(Span(hit.row, words), field, clue)
            if candidate is not None:
                found.append(candidate)
                last = words.stop
        # The last column of a row of sums is the sum.
        return found[-1:] if known.is_last else found[:1]

    def _below(
        self, hit: _Hit, label: Span, field: WantedField, known: KnownField
    ) -> list[Candidate]:
        clue = self._clue(hit, is_beside=False)
        found: list[Candidate] = []
        misses = 0
        for row in self._layout.below(hit.row, _ROWS_OF_A_COLUMN if known.is_last else _ROWS_BELOW):
            words = self._under(label, row, field, known)
            candidate = self._candidate(Span(row, words), field, clue) if words else None
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
        values = self._words.values(row, under[0], field, known)
        return next((words for words in values if words.start <= under[-1]), range(0))

    def _clue(self, hit: _Hit, *, is_beside: bool, gap: float = 0.0) -> Clue:
        text = self._folded[hit.row.index][self._cell_start(hit) : hit.end]
        in_a_sentence = is_in_a_sentence(hit.row, hit.start)
        return Clue(text, hit.weight, is_beside, gap, in_a_sentence)

    def _candidate(self, span: Span, field: WantedField, clue: Clue) -> Candidate | None:
        return self._words.candidate(span, field, Proposer.LABEL, clue)


def is_ruled_out(text: str, known: KnownField) -> bool:
    """Say whether the words from a label to its value make it another field's."""
    if contains(known.never, text):
        return True
    return contains(known.but_not, text) and not contains(known.unless, text)
