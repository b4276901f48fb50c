"""Reads images with Tesseract, in process (tesserocr).

Runs in the child only: Tesseract is not thread-safe. A page that does not stand upright (`upright`)
or runs askew (slope of its base lines) is turned and read again.
"""

import math
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Final

import tesserocr
from PIL import Image

from inkwell_api.document import Reader
from inkwell_ocr.engines.engine import Recognition
from inkwell_ocr.engines.tiles import ReadWord, join, tiles_of
from inkwell_ocr.engines.upright import ALL_TURNS, Reading, recognize_upright
from inkwell_ocr.geometry import FULL_TURN, PixelBox
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
UNKNOWN_DPI: Final = 300
_MIN_LINES_FOR_SKEW: Final = 3
_MIN_LINE_SHARE: Final = 0.1
_LEVEL_OF_WORDS: Final = "5"


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

    reader = Reader.TESSERACT

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
        image, dpi = raster.image, round(raster.dpi or UNKNOWN_DPI)
        return recognize_upright(
            raster, lambda turned: self._read(turned, dpi), lambda: self._turns_to_try(image, dpi)
        )

    def glance(self, image: Image.Image, dpi: float, segmentation: str) -> Reading:
        """Return the words of an image that stands upright, read once and by this segmentation."""
        return self._read_as(image, round(dpi), SEGMENTATION[segmentation])

    def _turns_to_try(self, image: Image.Image, dpi: int) -> tuple[int, ...]:
        found = None
        if self._osd is not None:
            # The side that Tesseract takes is enough to tell how the text runs.
            first = tiles_of(*image.size, MAX_SIDE_PIXELS)[0]
            _show(self._osd, image.crop(first.box(*image.size)), dpi)
            found = self._osd.DetectOrientationScript()
            self._osd.Clear()
        if found is None:
            # Too little text for a verdict.
            return ALL_TURNS
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
        return read_in_tiles(image, lambda part: self._read_tile(part, dpi, segmentation))

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
            words = parse(self._api.GetTSVText(0))
            return Reading(words, _slope(self._api, image.width))
        finally:
            self._api.Clear()


def _show(api: tesserocr.PyTessBaseAPI, image: Image.Image, dpi: int) -> None:
    api.SetImageBytes(image.tobytes(), image.width, image.height, 1, image.width)
    api.SetSourceResolution(dpi)


def read_in_tiles(image: Image.Image, read: Callable[[Image.Image], Reading]) -> Reading:
    """Return the words of an image of any size, read in parts that Tesseract takes.

    Raises:
        Unreadable: they are more than a page may have.
    """
    tiles = tiles_of(*image.size, MAX_SIDE_PIXELS)
    if len(tiles) == 1:
        return read(image)
    readings = [read(image.crop(tile.box(*image.size))) for tile in tiles]
    words = join([(tile, found.words) for tile, found in zip(tiles, readings, strict=True)])
    return Reading(_bounded(words), median(found.slope for found in readings))


def parse(table: str) -> tuple[ReadWord, ...]:
    """Return the words of Tesseract's table.

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
