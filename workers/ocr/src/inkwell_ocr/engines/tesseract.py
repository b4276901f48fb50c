"""Reads images with Tesseract, in process (tesserocr).

Runs in the child only: Tesseract is not thread-safe. A page is read as it is. Only when the reading
itself shows that the page does not stand upright (words taller than wide, or little confidence) or
runs askew (slope of its base lines) is it turned and read again: pages that are straight, and that
is nearly all of them, cost nothing more.
"""

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from statistics import fmean, median
from typing import Final

import tesserocr
from PIL import Image

from inkwell_api.document import Word
from inkwell_ocr.engines.tiles import ReadWord, join, tiles_of
from inkwell_ocr.geometry import FULL_TURN, PixelBox, unskew
from inkwell_ocr.images import Raster
from inkwell_ocr.limits import MAX_PAGE_WORDS, MAX_SIDE_PIXELS
from inkwell_ocr.unreadable import Cause, Unreadable

SEGMENTATION: Final = {
    "Auto": tesserocr.PSM.AUTO,
    "SingleColumn": tesserocr.PSM.SINGLE_COLUMN,
    "SingleBlock": tesserocr.PSM.SINGLE_BLOCK,
    "Sparse": tesserocr.PSM.SPARSE_TEXT,
}
"""Page segmentation modes by their name in the spec."""

_WHOLE: Final = tesserocr.PSM.SINGLE_BLOCK

LANGUAGE_DATA_VARIABLE: Final = "TESSDATA_PREFIX"
_LANGUAGE_DATA: Final = ("/usr/share/tesseract-ocr/5/tessdata", "/usr/share/tessdata")
_UNKNOWN_DPI: Final = 300
_DOUBTFUL_CONFIDENCE: Final = 0.7
"""Mean confidence below which the page may stand on its head; upside down pages measured 0.4,
upright ones 0.9."""

_MIN_GAIN: Final = 0.1
_MIN_SKEW_DEGREES: Final = 1.2
"""Below it, straightening gained nothing measurable; at 5 degrees Tesseract alone loses a quarter
of the words."""

_MAX_SKEW_DEGREES: Final = 15.0
_MIN_LINES_FOR_SKEW: Final = 3
_MIN_LINE_SHARE: Final = 0.1
_LONG_WORD: Final = 3
"""Letters from which a word is wider than tall when it stands upright."""

_LEVEL_OF_WORDS: Final = "5"


@dataclass(frozen=True, slots=True)
class Reading:
    """What Tesseract saw on one image.

    Attributes:
        words: text, box in pixels, confidence 0 to 1, line number.
        slope: of the base lines, degrees clockwise; 0 where it cannot be told.
    """

    words: tuple[ReadWord, ...]
    slope: float

    @property
    def confidence(self) -> float:
        """Mean confidence by characters, 0 to 1."""
        weights = sum(len(text) for text, _, _, _ in self.words)
        total = sum(confidence * len(text) for text, _, confidence, _ in self.words)
        return total / weights if weights else 0.0


@dataclass(frozen=True, slots=True)
class Recognition:
    """The words of a page, boxes on the upright page, and how far it was turned for that."""

    words: tuple[Word, ...]
    turned: int
    width: int
    height: int


def language_data() -> Path:
    """Return the folder of Tesseract's language data.

    Raises:
        FileNotFoundError: there is none.
    """
    for folder in (os.environ.get(LANGUAGE_DATA_VARIABLE, ""), *_LANGUAGE_DATA):
        if folder and any(Path(folder).glob("*.traineddata")):
            return Path(folder)
    msg = f"no Tesseract language data in {' or '.join(_LANGUAGE_DATA)}"
    raise FileNotFoundError(msg)


class Tesseract:
    """A loaded Tesseract. Not thread-safe; make one a process."""

    def __init__(self, languages: Sequence[str], segmentation: str, data: Path) -> None:
        """Load the language models.

        Raises:
            RuntimeError: a language is not installed.
        """
        path = str(data)
        self._segmentation = SEGMENTATION[segmentation]
        self._api = tesserocr.PyTessBaseAPI(
            path=path, lang="+".join(languages), psm=self._segmentation
        )
        self._osd = (
            tesserocr.PyTessBaseAPI(path=path, lang="osd", psm=tesserocr.PSM.OSD_ONLY)
            if (data / "osd.traineddata").exists()
            else None
        )

    def recognize(self, raster: Raster) -> Recognition:
        """Return the words of a page."""
        image, dpi = raster.image, round(raster.dpi or _UNKNOWN_DPI)
        reading, turned = self._read_upright(image, dpi)
        upright = _turn(image, turned)
        skew = reading.slope
        if _MIN_SKEW_DEGREES <= abs(skew) <= _MAX_SKEW_DEGREES:
            straight = self._read(_straighten(upright, skew), dpi)
            if straight.confidence >= reading.confidence - _MIN_GAIN:
                reading = replace(straight, words=_back_on_page(straight, -skew, upright))
        words = tuple(
            Word(text, box.scaled(upright.width, upright.height), confidence, line)
            for text, box, confidence, line in reading.words
        )
        return Recognition(words, (raster.turned + turned) % FULL_TURN, *upright.size)

    def glance(self, image: Image.Image, dpi: float, segmentation: str) -> Reading:
        """Return the words of an image that stands upright, read once and by this segmentation."""
        return self._read_as(image, round(dpi), SEGMENTATION[segmentation])

    def _read_upright(self, image: Image.Image, dpi: int) -> tuple[Reading, int]:
        """Read the image, turned as its own reading asks for; say by how much clockwise."""
        best, best_turn = self._read(image, dpi), 0
        turn = _turn_of_tall_words(best)
        if turn:
            turned = self._read(_turn(image, turn), dpi)
            if turned.confidence >= best.confidence - _MIN_GAIN:
                best, best_turn = turned, turn
        if best.confidence >= _DOUBTFUL_CONFIDENCE or not best.words:
            return best, best_turn
        for turn in self._turns_to_try(image, dpi):
            turned = self._read(_turn(image, turn), dpi)
            if turned.confidence > best.confidence + _MIN_GAIN:
                best, best_turn = turned, turn
                if best.confidence >= _DOUBTFUL_CONFIDENCE:
                    break
        return best, best_turn

    def _turns_to_try(self, image: Image.Image, dpi: int) -> tuple[int, ...]:
        found = None
        if self._osd is not None:
            # The side that Tesseract takes is enough to tell how the text runs.
            first = tiles_of(*image.size, MAX_SIDE_PIXELS)[0]
            _show(self._osd, image.crop(first.box(*image.size)), dpi)
            found = self._osd.DetectOrientationScript()
            self._osd.Clear()
        if found is None:
            # Too little text for a verdict. Pages that lie on the one side were found by their tall
            # words.
            return (180, 90, 270)
        # Tesseract tells how far the page was turned clockwise; the cure is the rest of the circle.
        turn = (FULL_TURN - int(found["orient_deg"])) % FULL_TURN
        return (turn,) if turn else ()

    def _read(self, image: Image.Image, dpi: int) -> Reading:
        reading = self._read_as(image, dpi, self._segmentation)
        if reading.words or self._segmentation == _WHOLE:
            return reading
        # On a page that runs askew the search for blocks may find none at all; as one block it is
        # read, and its slope is known.
        return self._read_as(image, dpi, _WHOLE)

    def _read_as(self, image: Image.Image, dpi: int, segmentation: int) -> Reading:
        tiles = tiles_of(*image.size, MAX_SIDE_PIXELS)
        if len(tiles) == 1:
            return self._read_tile(image, dpi, segmentation)
        readings = [
            self._read_tile(image.crop(tile.box(*image.size)), dpi, segmentation) for tile in tiles
        ]
        words = join([(tile, found.words) for tile, found in zip(tiles, readings, strict=True)])
        return Reading(_bounded(words), median(found.slope for found in readings))

    def _read_tile(self, image: Image.Image, dpi: int, segmentation: int) -> Reading:
        self._api.SetPageSegMode(segmentation)
        _show(self._api, image, dpi)
        try:
            if not self._api.Recognize():
                if segmentation == _WHOLE:
                    # A page that is refused is no page without words.
                    raise Unreadable(
                        Cause.RECOGNITION_FAILED, "Tesseract does not take the image of a page"
                    )
                return Reading((), 0.0)
            words = _parse(self._api.GetTSVText(0))
            return Reading(words, _slope(self._api, image.width))
        finally:
            self._api.Clear()


def _show(api: tesserocr.PyTessBaseAPI, image: Image.Image, dpi: int) -> None:
    api.SetImageBytes(image.tobytes(), image.width, image.height, 1, image.width)
    api.SetSourceResolution(dpi)


def _parse(table: str) -> tuple[ReadWord, ...]:
    """Read Tesseract's table.

    Its columns: level, page, block, paragraph, line, word, left, top, width, height, confidence,
    text.
    """
    words = []
    lines: dict[tuple[str, ...], int] = {}
    for row in table.splitlines():
        cells = row.split("\t", 11)
        if cells[0] != _LEVEL_OF_WORDS or not cells[11].strip():
            continue
        left, top, width, height = (float(cell) for cell in cells[6:10])
        line = lines.setdefault(tuple(cells[2:5]), len(lines))
        box = PixelBox(left, top, left + width, top + height)
        confidence = min(max(float(cells[10]) / 100, 0.0), 1.0)
        words.append((cells[11].strip(), box, confidence, line))
    return _bounded(tuple(words))


def _bounded(words: tuple[ReadWord, ...]) -> tuple[ReadWord, ...]:
    if len(words) > MAX_PAGE_WORDS:
        raise Unreadable(Cause.TOO_MANY_WORDS, f"a page has more than {MAX_PAGE_WORDS} words")
    return words


def _slope(api: tesserocr.PyTessBaseAPI, width: int) -> float:
    slopes = []
    iterator = api.GetIterator()
    if iterator is None:
        return 0.0
    for line in tesserocr.iterate_level(iterator, tesserocr.RIL.TEXTLINE):
        base = line.Baseline(tesserocr.RIL.TEXTLINE)
        if not base:
            continue
        (x0, y0), (x1, y1) = base
        if x1 - x0 > _MIN_LINE_SHARE * width:
            slopes.append(math.degrees(math.atan2(y1 - y0, x1 - x0)))
    return median(slopes) if len(slopes) >= _MIN_LINES_FOR_SKEW else 0.0


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


def _turn(image: Image.Image, degrees: int) -> Image.Image:
    """Return the image turned clockwise by quarter turns."""
    transpose = {
        90: Image.Transpose.ROTATE_270,
        180: Image.Transpose.ROTATE_180,
        270: Image.Transpose.ROTATE_90,
    }.get(degrees)
    return image if transpose is None else image.transpose(transpose)


def _straighten(image: Image.Image, slope: float) -> Image.Image:
    """Return the image turned counter-clockwise by `slope` degrees, of the same size."""
    return image.rotate(slope, resample=Image.Resampling.BICUBIC, fillcolor=255)


def _back_on_page(reading: Reading, degrees: float, page: Image.Image) -> tuple[ReadWord, ...]:
    return tuple(
        (text, unskew(box, degrees, page.width, page.height), confidence, line)
        for text, box, confidence, line in reading.words
    )
