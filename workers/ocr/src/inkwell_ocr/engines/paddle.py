"""Reads images with PP-OCRv6, in process (rapidocr, ONNX Runtime on the processor).

Runs in the child only. The libraries are imported before the child gives up its rights; the models,
which lie in the library's wheel, are loaded when the first page asks for them. Lines are read one
at a time: a batch takes as wide a picture for each as the longest needs, and so more memory and
more time on one core.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import rapidocr
from onnxruntime.capi.onnxruntime_pybind11_state import Fail, RuntimeException
from PIL import Image
from rapidocr import RapidOCR
from rapidocr.inference_engine.onnxruntime.main import ONNXRuntimeError
from rapidocr.main import RapidOCRError

from inkwell_api.document import Reader
from inkwell_ocr.engines.engine import Recognition
from inkwell_ocr.engines.segments import (
    Quad,
    Segment,
    as_read,
    cut,
    in_reading_order,
    words_of,
)
from inkwell_ocr.engines.tiles import ReadWord, join, tiles_of
from inkwell_ocr.engines.upright import ALL_TURNS, Reading, recognize_upright
from inkwell_ocr.geometry import PixelBox
from inkwell_ocr.images import Raster
from inkwell_ocr.limits import (
    MAX_PAGE_WORDS,
    MAX_SECOND_PIXELS,
    SECOND_LINE_LENGTH,
    SECOND_SIDE_PIXELS,
)
from inkwell_ocr.unreadable import Cause, Unreadable

LANGUAGES: Final = frozenset({"eng", "deu", "fra", "nld", "ita", "spa"})
"""What PP-OCRv6 small reads of Tesseract's languages: its alphabet has every letter of theirs."""

MODELS: Final = Path(rapidocr.__file__).parent / "models"
_PARAMETERS: Final[dict[str, Any]] = {
    # By their paths: where the library looks for them itself it may fetch them.
    "Det.model_path": str(MODELS / "PP-OCRv6_det_small.onnx"),
    "Rec.model_path": str(MODELS / "PP-OCRv6_rec_small.onnx"),
    # What lies upside down is found by its confidence, as with the other engine.
    "Global.use_cls": False,
    "Global.text_score": 0.0,
    # The page is brought to its size here, where its boxes are known.
    "Global.use_vertical_padding": False,
    "Global.return_word_box": True,
    "Global.log_level": "critical",
    "Det.limit_type": "max",
    "Det.limit_side_len": SECOND_SIDE_PIXELS,
    "Rec.rec_batch_num": 1,
    # One core a child; more threads would only wait for each other.
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}

_LONGEST: Final = 4
"""How many times its width a page may be tall to be looked at in one piece. A till roll that is
longer would be made too small for its letters to be found."""

_OVERLAP: Final = 0.5
"""Of neighbouring tiles, in widths of the page."""

_LEAST_SIDE: Final = 64
"""A smaller image gets white beside it: the network looks at pieces of 32 pixels."""

_NO_MEMORY: Final = ("bad_alloc", "allocate", "Insufficient memory")
_NOTHING_FOUND: Final = "The text detection result is empty"


class PaddleOCR:
    """PP-OCRv6, loaded when it is first asked. Not thread-safe; make one a process."""

    reader = Reader.PADDLE_OCR

    def __init__(self, seconds: float) -> None:
        """Prepare; a page may take so many seconds."""
        self._seconds = seconds
        self._loaded: RapidOCR | None = None

    def recognize(self, raster: Raster) -> Recognition:
        """Return the words of a page."""
        until = time.monotonic() + self._seconds
        try:
            return recognize_upright(
                raster, lambda turned: self._read(turned, until), lambda: ALL_TURNS
            )
        except (MemoryError, cv2.error, ONNXRuntimeError, RuntimeException, Fail) as error:
            raise _failure(error) from error

    def _read(self, image: Image.Image, until: float) -> Reading:
        small, scale = _made_small(image)
        longest = _LONGEST * max(min(small.size), _LEAST_SIDE)
        overlap = round(_OVERLAP * longest / _LONGEST)
        tiles = tiles_of(*small.size, longest, overlap)
        parts, count = [], 0
        for tile in tiles:
            box = tile.box(*small.size)
            words = in_reading_order(list(self._segments(_pixels(small.crop(box)), until)))
            count += len(words)
            if count > MAX_PAGE_WORDS:
                raise Unreadable(
                    Cause.TOO_MANY_WORDS, f"a page has more than {MAX_PAGE_WORDS} words"
                )
            parts.append((tile, words))
        # Lines that run askew are found as they run: there is nothing to straighten.
        return Reading(tuple(_enlarged(join(parts), scale)))

    def _segments(self, pixels: np.ndarray, until: float) -> Iterator[Segment]:
        """Yield the stretches of text of an image, each read."""
        _check(until)
        try:
            crops, found = self._engine.detect_and_crop(pixels, {})
            boxes: Any = found.boxes
        except RapidOCRError as error:
            if str(error) == _NOTHING_FOUND:
                return
            raise
        for crop, corners in zip(crops, boxes, strict=True):
            quad = as_read(_quad(corners))
            pieces = -(-crop.shape[1] // (SECOND_LINE_LENGTH * crop.shape[0]))
            step = -(-crop.shape[1] // pieces)
            for piece in range(pieces):
                _check(until)
                part = crop[:, piece * step : (piece + 1) * step]
                yield self._line(part, cut(quad, piece / pieces, (piece + 1) / pieces))

    def _line(self, crop: np.ndarray, quad: Quad) -> Segment:
        try:
            # Its own types are of what it makes of this later.
            read: Any = self._engine.recognize_txt([crop])
        except RapidOCRError:
            return Segment(quad, 1.0, ())
        [text], [line] = read.txts, read.word_results
        words = words_of(line.words, line.word_cols, text, line.confs)
        return Segment(quad, line.line_txt_len, words)

    @property
    def _engine(self) -> RapidOCR:
        if self._loaded is None:
            cv2.setNumThreads(0)
            self._loaded = RapidOCR(params=_PARAMETERS)
        return self._loaded


def _failure(error: Exception) -> Unreadable:
    """Say why these libraries failed: for want of memory each does by an error of its own."""
    if isinstance(error, MemoryError) or any(sign in str(error) for sign in _NO_MEMORY):
        return Unreadable(Cause.TOO_MUCH_MEMORY, "PaddleOCR needs too much memory for a page")
    return Unreadable(Cause.RECOGNITION_FAILED, "PaddleOCR does not take the image of a page")


def _check(until: float) -> None:
    if time.monotonic() > until:
        raise Unreadable(Cause.PAGE_TIMEOUT, "PaddleOCR takes too long for a page")


def _made_small(image: Image.Image) -> tuple[Image.Image, float]:
    """Return the image as it is read, and how much larger it was."""
    scale = max((image.width * image.height / MAX_SECOND_PIXELS) ** 0.5, 1.0)
    if scale == 1.0:
        return image, scale
    size = (max(round(image.width / scale), 1), max(round(image.height / scale), 1))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0), scale


def _pixels(image: Image.Image) -> np.ndarray:
    """Return the image in three equal colours, on white where it is too small to be looked at."""
    size = (max(image.width, _LEAST_SIDE), max(image.height, _LEAST_SIDE))
    if size != image.size:
        paper = Image.new("L", size, 255)
        paper.paste(image)
        image = paper
    return np.repeat(np.asarray(image)[:, :, np.newaxis], 3, axis=2)


def _quad(corners: np.ndarray) -> Quad:
    a, b, c, d = ((float(x), float(y)) for x, y in corners)
    return a, b, c, d


def _enlarged(words: tuple[ReadWord, ...], scale: float) -> Iterator[ReadWord]:
    for text, box, confidence, line in words:
        sides = (box.left, box.top, box.right, box.bottom)
        yield text, PixelBox(*(side * scale for side in sides)), confidence, line
