"""The small model is trained on texts of documents that were never drawn; here they are drawn."""

import io
import os
from random import Random

import pytest

from inkwell_api.document import Page, PageSource
from inkwell_documents.reading.rows import words_on
from inkwell_documents.varied.document import Document, make
from inkwell_documents.varied.rendering import paper_of, to_pdf
from inkwell_extract.model.prompts import document_text
from inkwell_extract.page.layout import Layout
from inkwell_extract.page.rows import CELL_MARK
from inkwell_ocr.engines.tesseract import Tesseract, language_data
from inkwell_ocr.job import Job
from inkwell_ocr.routes.reader import read_pages
from inkwell_ocr.routes.recognition import Readers

pytestmark = pytest.mark.integration
COUNT = 40
_HEIGHT = 0.72
"""Of a capital letter of Helvetica, in sizes."""


@pytest.fixture(scope="module")
def tesseract() -> Tesseract:
    """Pages with a text layer do not need it, but their reader does."""
    try:
        return Tesseract(("eng",), "Auto", language_data())
    except FileNotFoundError as error:
        if os.environ.get("REQUIRE_SERVICES") == "1":
            raise
        pytest.skip(f"{error}: install tesseract-ocr-eng and tesseract-ocr-osd")


def imagined(document: Document) -> str:
    paper = paper_of(document.sheet)
    words = tuple(words_on(document.sheet.items, paper, _HEIGHT, 0.0, Random(1)))
    page = Page(1, paper.width, paper.height, PageSource.TEXT_LAYER, 0, words)
    return document_text(Layout([page]))


def really_read(document: Document, tesseract: Tesseract) -> str:
    job = Job("application/pdf", "Prefer", 2, 60)
    return document_text(
        Layout(tuple(read_pages(io.BytesIO(to_pdf(document.sheet)), job, Readers.of(tesseract))))
    )


def test_texts_for_training_are_those_that_the_stages_make(tesseract: Tesseract) -> None:
    same = 0
    for index in range(COUNT):
        document = make(77, index, is_held_out=index % 2 == 0)
        text, read = imagined(document), really_read(document, tesseract)
        same += text == read
        # A gap just wide enough for a cell may be judged one way or the other.
        flat = [line.replace(CELL_MARK, "").replace(" ", "") for line in text.split("\n")]
        assert flat == [line.replace(CELL_MARK, "").replace(" ", "") for line in read.split("\n")]
    assert same >= 0.7 * COUNT
