"""The pages of a document as rows of words, the way an eye reads a form. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from statistics import median
from typing import Final
from unicodedata import bidirectional

from inkwell_api.document import Page, Word
from inkwell_extract.page.parts import parted
from inkwell_extract.page.rows import Row, Span

_SAME_ROW: Final = 0.5
"""Share of a word's height by which its centre may miss the row's."""

_MIN_WORDS_FOR_SLOPE: Final = 4
_LOOK_BACK: Final = 8


class Layout:
    """A document's rows, in reading order."""

    def __init__(self, pages: Sequence[Page]) -> None:
        """Make the rows."""
        rows: list[Row] = []
        for page in pages:
            aspect = page.width / max(page.height, 1e-6)
            for words in _rows_of(page):
                rows.append(_row(page.number, len(rows), words, aspect))
        self.rows: tuple[Row, ...] = tuple(rows)

    @cached_property
    def text(self) -> str:
        """The rows as they are printed, one a line; pages follow each other."""
        return "\n".join(row.printed for row in self.rows)

    def below(self, row: Row, count: int) -> Iterator[Row]:
        """Yield the next rows of the same page."""
        for following in self.rows[row.index + 1 : row.index + 1 + count]:
            if following.page == row.page:
                yield following

    def locate(self, start: int, end: int) -> list[Span]:
        """Return the words that the characters `start` to `end` of `text` touch."""
        spans, position = [], 0
        for row in self.rows:
            length = len(row.printed)
            if position < end and position + length > start:
                words = row.words_printed_at(max(start - position, 0), end - position)
                if words:
                    spans.append(Span(row, words))
            position += length + 1
            if position >= end:
                break
        return spans


def _row(page: int, index: int, words: Sequence[Word], aspect: float) -> Row:
    """Return a row in which no word is a label and its value, or a date and a time, in one."""
    parts = [parted(word) for word in words]
    starts = set(accumulate((len(each) for each in parts), initial=0))
    whole = tuple(part for each in parts for part in each)
    return Row(page, index, whole, aspect, frozenset(range(len(whole))) - starts)


def _rows_of(page: Page) -> Iterator[tuple[Word, ...]]:
    slope = _slope(page)
    usual = median(word.box.bottom - word.box.top for word in page.words) if page.words else 0.0

    def centre(word: Word) -> float:
        across = (word.box.left + word.box.right) / 2
        return (word.box.top + word.box.bottom) / 2 - slope * across

    def height(word: Word) -> float:
        # A dash is flat, and as free to stand beside the middle of its row as a letter is.
        own = word.box.bottom - word.box.top
        return own if any(map(str.isalnum, word.text)) else max(own, usual)

    row: list[Word] = []
    for word in sorted(page.words, key=lambda word: (centre(word), word.box.left)):
        if row:
            last = row[-_LOOK_BACK:]
            middle = median(centre(w) for w in last)
            if centre(word) - middle > _SAME_ROW * min(median(map(height, last)), height(word)):
                yield _as_read(row)
                row = []
        row.append(word)
    if row:
        yield _as_read(row)


def _as_read(row: Sequence[Word]) -> tuple[Word, ...]:
    """Return words of one height in the direction that their script is read in."""
    directions = Counter(bidirectional(c) for word in row for c in word.text)
    to_the_left = directions["R"] + directions["AL"] > directions["L"]
    if to_the_left:
        return tuple(sorted(row, key=lambda word: (-word.box.right, word.box.top)))
    return tuple(sorted(row, key=lambda word: (word.box.left, word.box.top)))


def _slope(page: Page) -> float:
    """Return how far lines sink from the left to the right edge, in heights of the page."""
    lines: dict[int, list[Word]] = {}
    for word in page.words:
        lines.setdefault(word.line, []).append(word)
    slopes = []
    for words in lines.values():
        first, last = words[0].box, words[-1].box
        if len(words) >= _MIN_WORDS_FOR_SLOPE and last.left > first.right:
            slopes.append(
                ((last.top + last.bottom) - (first.top + first.bottom))
                / ((last.left + last.right) - (first.left + first.right))
            )
    return median(slopes) if slopes else 0.0
