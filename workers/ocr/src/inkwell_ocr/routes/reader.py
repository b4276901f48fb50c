"""Turns the bytes of one document into its pages, in order.

A page is read from its text layer where that is a good one, else by Tesseract. Runs in the child
only. The same bytes give the same pages.
"""

from collections.abc import Iterator
from functools import partial
from typing import IO, Final

import pypdfium2

from inkwell_api.document import Page, PageSource
from inkwell_ocr import images, pdf
from inkwell_ocr.engines.tesseract import Tesseract
from inkwell_ocr.job import Job
from inkwell_ocr.limits import MAX_PAGE_WORDS, decode_bytes
from inkwell_ocr.others import other_documents
from inkwell_ocr.routes.each import read_each
from inkwell_ocr.routes.recognition import recognize
from inkwell_ocr.routes.textlayer import Display, is_usable, make_words
from inkwell_ocr.unreadable import Cause, Unreadable

PDF: Final = "application/pdf"
_PREFER: Final = "Prefer"
_IGNORE: Final = "Ignore"
_ONLY: Final = "Only"


def read_pages(content: IO[bytes], job: Job, tesseract: Tesseract) -> Iterator[Page]:
    """Yield the pages of a document; what cannot be read of it is a finding of theirs.

    Raises:
        Unreadable: the document, or every one of its pages, cannot be read.
    """
    if job.content_type != PDF and job.content_type not in images.FORMATS:
        raise Unreadable(Cause.UNKNOWN_TYPE, "the document is of a type that cannot be read")
    others = other_documents(content, job.content_type)
    content.seek(0)
    if job.content_type == PDF:
        with pdf.open_pdf(content) as document:
            pages = pdf.count_pages(document, job.max_pages)
            read = partial(_read_pdf_page, document, job=job, tesseract=tesseract)
            attached = pdf.attached_documents(document)
            yield from read_each(pages.found, read, (*others, *pages.findings, *attached))
    else:
        rasters = images.ImagePages(
            content, job.content_type, job.max_pages, decode_bytes(job.memory_bytes)
        )
        read = partial(_read_image, rasters, job=job, tesseract=tesseract)
        yield from read_each(len(rasters), read, others)


def _read_image(rasters: images.ImagePages, index: int, job: Job, tesseract: Tesseract) -> Page:
    raster = rasters.raster(index)
    if job.text_layer == _ONLY:
        width, height = raster.image.size
        source = PageSource.TEXT_LAYER
        return Page(index + 1, width, height, source, 0, (), findings=raster.findings)
    return recognize(raster, index + 1, tesseract)


def _read_pdf_page(
    document: pypdfium2.PdfDocument, index: int, job: Job, tesseract: Tesseract
) -> Page:
    text_layer = job.text_layer
    page = pdf.load_page(document, index)
    try:
        glyphs = [] if text_layer == _IGNORE else pdf.read_glyphs(page)
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
        return recognize(
            pdf.render(page, scan, decode_bytes(job.memory_bytes)), index + 1, tesseract
        )
    finally:
        page.close()
