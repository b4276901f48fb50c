"""Cuts an image that is too long for an engine into tiles, and joins what was read on them. Pure.

Neighbouring tiles overlap by more than a word is long, so each word stands whole on at least one.
The seam runs through the overlap where no word stands, if there is such a place; else a word is
taken from the tile on whose side of the seam its middle lies.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, TypeAlias

from inkwell_ocr.geometry import PixelBox, line_numbers

ReadWord: TypeAlias = tuple[str, PixelBox, float, int]
"""A word as an engine reads it: text, box in pixels, confidence 0 to 1, line number."""

OVERLAP_PIXELS: Final = 1600
"""Longer than words are at the resolutions that pages are read in; a line is far less high."""

_AT_SEAM_PIXELS: Final = 32
"""By how much two readings place a word differently, at most."""

_SAME_SHARE: Final = 0.5
"""Share of the smaller box from which two readings are of one word."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A part of an image, over its whole other side.

    Attributes:
        start: first pixel along the long side.
        end: behind the last one.
        is_across: whether the long side is the width.
    """

    start: int
    end: int
    is_across: bool

    def box(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Return the tile as left, top, right and bottom of the image."""
        if self.is_across:
            return self.start, 0, self.end, height
        return 0, self.start, width, self.end


def tiles_of(
    width: int, height: int, longest: int, overlap: int = OVERLAP_PIXELS
) -> tuple[Tile, ...]:
    """Return tiles of one length, at most `longest`, that cover the image and each other's ends."""
    length = max(width, height)
    if length <= longest:
        return (Tile(0, length, width > height),)
    count = -(-(length - overlap) // (longest - overlap))
    step = (length - overlap) / count
    starts = [round(number * step) for number in range(count)]
    ends = [*(start + overlap for start in starts[1:]), length]
    return tuple(Tile(start, end, width > height) for start, end in zip(starts, ends, strict=True))


def join(parts: Sequence[tuple[Tile, Sequence[ReadWord]]]) -> tuple[ReadWord, ...]:
    """Return the words of all tiles, each once, with boxes on the whole image.

    Args:
        parts: the tiles in order, each with its words and their boxes on the tile.
    """
    placed = [(tile, [_moved(word, tile) for word in words]) for tile, words in parts]
    words = placed[0][1]
    for (before, _), (tile, later) in pairwise(placed):
        words = _joined(words, later, tile, before.end)
    return tuple(words)


def _joined(
    earlier: list[ReadWord], later: list[ReadWord], tile: Tile, last: int
) -> list[ReadWord]:
    """Join what was read up to a tile and on it; the tile before it ends at `last`."""
    first = tile.start
    spans = [_span(word, tile) for word in (*earlier, *later)]
    seam = _gap([span for span in spans if span[1] > first and span[0] < last], first, last)
    before = [word for word in earlier if _middle(word, tile) < seam]
    after = [word for word in later if _middle(word, tile) >= seam]
    # The middle of a word at the seam may lie on its one side in one reading and on its other side
    # in the other: such a word would be there twice, or not at all.
    there = [word for word in before if _is_near(word, tile, seam)]
    after = [word for word in after if not (_is_near(word, tile, seam) and _is_among(word, there))]
    there += [word for word in after if _is_near(word, tile, seam)]
    before += [
        word
        for word in earlier
        if _middle(word, tile) >= seam
        and _span(word, tile)[0] < seam
        and not _is_among(word, there)
    ]
    if tile.is_across:
        return _in_lines(before + after)
    offset = max((word[3] for word in before), default=-1) + 1
    return before + [(*word[:3], word[3] + offset) for word in after]


def _gap(spans: Iterable[tuple[float, float]], first: float, last: float) -> float:
    """Return the middle of the widest stretch without a word, or of the overlap."""
    half = (last - first) / 2
    # What is as long as the overlap is no word, but a rule or the frame of a table.
    edges = sorted(span for span in spans if span[1] - span[0] < half)
    widest, reached = (0.0, first + half), first
    for start, end in (*edges, (last, last)):
        if start - reached > widest[0]:
            widest = (start - reached, (start + reached) / 2)
        reached = max(reached, end)
    return widest[1]


def _in_lines(words: list[ReadWord]) -> list[ReadWord]:
    """Number the lines anew: both halves of a line that a seam cuts stand on it."""
    numbers = line_numbers([word[1] for word in words])
    numbered = [(*word[:3], number) for word, number in zip(words, numbers, strict=True)]
    return sorted(numbered, key=lambda word: (word[3], word[1].left))


def _moved(word: ReadWord, tile: Tile) -> ReadWord:
    text, box, confidence, line = word
    if tile.is_across:
        moved = replace(box, left=box.left + tile.start, right=box.right + tile.start)
    else:
        moved = replace(box, top=box.top + tile.start, bottom=box.bottom + tile.start)
    return text, moved, confidence, line


def _span(word: ReadWord, tile: Tile) -> tuple[float, float]:
    box = word[1]
    return (box.left, box.right) if tile.is_across else (box.top, box.bottom)


def _middle(word: ReadWord, tile: Tile) -> float:
    start, end = _span(word, tile)
    return (start + end) / 2


def _is_near(word: ReadWord, tile: Tile, seam: float) -> bool:
    start, end = _span(word, tile)
    return start < seam + _AT_SEAM_PIXELS and end > seam - _AT_SEAM_PIXELS


def _is_among(word: ReadWord, others: Iterable[ReadWord]) -> bool:
    return any(_shared(word[1], other[1]) > _SAME_SHARE for other in others)


def _shared(one: PixelBox, other: PixelBox) -> float:
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    smaller = min(one.width * one.height, other.width * other.height)
    return width * height / smaller if width > 0 and height > 0 and smaller > 0 else 0.0
