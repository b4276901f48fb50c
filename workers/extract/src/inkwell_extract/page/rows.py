"""A row of a page: its words, and where they stand in it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import Final

from inkwell_api.document import Box, Word

CELL_GAP: Final = 2.5
"""Gap, in heights of a row, that parts two cells."""

CELL_MARK: Final = "   "
"""Stands between two cells in the text that a model reads; within a cell there is one space."""


@dataclass(frozen=True)
class Row:
    """Words that stand at one height of a page, in the direction that they are read in.

    Attributes:
        page: number of the page, from 1.
        index: number of the row in the document, from 0.
        words: its words.
        aspect: width of the page divided by its height; makes distances across and down comparable.
        glued: which of its words follow the one before without a space, as parts of one.
    """

    page: int
    index: int
    words: tuple[Word, ...]
    aspect: float
    glued: frozenset[int] = frozenset()

    @cached_property
    def printed(self) -> str:
        """The words as they are printed: with a space between them where there is one."""
        parts = (
            word.text if index in self.glued else f" {word.text}"
            for index, word in enumerate(self.words)
        )
        return "".join(parts).removeprefix(" ")

    @cached_property
    def text(self) -> str:
        """The words with one space between them."""
        return " ".join(word.text for word in self.words)

    @cached_property
    def cells(self) -> str:
        """The words as they are printed, but with `CELL_MARK` where a wide gap parts them."""
        parts = [f"{self._space_before(index)}{word.text}" for index, word in enumerate(self.words)]
        return "".join(parts).lstrip(" ")

    def _space_before(self, index: int) -> str:
        if index in self.glued:
            return ""
        return CELL_MARK if self.gap_before(index) > CELL_GAP else " "

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        starts, position = [], 0
        for word in self.words:
            starts.append(position)
            position += len(word.text) + 1
        return tuple(starts)

    @cached_property
    def height(self) -> float:
        """Typical height of its words, as a fraction of the page's height."""
        return median(word.box.bottom - word.box.top for word in self.words)

    def words_at(self, start: int, end: int) -> range:
        """Return the words that the characters `start` to `end` of its text touch."""
        return self._touched(self._starts, start, end)

    def words_printed_at(self, start: int, end: int) -> range:
        """Return the words that the characters `start` to `end` of what is printed touch."""
        starts = (begin - self._glued_up_to(index) for index, begin in enumerate(self._starts))
        return self._touched(starts, start, end)

    def _glued_up_to(self, index: int) -> int:
        return sum(each <= index for each in self.glued)

    def _touched(self, starts: Iterable[int], start: int, end: int) -> range:
        touched = [
            index
            for index, (begin, word) in enumerate(zip(starts, self.words, strict=True))
            if begin < end and begin + len(word.text) > start
        ]
        return range(touched[0], touched[-1] + 1) if touched else range(0)

    def start_of(self, index: int) -> int:
        """Return where in its text a word begins."""
        return self._starts[index]

    def gap_before(self, index: int) -> float:
        """Return the gap between a word and the one before it, in heights of the row."""
        if index == 0:
            return 0.0
        before, word = self.words[index - 1].box, self.words[index].box
        # Rows of Hebrew and Arabic go to the left.
        gap = max(word.left - before.right, before.left - word.right)
        return gap * self.aspect / max(self.height, 1e-6)

    def cell_start(self, index: int) -> int:
        """Return the first word of the cell that a word stands in."""
        while index > 0 and self.gap_before(index) < CELL_GAP:
            index -= 1
        return index


@dataclass(frozen=True, slots=True)
class Span:
    """Some words of a row that belong together."""

    row: Row
    words: range

    @property
    def text(self) -> str:
        """The words with one space between them."""
        return " ".join(self.row.words[index].text for index in self.words)

    @property
    def box(self) -> Box:
        """Smallest box around the words."""
        return box_around([self.row.words[index] for index in self.words])


def box_around(words: Sequence[Word]) -> Box:
    """Return the smallest box around some words."""
    return Box(
        min(word.box.left for word in words),
        min(word.box.top for word in words),
        max(word.box.right for word in words),
        max(word.box.bottom for word in words),
    )
