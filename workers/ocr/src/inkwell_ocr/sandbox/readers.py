"""Makes the engines that `spec.ocr.engine` asks for. Runs in the child only, before it is confined.

Libraries are imported here: what they ask of the machine when they are loaded, a confined child may
not. Only those that are asked for, so that no child holds what it never uses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from inkwell_ocr.engines.engine import Engine
from inkwell_ocr.engines.tesseract import Tesseract
from inkwell_ocr.routes.recognition import Readers

_SHARE_OF_TIME: Final = 0.5
"""Of a page's time that the second engine may take, so that the first's words are still told."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How a pipeline wants its pages read.

    Attributes:
        engine: name of an engine (`inkwell_api.pipeline.OcrEngine`).
        languages: Tesseract's codes, most frequent first.
        segmentation: name of a page segmentation (`inkwell_api.pipeline.PageSegmentation`).
        page_seconds: longest time for one page.
    """

    engine: str
    languages: Sequence[str]
    segmentation: str
    page_seconds: float


def make_readers(asked: Asked, data: Path) -> Readers:
    """Load what reads pages.

    Args:
        asked: what the pipeline wants.
        data: folder of Tesseract's language data.

    Raises:
        RuntimeError: a language, or the program that is asked for, is not installed.
    """
    tesseract = Tesseract(asked.languages, asked.segmentation, data)
    match asked.engine:
        case "Auto":
            second = _paddle(asked, asked.page_seconds * _SHARE_OF_TIME)
            return Readers(tesseract, tesseract, second)
        case "PaddleOCR":
            return Readers(tesseract, _paddle(asked, asked.page_seconds) or tesseract)
        case "TesseractCommand":
            from inkwell_ocr.engines.command import TesseractCommand  # noqa: PLC0415 -- see above

            command = TesseractCommand(asked.languages, asked.segmentation, asked.page_seconds)
            return Readers(tesseract, command)
        case _:
            return Readers(tesseract, tesseract)


def _paddle(asked: Asked, seconds: float) -> Engine | None:
    """Return PaddleOCR, or None where its alphabet lacks letters of a language."""
    from inkwell_ocr.engines.paddle import LANGUAGES, PaddleOCR  # noqa: PLC0415 -- see above

    return PaddleOCR(seconds) if LANGUAGES.issuperset(asked.languages) else None
