"""Which engine's words a page has: fakes read, and the image is a till roll or a letter."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from PIL import Image

from inkwell_api.document import Page, PageSource, Reader, Word
from inkwell_api.route import Doubt
from inkwell_ocr.engines.engine import Engine, Recognition
from inkwell_ocr.findings import TRUNCATED
from inkwell_ocr.images import Raster
from inkwell_ocr.routes.recognition import Readers, recognize
from inkwell_ocr.unreadable import Cause, Unreadable
from support.typeset import typeset

ROLL = Raster(Image.new("L", (300, 900), 255), 150.0)
LETTER = Raster(Image.new("L", (700, 900), 255), None)
FIRST = typeset("Total 12.00 on 3.4.2026", confidence=0.95).words
SECOND = typeset("Total 12.60 on 3.4.2026", confidence=0.99).words


@dataclass
class Scripted:
    """An engine that reads these words, and finds that the page is to be turned."""

    reader: Reader
    words: tuple[Word, ...] | Unreadable
    turn: int = 0
    seen: list[Raster] = field(default_factory=list)

    def recognize(self, raster: Raster) -> Recognition:
        """Return them, or raise."""
        self.seen.append(raster)
        if isinstance(self.words, Unreadable):
            raise self.words
        size = raster.image.size if self.turn % 180 == 0 else raster.image.size[::-1]
        return Recognition(self.words, (raster.turned + self.turn) % 360, *size)


def read(raster: Raster, first: Engine, second: Engine | None, **more: bool) -> Page:
    """Return the page as both engines read it."""
    glance: Any = first
    return recognize(raster, 1, Readers(glance, first, second, **more))


def tesseract(turn: int = 0) -> Scripted:
    """Return the first engine."""
    return Scripted(Reader.TESSERACT, FIRST, turn)


def test_a_page_that_is_not_doubted_costs_one_reading() -> None:
    second = Scripted(Reader.PADDLE_OCR, SECOND)
    page = read(LETTER, tesseract(), second)
    assert (page.words, page.reader, page.second_reading) == (FIRST, Reader.TESSERACT, None)
    assert (page.source, page.doubts, second.seen) == (PageSource.OCR, (), [])


def test_a_doubtful_page_has_the_second_engines_words_and_the_firsts_beside() -> None:
    page = read(ROLL, tesseract(), Scripted(Reader.PADDLE_OCR, SECOND))
    assert (page.words, page.reader) == (SECOND, Reader.PADDLE_OCR)
    assert page.second_reading is not None
    assert page.second_reading == replace(page.second_reading, words=FIRST)
    assert page.doubts == (Doubt.TILL_ROLL,)
    assert (page.width, page.height) == (144, 432)


def test_where_no_second_engine_is_asked_for_nothing_is_doubted() -> None:
    page = read(ROLL, tesseract(), None)
    assert (page.words, page.doubts) == (FIRST, ())


@pytest.mark.parametrize("cause", [Cause.TOO_MUCH_MEMORY, Cause.PAGE_TIMEOUT])
def test_where_the_second_engine_fails_the_first_reading_is_kept(cause: Cause) -> None:
    raster = replace(ROLL, findings=(TRUNCATED,))
    page = read(raster, tesseract(), Scripted(Reader.PADDLE_OCR, Unreadable(cause, "why")))
    assert (page.words, page.reader, page.second_reading) == (FIRST, Reader.TESSERACT, None)
    assert page.doubts == (Doubt.TILL_ROLL,)
    assert [finding.name for finding in page.findings] == [TRUNCATED.name, "second-reading-failed"]
    assert cause.value in page.findings[1].message


def test_where_the_second_engine_sees_nothing_the_first_reading_is_kept() -> None:
    page = read(ROLL, tesseract(), Scripted(Reader.PADDLE_OCR, ()))
    assert (page.words, page.reader, page.second_reading) == (FIRST, Reader.TESSERACT, None)


def test_a_document_that_failed_once_is_not_given_to_the_second_engine() -> None:
    second = Scripted(Reader.PADDLE_OCR, SECOND)
    page = read(ROLL, tesseract(), second, may_ask_second=False)
    assert (page.words, second.seen) == (FIRST, [])
    assert page.findings[0].name == "second-reading-failed"


def test_the_second_engine_is_given_the_page_as_the_first_turned_it() -> None:
    second = Scripted(Reader.PADDLE_OCR, SECOND)
    lying = Raster(ROLL.image.rotate(90, expand=True), None, turned=180)
    page = read(lying, tesseract(turn=90), second)
    assert [raster.image.size for raster in second.seen] == [ROLL.image.size]
    assert page.rotation == 270


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_where_the_second_engine_turns_the_page_the_first_words_are_turned_with_it(
    turn: int,
) -> None:
    page = read(ROLL, tesseract(), Scripted(Reader.PADDLE_OCR, SECOND, turn))
    assert page.rotation == turn
    assert page.second_reading is not None
    before, after = FIRST[0].box, page.second_reading.words[0].box
    corner = {
        90: (1 - before.bottom, before.left),
        180: (1 - before.right, 1 - before.bottom),
        270: (before.top, 1 - before.right),
    }[turn]
    assert (after.left, after.top) == pytest.approx(corner)


def test_what_the_first_engine_cannot_read_is_no_page() -> None:
    first = Scripted(Reader.TESSERACT, Unreadable(Cause.RECOGNITION_FAILED, "why"))
    with pytest.raises(Unreadable):
        read(ROLL, first, Scripted(Reader.PADDLE_OCR, SECOND))
