"""Reads a page so that its text stands upright, whatever engine reads. Pure, but for who reads.

A page is read as it is. Only when the reading itself shows that it does not stand upright (words
taller than wide, or little confidence) or runs askew (slope of its base lines) is it turned and
read again: pages that are straight, and that is nearly all of them, cost nothing more.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import fmean
from typing import Final

from PIL import Image

from inkwell_api.document import Word
from inkwell_ocr.engines.engine import Recognition
from inkwell_ocr.engines.tiles import ReadWord
from inkwell_ocr.geometry import FULL_TURN, unskew
from inkwell_ocr.images import Raster

DOUBTFUL_CONFIDENCE: Final = 0.7
"""Mean confidence below which the page may stand on its head; upside down pages measured 0.4,
upright ones 0.9."""

MIN_GAIN: Final = 0.1
"""By how much a reading must be surer than another to be taken for it."""

ALL_TURNS: Final = (180, 90, 270)
"""What to try where nothing is known. Pages that lie on the one side were found by their words."""

_MIN_SKEW_DEGREES: Final = 1.2
"""Below it, straightening gained nothing measurable; at 5 degrees Tesseract alone loses a quarter
of the words."""

_MAX_SKEW_DEGREES: Final = 15.0
_LONG_WORD: Final = 3
"""Letters from which a word is wider than tall when it stands upright."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What an engine saw on one image.

    Attributes:
        words: text, box in pixels, confidence 0 to 1, line number.
        slope: of the base lines, degrees clockwise; 0 where it cannot be told, or does not matter.
    """

    words: tuple[ReadWord, ...]
    slope: float = 0.0

    @property
    def confidence(self) -> float:
        """Mean confidence by characters, 0 to 1."""
        weights = sum(len(text) for text, _, _, _ in self.words)
        total = sum(confidence * len(text) for text, _, confidence, _ in self.words)
        return total / weights if weights else 0.0


def recognize_upright(
    raster: Raster,
    read: Callable[[Image.Image], Reading],
    turns_to_try: Callable[[], Iterable[int]],
) -> Recognition:
    """Return the words of a page, turned and straightened as its own reading asks for.

    Args:
        raster: the page.
        read: what reads an image as it is.
        turns_to_try: says how to turn a page whose words are doubtful, likeliest first.
    """
    reading, turned = _read_upright(raster.image, read, turns_to_try)
    upright = turned_by(raster.image, turned)
    skew = reading.slope
    if _MIN_SKEW_DEGREES <= abs(skew) <= _MAX_SKEW_DEGREES:
        straight = read(_straighten(upright, skew))
        if straight.confidence >= reading.confidence - MIN_GAIN:
            reading = replace(straight, words=_back_on_page(straight, -skew, upright))
    words = tuple(
        Word(text, box.scaled(upright.width, upright.height), confidence, line)
        for text, box, confidence, line in reading.words
    )
    return Recognition(words, (raster.turned + turned) % FULL_TURN, *upright.size)


def _read_upright(
    image: Image.Image,
    read: Callable[[Image.Image], Reading],
    turns_to_try: Callable[[], Iterable[int]],
) -> tuple[Reading, int]:
    """Read the image, turned as its own reading asks for; say by how much clockwise."""
    best, best_turn = read(image), 0
    turn = _turn_of_tall_words(best)
    if turn:
        turned = read(turned_by(image, turn))
        if turned.confidence >= best.confidence - MIN_GAIN:
            best, best_turn = turned, turn
    if best.confidence >= DOUBTFUL_CONFIDENCE or not best.words:
        return best, best_turn
    for turn in turns_to_try():
        turned = read(turned_by(image, turn))
        # An engine that reads lines which lie on their side is sure of them there as well.
        if turned.confidence > best.confidence + MIN_GAIN and not _turn_of_tall_words(turned):
            best, best_turn = turned, turn
            if best.confidence >= DOUBTFUL_CONFIDENCE:
                break
    return best, best_turn


def turned_by(image: Image.Image, degrees: int) -> Image.Image:
    """Return the image turned clockwise by quarter turns."""
    transpose = {
        90: Image.Transpose.ROTATE_270,
        180: Image.Transpose.ROTATE_180,
        270: Image.Transpose.ROTATE_90,
    }.get(degrees)
    return image if transpose is None else image.transpose(transpose)


def _turn_of_tall_words(reading: Reading) -> int:
    """Return the clockwise turn that rights words read sideways; 0 when most are not."""
    long = [word for word in reading.words if len(word[0]) >= _LONG_WORD]
    tall = [word for word in long if word[1].height > 1.5 * word[1].width]
    if not tall or len(tall) <= len(long) / 2:
        return 0
    downward = [
        later[1].top - earlier[1].top for earlier, later in pairwise(tall) if earlier[3] == later[3]
    ]
    return 270 if downward and fmean(downward) > 0 else 90


def _straighten(image: Image.Image, slope: float) -> Image.Image:
    """Return the image turned counter-clockwise by `slope` degrees, of the same size."""
    return image.rotate(slope, resample=Image.Resampling.BICUBIC, fillcolor=255)


def _back_on_page(reading: Reading, degrees: float, page: Image.Image) -> tuple[ReadWord, ...]:
    return tuple(
        (text, unskew(box, degrees, page.width, page.height), confidence, line)
        for text, box, confidence, line in reading.words
    )
