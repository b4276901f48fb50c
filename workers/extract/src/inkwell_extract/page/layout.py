"""The pages of a document as rows of words, the way an eye reads a form. Pure."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from statistics import median
from typing import Final

from inkwell_api.document import Page, Word
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
            for words in _rows_of(page):
                rows.append(Row(page.number, len(rows), words, page.width / max(page.height, 1e-6)))
        self.rows: tuple[Row, ...] = tuple(rows)

    @cached_property
    def text(self) -> str:
        """The rows, one a line; pages follow each other."""
        return "\n".join(row.text for row in self.rows)

    def below(self, row: Row, count: int) -> Iterator[Row]:
        """Yield the next rows of the same page."""
        for following in self.rows[row.index + 1 : row.index + 1 + count]:
            if following.page == row.page:
                yield following

    def locate(self, start: int, end: int) -> list[Span]:
        """Return the words that the characters `start` to `end` of `text` touch."""
        spans, position = [], 0
        for row in self.rows:
            length = len(row.text)
            if position < end and position + length > start:
                words = row.words_at(max(start - position, 0), end - position)
                if words:
                    spans.append(Span(row, words))
            position += length + 1
            if position >= end:
                break
        return spans


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
                yield tuple(sorted(row, key=lambda w: (w.box.left, w.box.top)))
                row = []
        row.append(word)
    if row:
        yield tuple(sorted(row, key=lambda w: (w.box.left, w.box.top)))


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
