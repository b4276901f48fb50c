"""Photographs, texts and mails as children read them."""

from pathlib import Path

import pytest

from inkwell_api import media
from inkwell_api.document import PageSource
from inkwell_api.route import RouteReason
from inkwell_documents.files.mail import mail
from inkwell_documents.files.word import docx, paragraph, picture, table
from inkwell_ocr.unreadable import Cause, Unreadable
from support.image_files import encoded
from support.papers import SENTENCES, pdf_of_text
from support.papers import picture as drawn
from support.reading import Read, likeness

pytestmark = pytest.mark.integration
HEIC = Path(__file__).resolve().parents[2] / "data" / "heic"
LINES = ["Invoice number: 4711", "Date of issue: 2024-05-03", "Total due: 119.00 EUR"]


@pytest.mark.parametrize("name", ["upright.heic", "turned.heic"])
def test_a_photograph_in_heic_is_read(read: Read, name: str) -> None:
    [page] = read((HEIC / name).read_bytes(), "image/heic")
    assert page.text.splitlines() == LINES
    assert (page.source, page.reason) == (PageSource.OCR, RouteReason.IMAGE)


def test_the_text_and_the_pictures_of_a_docx_are_read(read: Read) -> None:
    body = paragraph("Invoice 4711") + table([["Total", "119.00"]]) + paragraph(picture("p"))
    parts = {"word/media/p.png": encoded(drawn(), "PNG")}
    text, shown = read(docx(body, parts, [("p", "image", "media/p.png")]), media.DOCX)
    assert text.text.splitlines() == ["Invoice 4711", "Total 119.00"]
    assert (text.source, text.reason) == (PageSource.TEXT, RouteReason.WORD_PROCESSOR)
    assert likeness(shown.text) >= 0.97
    assert (shown.number, shown.source) == (2, PageSource.OCR)


def test_a_picture_that_is_damaged_leaves_the_text(read: Read) -> None:
    whole = encoded(drawn(), "PNG")
    parts = {"word/media/p.png": whole[:60]}
    body = paragraph("Invoice 4711", picture("p"))
    pages = read(docx(body, parts, [("p", "image", "media/p.png")]), media.DOCX)
    assert [page.text for page in pages] == ["Invoice 4711", ""]
    assert [f.name for page in pages for f in page.findings] in (
        ["not-drawn", "page-unreadable"],
        ["not-drawn", "truncated-image"],
    )


def test_a_zip_that_is_no_docx_has_a_cause(read: Read) -> None:
    with pytest.raises(Unreadable) as caught:
        read(b"PK\x03\x04 and nothing of a ZIP", media.DOCX)
    assert caught.value.cause is Cause.CORRUPT_DOCX


def test_the_document_of_a_mail_is_read(read: Read) -> None:
    sent = mail(attached=[("application/pdf", pdf_of_text([SENTENCES, SENTENCES]))])
    first, second = read(sent.as_bytes(), media.MAIL)
    assert first.text == second.text == "\n".join(SENTENCES)
    assert (first.source, first.findings) == (PageSource.TEXT_LAYER, ())
    photo = mail(attached=[("image/heic", (HEIC / "upright.heic").read_bytes())])
    [page] = read(photo.as_bytes(), media.MAIL)
    assert page.text.splitlines() == LINES
