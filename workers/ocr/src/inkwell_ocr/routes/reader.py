"""Turns the bytes of one document into its pages, in order.

A page is read from its text layer where that shows what the page shows, else by recognition;
e-invoices come with the first page. Runs in the child only. The same bytes give the same pages.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import IO, Final

import pypdfium2

from inkwell_api.document import Page, PageSource
from inkwell_api.route import RouteReason
from inkwell_ocr import images, pdf
from inkwell_ocr.engines.tesseract import Tesseract
from inkwell_ocr.glyphs import TextLayer
from inkwell_ocr.job import Job
from inkwell_ocr.limits import MAX_PAGE_WORDS
from inkwell_ocr.pdf_text import read_text
from inkwell_ocr.routes.recognition import recognize
from inkwell_ocr.routes.spelling import has_enough
from inkwell_ocr.routes.textlayer import Display, draft_words, make_words
from inkwell_ocr.routes.trust import SeenText, judge
from inkwell_ocr.routes.xml import attached, read_document
from inkwell_ocr.unreadable import Cause, Unreadable

PDF: Final = "application/pdf"
XML: Final = "application/xml"
_IGNORE: Final = "Ignore"
_ONLY: Final = "Only"


def read_pages(content: IO[bytes], job: Job, tesseract: Tesseract) -> Iterator[Page]:
    """Yield the pages of a document.

    Raises:
        Unreadable: the document, or one of its pages, cannot be read.
    """
    if job.content_type == PDF:
        with pdf.open_pdf(content, job.max_pages) as document:
            einvoices = attached(document)
            for index in range(len(document)):
                page = _read_pdf_page(document, index, job.text_layer, tesseract)
                yield replace(page, einvoices=einvoices) if index == 0 else page
    elif job.content_type == XML:
        yield read_document(content)
    elif job.content_type in images.FORMATS:
        rasters = images.open_pages(content, job.content_type, job.max_pages)
        for number, raster in enumerate(rasters, start=1):
            if job.text_layer == _ONLY:
                width, height = raster.image.size
                source, reason = PageSource.TEXT_LAYER, RouteReason.ASKED
                yield Page(number, width, height, source, 0, (), reason)
            else:
                yield replace(recognize(raster, number, tesseract), reason=RouteReason.IMAGE)
    else:
        raise Unreadable(Cause.UNKNOWN_TYPE, "the document is of a type that cannot be read")


def _read_pdf_page(
    document: pypdfium2.PdfDocument, index: int, text_layer: str, tesseract: Tesseract
) -> Page:
    page = pdf.load_page(document, index)
    try:
        number = index + 1
        if pdf.is_placeholder(document):
            width, height = page.get_size()
            source, reason = PageSource.TEXT_LAYER, RouteReason.PLACEHOLDER
            return Page(number, width, height, source, 0, (), reason)
        layer = TextLayer() if text_layer == _IGNORE else read_text(page)
        if text_layer == _ONLY:
            return _read_text_layer(page, number, layer, None)
        if not has_enough(layer.glyphs):
            is_asked = text_layer == _IGNORE
            reason = RouteReason.ASKED if is_asked else RouteReason.LITTLE_TEXT
            return _recognize(page, number, reason, 0, tesseract)
        return _read_text_layer(page, number, layer, tesseract)
    finally:
        page.close()


def _read_text_layer(
    page: pypdfium2.PdfPage, number: int, layer: TextLayer, tesseract: Tesseract | None
) -> Page:
    """Return the page as its text layer has it; where that is not to be believed, as it is seen.

    Without Tesseract the text layer is all there is. Then text that nobody sees is still left out,
    unless there is no other: a scan has its words below the image.
    """
    text = SeenText.on(page, layer)
    if tesseract is None and not has_enough(text.layer.glyphs):
        text = replace(text, layer=layer, hidden=0)
    display = Display.of(text.layer.glyphs, page.get_rotation(), *page.get_size())
    drafts = draft_words(text.layer.glyphs, display)
    if len(drafts) > MAX_PAGE_WORDS:
        raise Unreadable(Cause.TOO_MANY_WORDS, f"a page has more than {MAX_PAGE_WORDS} words")
    reason = RouteReason.ASKED
    if tesseract is not None:
        reason = judge(page, text, drafts, display, tesseract)
        if reason is not RouteReason.TEXT_IS_SHOWN:
            return _recognize(page, number, reason, text.hidden, tesseract)
    return Page(
        number,
        display.width,
        display.height,
        PageSource.TEXT_LAYER,
        display.turn,
        make_words(drafts, display),
        reason,
        text.hidden,
    )


def _recognize(
    page: pypdfium2.PdfPage, number: int, reason: RouteReason, hidden: int, tesseract: Tesseract
) -> Page:
    raster = pdf.render(page, pdf.find_scan(page))
    return replace(recognize(raster, number, tesseract), reason=reason, hidden_characters=hidden)
