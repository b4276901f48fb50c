"""What a second reader made of the same page, beside what the first one read. Pure.

Two engines seldom misread one figure alike. So a value that both read is confirmed, and one where
the second reads another value in the same place is in doubt: what the second reads is proposed as
well, at the words of the page.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from rapidfuzz import fuzz

from inkwell_api.document import Box, Page, Word
from inkwell_extract.page.layout import Layout
from inkwell_extract.page.rows import Row, Span, box_around
from inkwell_extract.propose.candidate import Candidate, Heard, Proposer
from inkwell_extract.propose.proposals import Proposals
from inkwell_extract.values.folding import letters_and_digits

_OVERLAP: Final = 0.5
"""Share of the smaller of two boxes that the larger one has to hold, across and down."""

_ALIKE: Final = 80.0
"""Likeness, in percent, of two readings of one name."""

_CLEAR: Final = 0.6
"""Confidence below which a word of the second reader contradicts nothing."""


def second_pages(pages: Sequence[Page]) -> list[Page]:
    """Return the pages as the second reader read them, without those that only one read."""
    return [
        replace(page, words=page.second_reading.words, reader=page.second_reading.reader)
        for page in pages
        if page.second_reading is not None
    ]


@dataclass(frozen=True)
class SecondReading:
    """Finds for words of the page what stands there in the second reading, and the reverse.

    Attributes:
        first: the document as its words are.
        second: its pages as the second reader read them.
    """

    first: Layout
    second: Layout

    def merge(self, proposals: Proposals, seconds: Proposals) -> Proposals:
        """Return proposals that know what the second reader read, and what it alone announces."""
        fields = {
            name: (
                *self._compared(found, seconds.fields[name]),
                *self._alone(found, seconds.fields[name]),
            )
            for name, found in proposals.fields.items()
        }
        return replace(proposals, fields=fields)

    def _compared(
        self, found: Sequence[Candidate], others: Sequence[Candidate]
    ) -> Iterator[Candidate]:
        """Yield candidates of the first reader with what the second one says of each."""
        by_value: dict[object, list[Candidate]] = {}
        for other in others:
            by_value.setdefault(_key(other.value), []).append(other)
        for candidate in found:
            same = by_value.get(_key(candidate.value), ())
            yield replace(candidate, heard=self._heard(candidate, same))

    def _heard(self, candidate: Candidate, same: Sequence[Candidate]) -> Heard:
        """Return what the second reader says of a candidate; `same` has its value, somewhere."""
        if not candidate.spans or candidate.spans[0].row.page not in self._rows_of_second:
            return Heard.NOTHING
        if any(_is_there(each.spans[0], candidate.spans[0]) for each in same if each.spans):
            return Heard.SAME
        own = letters_and_digits(candidate.raw)
        words = [word for span in candidate.spans for word in self._words_there(span)]
        theirs = "".join(letters_and_digits(word.text) for word in words)
        if own and own in theirs:
            return Heard.SAME
        if not any(map(str.isdigit, own)):
            is_alike = fuzz.partial_ratio(own, theirs) >= _ALIKE if theirs else False
            return Heard.SAME if is_alike else Heard.NOTHING
        is_clear = all(word.confidence >= _CLEAR for word in words)
        return Heard.OTHER if is_clear and _differ(own, theirs) else Heard.NOTHING

    def _alone(
        self, found: Sequence[Candidate], others: Sequence[Candidate]
    ) -> Iterator[Candidate]:
        """Yield what the second reader alone announces, at the page's words in the same place."""
        values = {_key(each.value) for each in found}
        for candidate in others:
            if candidate.proposer is Proposer.PAGE or _key(candidate.value) in values:
                continue
            moved = self._moved(candidate)
            if moved is not None and not _is_text_of(moved, found):
                yield moved

    def _moved(self, candidate: Candidate) -> Candidate | None:
        """Return a candidate of the second reader at the words of the page, or None."""
        spans = tuple(home for span in candidate.spans for home in self._homes(span))
        if not spans:
            return None
        return replace(candidate, spans=spans, heard=Heard.ALONE)

    def _homes(self, span: Span) -> list[Span]:
        found = []
        for row in self._rows(self.first, span):
            words = _words_at(row, span.box)
            if words:
                found.append(Span(row, words))
        return found[:1]

    def _words_there(self, span: Span) -> Iterator[Word]:
        for row in self._rows(self.second, span):
            yield from (row.words[index] for index in _words_at(row, span.box))

    def _rows(self, layout: Layout, span: Span) -> Sequence[Row]:
        pages = self._rows_of_first if layout is self.first else self._rows_of_second
        page = pages.get(span.row.page)
        return page.beside(span.box) if page is not None else ()

    @cached_property
    def _rows_of_first(self) -> Mapping[int, "_Rows"]:
        return _by_page(self.first)

    @cached_property
    def _rows_of_second(self) -> Mapping[int, "_Rows"]:
        return _by_page(self.second)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of a page, from the highest on, to be found by their height on it.

    Attributes:
        rows: in the order of `tops`.
        tops: where each begins.
        tallest: height of the tallest one.
    """

    rows: tuple[Row, ...]
    tops: tuple[float, ...]
    tallest: float

    def beside(self, box: Box) -> Sequence[Row]:
        """Return the rows that may touch a box, and few others."""
        first = bisect_left(self.tops, box.top - self.tallest)
        return self.rows[first : bisect_right(self.tops, box.bottom)]


def _by_page(layout: Layout) -> dict[int, _Rows]:
    found: dict[int, list[tuple[float, float, Row]]] = {}
    for row in layout.rows:
        box = box_around(row.words)
        found.setdefault(row.page, []).append((box.top, box.bottom - box.top, row))
    pages = {}
    for number, rows in found.items():
        rows.sort(key=lambda each: each[0])
        tops, heights, ordered = zip(*rows, strict=True)
        pages[number] = _Rows(ordered, tops, max(heights))
    return pages


def _words_at(row: Row, box: Box) -> range:
    """Return the words of a row that stand in the place of a box, with those between them."""
    touched = [index for index, word in enumerate(row.words) if _share(word.box, box)]
    return range(touched[0], touched[-1] + 1) if touched else range(0)


def _share(one: Box, other: Box) -> bool:
    """Say whether two boxes share half of the smaller height and of the smaller width."""
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    if height < _OVERLAP * min(one.bottom - one.top, other.bottom - other.top):
        return False
    width = min(one.right, other.right) - max(one.left, other.left)
    return width > _OVERLAP * min(one.right - one.left, other.right - other.left)


def _is_there(one: Span, other: Span) -> bool:
    return one.row.page == other.row.page and _share(one.box, other.box)


def _is_text_of(candidate: Candidate, found: Sequence[Candidate]) -> bool:
    """Say whether a text stands where the first reader read one: letters of its own count more."""
    has_digits = any(map(str.isdigit, candidate.raw))
    return not has_digits and any(map(candidate.shares_words_with, found))


def _differ(own: str, theirs: str) -> bool:
    """Say whether two texts have other figures, and the second one no fewer of them."""
    mine, others = ("".join(filter(str.isdigit, each)) for each in (own, theirs))
    return len(others) >= len(mine) and mine not in others


def _key(value: object) -> object:
    if isinstance(value, str):
        return letters_and_digits(value) or value
    return value
