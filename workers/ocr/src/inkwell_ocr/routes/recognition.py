"""The route of recognition: a page is read from its image, a doubtful one by two engines.

Runs in the child only.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from inkwell_api.document import Box, Page, PageSource, Reading, Word
from inkwell_ocr.engines.engine import Engine, Recognition
from inkwell_ocr.engines.tesseract import Tesseract
from inkwell_ocr.engines.upright import turned_by
from inkwell_ocr.findings import second_reading_failed
from inkwell_ocr.geometry import FULL_TURN
from inkwell_ocr.images import POINTS_PER_INCH, Raster
from inkwell_ocr.routes.doubt import doubts_of
from inkwell_ocr.routes.looks import look_at
from inkwell_ocr.unreadable import Cause, Unreadable

_NOT_AGAIN: Final = Unreadable(
    Cause.RECOGNITION_FAILED, "reading the document failed once, maybe by the second engine"
)


@dataclass(frozen=True, slots=True)
class Readers:
    """Who reads images.

    Attributes:
        glance: reads samples of pages whose text layer is judged.
        first: reads every page that has to be recognised.
        second: reads those again whose first reading is doubtful; None where none shall.
        may_ask_second: not when the document failed once: what needs more memory and time may be
            what brought it down.
    """

    glance: Tesseract
    first: Engine
    second: Engine | None = None
    may_ask_second: bool = True

    @classmethod
    def of(cls, tesseract: Tesseract) -> "Readers":
        """Return Tesseract alone."""
        return cls(tesseract, tesseract)


def recognize(raster: Raster, number: int, readers: Readers) -> Page:
    """Return the page that an image shows; where its resolution is unknown, a pixel is a point.

    Raises:
        Unreadable: the first engine cannot read it. What the second cannot is a finding.
    """
    found = readers.first.recognize(raster)
    page = _page(raster, number, found, readers.first)
    if readers.second is None:
        return page
    upright = _upright(raster, found)
    doubts = doubts_of(found.words, look_at(upright.image))
    if not doubts:
        return page
    try:
        if not readers.may_ask_second:
            raise _NOT_AGAIN
        again = readers.second.recognize(upright)
    except Unreadable as error:
        told = (*page.findings, second_reading_failed(number, error))
        return replace(page, findings=told, doubts=doubts)
    if not again.words:
        return replace(page, doubts=doubts)
    # Where the second engine sees how the page stands, and the first did not, it is believed.
    words = _turned(found.words, (again.turned - found.turned) % FULL_TURN)
    other = Reading(readers.first.reader, words)
    read = _page(upright, number, again, readers.second)
    return replace(read, second_reading=other, doubts=doubts)


def _page(raster: Raster, number: int, found: Recognition, engine: Engine) -> Page:
    unit = POINTS_PER_INCH / raster.dpi if raster.dpi else 1.0
    return Page(
        number,
        found.width * unit,
        found.height * unit,
        PageSource.OCR,
        found.turned,
        found.words,
        findings=raster.findings,
        reader=engine.reader,
    )


def _upright(raster: Raster, found: Recognition) -> Raster:
    turn = (found.turned - raster.turned) % FULL_TURN
    return replace(raster, image=turned_by(raster.image, turn), turned=found.turned)


def _turned(words: Sequence[Word], degrees: int) -> tuple[Word, ...]:
    """Return words of a page with their boxes on the page turned clockwise by quarter turns."""
    turned = tuple(words)
    for _ in range(degrees // 90):
        turned = tuple(
            replace(w, box=Box(1 - w.box.bottom, w.box.left, 1 - w.box.top, w.box.right))
            for w in turned
        )
    return turned
