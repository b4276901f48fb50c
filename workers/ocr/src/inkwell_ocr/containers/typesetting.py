"""Sets paragraphs and tables on pages that nobody ever drew. Pure.

The page is made up so that what reads pages works: every line has the same height, every character
the same width, a table is a grid as wide as its text, and the gap between two of its cells is wider
than a space by far. What stands in one row of a table stands at one height.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from inkwell_ocr.containers.blocks import Block, Mark, Paragraph, Table

LINE: Final = 14.0
"""Points from one line to the next."""

HEIGHT: Final = 10.0
_CHARACTER: Final = 5.0
"""Points that a word is high, and a character wide."""

GAP: Final = 40.0
"""Points between two cells, and at least behind a tab; four heights, where two and a half part."""

_MARGIN: Final = 36.0
_WIDTH: Final = 523.0
"""Of an A4 page between its margins: where a paragraph is broken into lines."""

LINES: Final = 56
"""Lines of a page."""

_LONGEST: Final = 300
"""Characters of a word from which it is broken; nobody writes such."""


@dataclass(frozen=True, slots=True)
class SetWord:
    """A word, and where it stands: points from the left, and the line from 0."""

    text: str
    left: float
    line: int

    @property
    def right(self) -> float:
        """Its right end."""
        return self.left + len(self.text) * _CHARACTER


@dataclass(frozen=True, slots=True)
class Strip:
    """Set text: its words, its lines, its width, and the lines that a page begins with."""

    words: tuple[SetWord, ...]
    lines: int
    width: float
    breaks: frozenset[int] = frozenset()


def typeset(blocks: Sequence[Block], width: float = _WIDTH) -> Strip:
    """Return the text below each other, paragraphs broken at a width."""
    words: list[SetWord] = []
    breaks: set[int] = set()
    line, widest = 0, 0.0
    for block in blocks:
        strip = _paragraph(block, width) if isinstance(block, Paragraph) else _table(block)
        words += (replace(word, line=word.line + line) for word in strip.words)
        breaks.update(at + line for at in strip.breaks)
        line += strip.lines
        widest = max(widest, strip.width)
    return Strip(tuple(words), line, widest, frozenset(breaks))


@dataclass(slots=True)
class _Pen:
    """Where the next word goes."""

    width: float
    left: float = 0.0
    line: int = 0
    widest: float = 0.0

    def next_line(self) -> None:
        self.left, self.line = 0.0, self.line + 1

    def put(self, text: str) -> SetWord:
        """Return the word where there is room for it, behind the last one or on the next line."""
        if self.left and self.left + len(text) * _CHARACTER > self.width:
            self.next_line()
        word = SetWord(text, self.left, self.line)
        self.widest = max(self.widest, word.right)
        self.left = word.right + _CHARACTER
        return word


def _paragraph(paragraph: Paragraph, width: float) -> Strip:
    pen = _Pen(width)
    words: list[SetWord] = []
    breaks: set[int] = set()
    text = ""
    for piece in (*paragraph.pieces, Mark.LINE):
        if isinstance(piece, str):
            # A word may change its colour halfway: only a space ends it.
            text += piece
            continue
        words += (pen.put(word) for word in _words(text))
        text = ""
        if piece is Mark.TAB:
            pen.left += GAP
        else:
            pen.next_line()
            if piece is Mark.PAGE:
                breaks.add(pen.line)
    return Strip(tuple(words), pen.line, pen.widest, frozenset(breaks))


def _words(text: str) -> Iterator[str]:
    for word in text.split():
        for start in range(0, len(word), _LONGEST):
            yield word[start : start + _LONGEST]


def _table(table: Table) -> Strip:
    rows = [[typeset(cell.blocks) for cell in row] for row in table.rows]
    lefts = _lefts(table, rows)
    words: list[SetWord] = []
    line = 0
    for row, strips in zip(table.rows, rows, strict=True):
        column = 0
        for cell, strip in zip(row, strips, strict=True):
            words += (
                replace(word, left=word.left + lefts[column], line=word.line + line)
                for word in strip.words
            )
            column += cell.columns
        line += max((strip.lines for strip in strips), default=0)
    return Strip(tuple(words), line, max((word.right for word in words), default=0.0))


def _lefts(table: Table, rows: Sequence[Sequence[Strip]]) -> list[float]:
    """Return where each column begins, and behind the last one the table ends."""
    columns = max((sum(cell.columns for cell in row) for row in table.rows), default=0)
    widths = [0.0] * columns
    spans: list[tuple[int, int, float]] = []
    for row, strips in zip(table.rows, rows, strict=True):
        column = 0
        for cell, strip in zip(row, strips, strict=True):
            spans.append((cell.columns, column, strip.width))
            column += cell.columns
    for span, column, width in sorted(spans):
        # A cell over several columns widens the last of them, if it needs more than they have.
        there = sum(widths[column : column + span]) + GAP * (span - 1)
        widths[column + span - 1] += max(0.0, width - there)
    lefts = [0.0]
    for width in widths:
        lefts.append(lefts[-1] + width + GAP)
    return lefts


def paginate(strip: Strip) -> Iterator[tuple[int, int]]:
    """Yield the lines of each page, from the first one to behind the last one."""
    starts = [0]
    for at in (*sorted(strip.breaks), strip.lines):
        while at - starts[-1] > LINES:
            starts.append(starts[-1] + LINES)
        if at > starts[-1]:
            starts.append(at)
    yield from pairwise(starts)


def page_size(strip: Strip) -> tuple[float, float]:
    """Return width and height of every page, in points: an A4 page, or one as wide as a table."""
    return max(strip.width, _WIDTH) + 2 * _MARGIN, LINES * LINE + 2 * _MARGIN


def place(word: SetWord, first_line: int) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of a word on its page, in points."""
    top = _MARGIN + (word.line - first_line) * LINE
    return word.left + _MARGIN, top, word.right + _MARGIN, top + HEIGHT
