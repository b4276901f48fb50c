"""Makes words of lines as a recogniser of lines gives them. Pure.

PaddleOCR finds stretches of text as quads, and reads each as a line with the column of its network
that saw each character. A word's box is where its columns lie along the quad.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from statistics import fmean, median
from typing import Final, TypeAlias

from inkwell_ocr.engines.tiles import ReadWord
from inkwell_ocr.geometry import PixelBox, line_numbers

Point: TypeAlias = tuple[float, float]
Quad: TypeAlias = tuple[Point, Point, Point, Point]
"""Corners of a stretch of text as it is read: top left, top right, bottom right, bottom left."""

_TRIM: Final = 0.12
"""Share of a quad's height above and below that its letters do not reach: found text is widened."""

_MIN_LENGTH: Final = 3
"""How many times its height a stretch is long whose direction tells that of the page."""

_MIN_LINES: Final = 3
_MAX_SLOPE: Final = 45.0
_GAP_COLUMNS: Final = 0.5
"""Half of the least width of a character, in columns."""


_LETTERS: Final = 2
"""On average, that pieces of a word have at least where it is parted at its gaps."""

_PARTED_NUMBER: Final = re.compile(r"\d[.,:] \d|\d [.,:]\d")
"""A mark between digits with a gap beside it."""


_TWO_WORDS: Final = re.compile(
    r"(?<=[^\W\d]:)(?=\d)|(?<=\d[./-]\d{4})(?=\d\d?:\d\d)|(?<=[./-]\d{4})(?=\()"
)
"""Between a label and its number, a day and its time, a day and its name: narrow print has spaces
there that the network does not see."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a line: its text, the column of each character, and how sure each of them is."""

    text: str
    columns: tuple[float, ...]
    confidences: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text.

    Attributes:
        quad: where it stands on the image.
        columns: how many columns of the network are as long as the quad.
        words: from its beginning on.
    """

    quad: Quad
    columns: float
    words: tuple[Word, ...]


def words_of(
    groups: Sequence[Sequence[str]],
    columns: Sequence[Sequence[int]],
    text: str,
    confidences: Sequence[float],
) -> tuple[Word, ...]:
    """Return the words of a line.

    It is parted at its spaces, and where a gap is as wide as one: the network often leaves a space
    out. Not where that would part a number, and not into single letters, as wide print has them.

    Args:
        groups: the characters between spaces and gaps.
        columns: the column of each of them.
        text: the line, with its spaces.
        confidences: of each character of the text.
    """
    sure = iter(
        [value for each, value in zip(text, confidences, strict=False) if not each.isspace()]
    )
    pieces = [
        Word("".join(group), tuple(places), tuple(next(sure, 0.0) for _ in group))
        for group, places in zip(groups, columns, strict=True)
        if group
    ]
    words: list[Word] = []
    for token in text.split():
        of_token, length = [], 0
        while pieces and length < len(token):
            of_token.append(pieces.pop(0))
            length += len(of_token[-1].text)
        words += _rejoined(of_token)
    return tuple(part for word in (*words, *pieces) for part in _parted(word))


def _rejoined(pieces: list[Word]) -> list[Word]:
    """Return what stands between two spaces, parted at its gaps where that is believable."""
    if len(pieces) > 1 and sum(len(piece.text) for piece in pieces) < _LETTERS * len(pieces):
        return [reduce(_joined, pieces)]
    words: list[Word] = []
    for piece in pieces:
        if words and _PARTED_NUMBER.search(f"{words[-1].text} {piece.text}"):
            words[-1] = _joined(words[-1], piece)
        else:
            words.append(piece)
    return words


def _parted(word: Word) -> Iterator[Word]:
    """Yield the parts of a word that holds two beyond all doubt."""
    marks = (0, *(mark.start() for mark in _TWO_WORDS.finditer(word.text)), len(word.text))
    for start, end in pairwise(marks):
        yield Word(word.text[start:end], word.columns[start:end], word.confidences[start:end])


def _joined(one: Word, other: Word) -> Word:
    return Word(
        one.text + other.text, one.columns + other.columns, one.confidences + other.confidences
    )


def is_upright(quad: Quad) -> bool:
    """Say whether a stretch is read from the left; one that is taller than wide lies on its side.

    By this ratio PaddleOCR turns what it reads: what was above is then at the left.
    """
    return _distance(quad[0], quad[3]) < 1.5 * _distance(quad[0], quad[1])


def as_read(quad: Quad) -> Quad:
    """Return the corners of a quad as its text is read, by how it is turned for that."""
    return quad if is_upright(quad) else (quad[1], quad[2], quad[3], quad[0])


def cut(quad: Quad, first: float, last: float) -> Quad:
    """Return the part of a quad between two shares of its length."""
    (a, b, c, d) = quad
    return (_along(a, b, first), _along(a, b, last), _along(d, c, last), _along(d, c, first))


def slope_of(segments: Sequence[Segment]) -> float:
    """Return how far lines fall to the right, in degrees; 0 where it cannot be told."""
    slopes = [
        math.degrees(math.atan2(b[1] - a[1], b[0] - a[0]))
        for (a, b, _, d) in (segment.quad for segment in segments)
        if _distance(a, b) > _MIN_LENGTH * _distance(a, d)
    ]
    return median(slopes) if len(slopes) >= _MIN_LINES else 0.0


def in_reading_order(segments: Sequence[Segment]) -> tuple[ReadWord, ...]:
    """Return all words of an image line by line, with their boxes on it.

    Stretches that stand beside each other are one line, as cells of a table are; where lines fall
    to one side, they do so along their slope.
    """
    kept = [segment for segment in segments if segment.words]
    slope = slope_of(kept)
    # Else the page lies on its side, and is turned before its lines count.
    straight = [_level(segment.quad, slope if abs(slope) < _MAX_SLOPE else 0.0) for segment in kept]
    numbers = line_numbers(straight)
    order = sorted(range(len(kept)), key=lambda index: (numbers[index], straight[index].left))
    return tuple(
        (word.text, box, fmean(word.confidences), numbers[index])
        for index in order
        for word, box in _placed(kept[index])
    )


def _placed(segment: Segment) -> Iterator[tuple[Word, PixelBox]]:
    places = [place for word in segment.words for place in word.columns]
    pitch = (max(places) - min(places)) / max(len(places) - 1, 1)
    half = max(pitch / 2, _GAP_COLUMNS)
    a, b, c, d = segment.quad
    inner = (_along(a, d, _TRIM), _along(b, c, _TRIM), _along(c, b, _TRIM), _along(d, a, _TRIM))
    for word in segment.words:
        first = (word.columns[0] + 0.5 - half) / segment.columns
        last = (word.columns[-1] + 0.5 + half) / segment.columns
        yield word, _around(cut(inner, max(first, 0.0), min(last, 1.0)))


def _level(quad: Quad, slope: float) -> PixelBox:
    """Return a box of the quad's own length and height, where it stands without the slope."""
    a, b, _, d = quad
    x, y = fmean(corner[0] for corner in quad), fmean(corner[1] for corner in quad)
    cos, sin = math.cos(math.radians(-slope)), math.sin(math.radians(-slope))
    x, y = x * cos - y * sin, x * sin + y * cos
    half_width, half_height = _distance(a, b) / 2, _distance(a, d) / 2
    if abs(b[0] - a[0]) < abs(b[1] - a[1]):
        half_width, half_height = half_height, half_width
    return PixelBox(x - half_width, y - half_height, x + half_width, y + half_height)


def _around(quad: Quad) -> PixelBox:
    across, down = zip(*quad, strict=True)
    return PixelBox(min(across), min(down), max(across), max(down))


def _along(start: Point, end: Point, share: float) -> Point:
    return (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)


def _distance(one: Point, other: Point) -> float:
    return math.hypot(one[0] - other[0], one[1] - other[1])
