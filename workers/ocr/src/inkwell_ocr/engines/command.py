"""Reads images with the program `tesseract` of the image that the stage runs in (pytesseract).

For platforms that bring a Tesseract or languages of their own. Runs in the child only; the program
is started by its arguments, without a shell, shares the child's limits, and is killed when its time
is over.
"""

import math
import time
from collections.abc import Sequence
from functools import partial
from itertools import groupby
from statistics import median
from typing import Final

import pytesseract
from PIL import Image

from inkwell_api.document import Reader
from inkwell_ocr.engines.engine import Recognition
from inkwell_ocr.engines.tesseract import SEGMENTATION, UNKNOWN_DPI, parse, read_in_tiles
from inkwell_ocr.engines.tiles import ReadWord
from inkwell_ocr.engines.upright import ALL_TURNS, Reading, recognize_upright
from inkwell_ocr.images import Raster
from inkwell_ocr.unreadable import Cause, Unreadable

_MIN_LINE_SHARE: Final = 0.3
_MIN_LINES: Final = 3
_WHOLE: Final = "SingleBlock"


class TesseractCommand:
    """The program `tesseract`."""

    reader = Reader.TESSERACT

    def __init__(self, languages: Sequence[str], segmentation: str, seconds: float) -> None:
        """Look whether the program and its languages are there.

        Args:
            languages: its codes, most frequent first.
            segmentation: name of a page segmentation.
            seconds: longest time for one page.

        Raises:
            RuntimeError: the program or a language is not installed.
        """
        try:
            missing = set(languages) - set(pytesseract.get_languages())
        except pytesseract.TesseractNotFoundError as error:
            raise RuntimeError("the program tesseract is not installed") from error
        if missing:
            raise RuntimeError(f"tesseract has no language data for {', '.join(sorted(missing))}")
        self._languages = "+".join(languages)
        self._segmentation = segmentation
        self._seconds = seconds

    def recognize(self, raster: Raster) -> Recognition:
        """Return the words of a page."""
        until = time.monotonic() + self._seconds
        dpi = round(raster.dpi or UNKNOWN_DPI)
        return recognize_upright(
            raster, lambda image: self._read(image, dpi, until), lambda: ALL_TURNS
        )

    def _read(self, image: Image.Image, dpi: int, until: float) -> Reading:
        found = Reading(())
        for segmentation in dict.fromkeys((self._segmentation, _WHOLE)):
            read = partial(self._read_tile, dpi=dpi, segmentation=segmentation, until=until)
            found = read_in_tiles(image, read)
            if found.words:
                break
        return found

    def _read_tile(self, image: Image.Image, dpi: int, segmentation: str, until: float) -> Reading:
        seconds = until - time.monotonic()
        if seconds <= 0:
            raise _too_long()
        picture = image.copy()
        # As it is written for the program: a PNG, which is the default, takes as long as reading.
        picture.format = "BMP"
        try:
            table = pytesseract.run_and_get_output(
                picture,
                extension="tsv",
                lang=self._languages,
                config=f"--psm {SEGMENTATION[segmentation]} --dpi {dpi} -c tessedit_create_tsv=1",
                timeout=seconds,
            )
        except pytesseract.TesseractError as error:
            # What the program says may hold text of the document.
            raise Unreadable(
                Cause.RECOGNITION_FAILED, f"tesseract ended with status {error.status}"
            ) from None
        except RuntimeError as error:
            raise _too_long() from error
        words = parse(table)
        return Reading(words, slope_of(words, image.width))


def slope_of(words: Sequence[ReadWord], width: int) -> float:
    """Return how far lines of words fall to the right, in degrees; 0 where it cannot be told."""
    slopes = []
    for _, line in groupby(words, key=lambda word: word[3]):
        boxes = [box for _, box, _, _ in line]
        first, last = boxes[0], boxes[-1]
        length = last.left - first.left
        if length > _MIN_LINE_SHARE * width:
            slopes.append(math.degrees(math.atan2(last.bottom - first.bottom, length)))
    return median(slopes) if len(slopes) >= _MIN_LINES else 0.0


def _too_long() -> Unreadable:
    return Unreadable(Cause.PAGE_TIMEOUT, "tesseract takes too long for a page")
