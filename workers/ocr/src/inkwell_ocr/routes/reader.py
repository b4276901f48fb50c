"""Turns the bytes of one document into its pages, in order.

A page is read from its text layer where that is a good one, else by Tesseract. Runs in the child
only. The same bytes give the same pages.
"""

from collections.abc import Iterator
from typing import IO, Final

import pypdfium2

from inkwell_api.document import Page, PageSource
from inkwell_ocr import images, pdf, pdf_text
from inkwell_ocr.engines.tesseract import Tesseract
from inkwell_ocr.job import Job
from inkwell_ocr.limits import MAX_PAGE_WORDS
from inkwell_ocr.routes.recognition import recognize
from inkwell_ocr.routes.textlayer import Display, is_usable, make_words
from inkwell_ocr.unreadable import Cause, Unreadable

PDF: Final = "application/pdf"
_PREFER: Final = "Prefer"
_IGNORE: Final = "Ignore"
_ONLY: Final = "Only"


def read_pages(content: IO[bytes], job: Job, tesseract: Tesseract) -> Iterator[Page]:
    """Yield the pages of a document.

    Raises:
        Unreadable: the document, or one of its pages, cannot be read.
    """
    if job.content_type == PDF:
        with pdf.open_pdf(content, job.max_pages) as document:
            for index in range(len(document)):
                yield _read_pdf_page(document, index, job.text_layer, tesseract)
    elif job.content_type in images.FORMATS:
        rasters = images.open_pages(content, job.content_type, job.max_pages)
        for number, raster in enumerate(rasters, start=1):
            if job.text_layer == _ONLY:
                yield Page(number, *raster.image.size, PageSource.TEXT_LAYER, 0, ())
            else:
                yield recognize(raster, number, tesseract)
    else:
        raise Unreadable(Cause.UNKNOWN_TYPE, "the document is of a type that cannot be read")


def _read_pdf_page(
    document: pypdfium2.PdfDocument, index: int, text_layer: str, tesseract: Tesseract
) -> Page:
    page = pdf.load_page(document, index)
    try:
        glyphs = [] if text_layer == _IGNORE else pdf_text.read_glyphs(page)
        display = Display.of(glyphs, page.get_rotation())
        width, height = page.get_size()
        if display.turn % 180:
            width, height = height, width
        scan = None if text_layer == _ONLY else pdf.find_scan(page)
        if text_layer == _ONLY or (
            text_layer == _PREFER and is_usable(glyphs, is_scan=scan is not None)
        ):
            words = make_words(glyphs, display, width, height)
            if len(words) > MAX_PAGE_WORDS:
                raise Unreadable(
                    Cause.TOO_MANY_WORDS, f"a page has more than {MAX_PAGE_WORDS} words"
                )
            return Page(index + 1, width, height, PageSource.TEXT_LAYER, display.turn, words)
        return recognize(pdf.render(page, scan), index + 1, tesseract)
    finally:
        page.close()
