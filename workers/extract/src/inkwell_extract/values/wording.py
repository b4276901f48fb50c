"""Finds a text in the words of a document: the same words, the same letters, similar words. Pure.

Words of two cells are never joined: what stands in two columns is no one thing.
"""

# ruff: noqa: RUF001 -- quotation marks as people type them

from collections.abc import Iterator
from typing import Final

from rapidfuzz import fuzz, process

from inkwell_extract.page.layout import Layout
from inkwell_extract.page.rows import CELL_GAP, Row, Span
from inkwell_extract.values.folding import fold, letters_and_digits, tail_of

_JOINED_WORDS: Final = 8
"""Most words that a value without spaces may be spread over, such as an IBAN."""

_MIN_FUZZY_LENGTH: Final = 6
_MIN_FUZZY_SCORE: Final = 88.0
_MIN_JOINED_LENGTH: Final = 3
_MAX_FUZZY_SEARCHES: Final = 40
"""Fuzzy searches for one document; each costs a look at every word."""

_EDGE: Final = 0.01
"""Share of the page's width by which lines of one column may begin apart."""

_MARKS: Final = " .,;:!?()[]{}\"'«»„“”#*‹›|"
_ROWS: Final = 3
"""Most rows that a text may be spread over."""


class Wording:
    """The words of one document, ready to be searched for many texts."""

    def __init__(self, layout: Layout) -> None:
        """Index the words once."""
        self._rows = layout.rows
        self._words: dict[str, list[tuple[int, int]]] = {}
        self._letters: list[list[str]] = []
        self._fuzzy_searches = 0
        for row in layout.rows:
            self._letters.append([letters_and_digits(word.text) for word in row.words])
            for index, word in enumerate(row.words):
                for form in dict.fromkeys((bare(word.text), bare(tail_of(word.text)))):
                    self._words.setdefault(form, []).append((row.index, index))

    def same_words(self, text: str) -> Iterator[Span]:
        """Yield where the words of a text stand, one after the other in one cell."""
        wanted = [bare(word) for word in text.split()]
        for row_index, first in self._words.get(wanted[0], ()):
            row = self._rows[row_index]
            words = range(first, first + len(wanted))
            if words.stop <= len(row.words) and all(
                bare(row.words[index].text) == want and row.gap_before(index) <= CELL_GAP
                for index, want in zip(words[1:], wanted[1:], strict=True)
            ):
                yield Span(row, words)

    def same_letters(self, text: str) -> Iterator[tuple[Span, ...]]:
        """Yield where the letters and digits of a text stand, in words of up to three rows."""
        wanted = letters_and_digits(text)
        if len(wanted) < _MIN_JOINED_LENGTH:
            return
        most = max(_JOINED_WORDS, len(text.split()) * 2)
        for row in self._rows:
            for first, letters in enumerate(self._letters[row.index]):
                if letters and wanted.startswith((letters, *self._tail(row, first))):
                    spans = self._follow(wanted, row, first, most)
                    if spans is not None:
                        yield spans

    def similar_words(self, text: str) -> Span | None:
        """Return words that differ from a text in few letters and in no number, or None."""
        wanted = letters_and_digits(text)
        self._fuzzy_searches += 1
        if len(wanted) < _MIN_FUZZY_LENGTH or self._fuzzy_searches > _MAX_FUZZY_SEARCHES:
            return None
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
            span = Span(self._rows[row_index], range(first, first + size))
            if _numbers_agree(text, span.text) and not crosses_cells(span):
                best = (hit[1], span)
        return best[1] if best else None

    def _tail(self, row: Row, index: int) -> tuple[str, ...]:
        """Return the letters behind a label that is glued to a word, if there is one."""
        word = row.words[index].text
        tail = tail_of(word)
        letters = letters_and_digits(tail) if tail != word else ""
        return (letters,) if letters else ()

    def _follow(self, wanted: str, row: Row, first: int, most: int) -> tuple[Span, ...] | None:
        left = first
        spans: list[Span] = []
        for current in self._rows[row.index : row.index + _ROWS]:
            start = left if current is row else self._continuation(current, spans[0], wanted)
            stop = start
            while stop < len(current.words) and most > 0 and wanted:
                if stop > start and current.gap_before(stop) > CELL_GAP:
                    break
                letters = self._letters[current.index][stop]
                if not wanted.startswith(letters):
                    letters = next(iter(self._tail(current, stop)), "") if not spans else ""
                    if stop > start or not letters or not wanted.startswith(letters):
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


def bare(text: str) -> str:
    """Return a word folded and without the marks around it; a mark alone stays one."""
    return fold(text).strip(_MARKS) or text


def crosses_cells(span: Span) -> bool:
    """Say whether a wide gap parts some words."""
    return any(span.row.gap_before(index) > CELL_GAP for index in span.words[1:])


def _numbers_agree(wanted: str, found: str) -> bool:
    """Say whether numbers are the same: N0rthgate may be Northgate, but 14 High Street is not 12.

    Of digits within words of letters one may be missing, since OCR takes letters for digits.
    """
    left, right = _numbers(wanted), _numbers(found)
    if [n for n in left if n.isdigit()] != [n for n in right if n.isdigit()]:
        return False
    digits = ("".join(filter(str.isdigit, "".join(numbers))) for numbers in (left, right))
    shorter, longer = sorted(digits, key=len)
    rest = iter(longer)
    return len(longer) - len(shorter) <= 1 and all(digit in rest for digit in shorter)


def _numbers(text: str) -> list[str]:
    """Return the words with digits, without the marks around them."""
    words = (bare(word) for word in text.split())
    return [word for word in words if any(map(str.isdigit, word))]
