"""Turns the bytes of one document into its pages, in order.

A page is read from its text layer where that shows what the page shows, else by recognition;
e-invoices come with the first page. Runs in the child only. The same bytes give the same pages.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import IO, Final

import pypdfium2

from inkwell_api.document import Page, PageSource
from inkwell_api.media import DOCX, MAIL, XML
from inkwell_api.route import RouteReason
from inkwell_ocr import images, pdf
from inkwell_ocr.glyphs import TextLayer
from inkwell_ocr.job import Job
from inkwell_ocr.limits import MAX_PAGE_WORDS, decode_bytes
from inkwell_ocr.others import other_documents
from inkwell_ocr.pdf_text import read_text
from inkwell_ocr.routes.docx import read_docx
from inkwell_ocr.routes.each import read_each
from inkwell_ocr.routes.mail import read_mail
from inkwell_ocr.routes.recognition import Readers, recognize
from inkwell_ocr.routes.spelling import has_enough
from inkwell_ocr.routes.textlayer import Display, draft_words, make_words
from inkwell_ocr.routes.trust import SeenText, judge
from inkwell_ocr.routes.xml import attached, read_document
from inkwell_ocr.unreadable import Cause, Unreadable

PDF: Final = "application/pdf"
_IGNORE: Final = "Ignore"
_ONLY: Final = "Only"


def read_pages(content: IO[bytes], job: Job, readers: Readers) -> Iterator[Page]:
    """Yield the pages of a document; what cannot be read of it is a finding of theirs.

    Raises:
        Unreadable: the document, or every one of its pages, cannot be read.
    """
    if job.content_type == XML:
        yield read_document(content)
        return
    if job.content_type == DOCX:
        picture = partial(_read_picture, job=job, readers=readers)
        yield from read_docx(content, job.max_pages, picture)
        return
    if job.content_type == MAIL:
        yield from _read_mail(content, job, readers)
        return
    if job.content_type != PDF and job.content_type not in images.FORMATS:
        raise Unreadable(Cause.UNKNOWN_TYPE, "the document is of a type that cannot be read")
    others = other_documents(content, job.content_type)
    content.seek(0)
    if job.content_type == PDF:
        with pdf.open_pdf(content) as document:
            pages = pdf.count_pages(document, job.max_pages)
            read = _PdfPages(document, job, readers).read
            found = (*others, *pages.findings, *pdf.attached_documents(document))
            einvoices = attached(document)
            for page in read_each(pages.found, read, found):
                yield replace(page, einvoices=einvoices) if page.number == 1 else page
    else:
        rasters = images.ImagePages(
            content, job.content_type, job.max_pages, decode_bytes(job.memory_bytes)
        )
        read = partial(_read_image, rasters, job=job, readers=readers)
        yield from read_each(len(rasters), read, others)


def _read_image(rasters: images.ImagePages, index: int, job: Job, readers: Readers) -> Page:
    raster = rasters.raster(index)
    if job.text_layer == _ONLY:
        width, height = raster.image.size
        source, reason = PageSource.TEXT_LAYER, RouteReason.ASKED
        return Page(index + 1, width, height, source, 0, (), reason, findings=raster.findings)
    return replace(recognize(raster, index + 1, readers), reason=RouteReason.IMAGE)


def _read_mail(content: IO[bytes], job: Job, readers: Readers) -> Iterator[Page]:
    """Yield the pages of the document that a mail carries; it has the memory that is left."""
    room = decode_bytes(job.memory_bytes)
    taken = 2 * content.seek(0, io.SEEK_END)

    def read_file(document: IO[bytes], content_type: str) -> Iterator[Page]:
        left = replace(job, content_type=content_type, memory_bytes=job.memory_bytes - taken)
        return read_pages(document, left, readers)

    yield from read_mail(content, job.max_pages, room, read_file)


def _read_picture(content: bytes, content_type: str, job: Job, readers: Readers) -> Page:
    """Return the page that a picture within a container is; of several frames the first."""
    room = decode_bytes(job.memory_bytes) - len(content)
    rasters = images.ImagePages(io.BytesIO(content), content_type, job.max_pages, room)
    return _read_image(rasters, 0, job, readers)


@dataclass(frozen=True, slots=True)
class _PdfPages:
    """The pages of a PDF; each is read by the route that is right for it."""

    document: pypdfium2.PdfDocument
    job: Job
    readers: Readers

    def read(self, index: int) -> Page:
        """Return a page by its index from 0.

        Raises:
            Unreadable: it cannot be read.
        """
        page = pdf.load_page(self.document, index)
        try:
            number = index + 1
            if pdf.is_placeholder(self.document):
                width, height = page.get_size()
                source, reason = PageSource.TEXT_LAYER, RouteReason.PLACEHOLDER
                return Page(number, width, height, source, 0, (), reason)
            is_asked = self.job.text_layer == _IGNORE
            layer = TextLayer() if is_asked else read_text(page)
            if self.job.text_layer != _ONLY and not has_enough(layer.glyphs):
                reason = RouteReason.ASKED if is_asked else RouteReason.LITTLE_TEXT
                return self._recognize(page, number, reason, 0)
            return self._read_text_layer(page, number, layer)
        finally:
            page.close()

    def _read_text_layer(self, page: pypdfium2.PdfPage, number: int, layer: TextLayer) -> Page:
        """Return the page as its text layer has it; or as it is seen, where that is not believed.

        Where the text layer alone is to be read, text that nobody sees is still left out, unless
        there is no other: a scan has its words below the image.
        """
        text = SeenText.on(page, layer)
        is_only = self.job.text_layer == _ONLY
        if is_only and not has_enough(text.layer.glyphs):
            text = replace(text, layer=layer, hidden=0)
        display = Display.of(text.layer.glyphs, page.get_rotation(), *page.get_size())
        drafts = draft_words(text.layer.glyphs, display)
        if len(drafts) > MAX_PAGE_WORDS:
            raise Unreadable(Cause.TOO_MANY_WORDS, f"a page has more than {MAX_PAGE_WORDS} words")
        reason = RouteReason.ASKED
        if not is_only:
            reason = judge(page, text, drafts, display, self.readers.glance)
            if reason is not RouteReason.TEXT_IS_SHOWN:
                return self._recognize(page, number, reason, text.hidden)
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
        self, page: pypdfium2.PdfPage, number: int, reason: RouteReason, hidden: int
    ) -> Page:
        raster = pdf.render(page, pdf.find_scan(page), decode_bytes(self.job.memory_bytes))
        found = recognize(raster, number, self.readers)
        return replace(found, reason=reason, hidden_characters=hidden)
