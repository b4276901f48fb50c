"""The one document of a mail: what is attached, or else what the mail says."""

import io
from collections.abc import Iterator
from email.message import EmailMessage
from typing import IO

import pytest
from PIL import Image

from inkwell_api import media
from inkwell_api.document import Page, PageSource
from inkwell_api.einvoice import Term
from inkwell_api.route import RouteReason
from inkwell_documents.files.mail import mail
from inkwell_documents.files.word import docx, paragraph
from inkwell_ocr.routes.mail import read_mail
from inkwell_ocr.unreadable import Cause, Unreadable
from support.einvoices import CII
from support.extracted import extract_pages
from support.image_files import encoded
from support.papers import pdf_of_text

PDF = ("application/pdf", pdf_of_text([["Invoice 1"]]))
OTHER = ("application/octet-stream", pdf_of_text([["Invoice 2"]]))
XML = ("text/xml", CII.encode())
PHOTO = ("image/jpeg", encoded(Image.new("L", (900, 1200), 255), "JPEG"))
LOGO = ("image/png", encoded(Image.new("L", (200, 80), 255), "PNG"), "logo@x")
DOT = ("image/png", encoded(Image.new("L", (1, 1), 255), "PNG"))
HTML = "<p>Please find our invoice attached.</p><img src='cid:logo@x'>"


def read(message: EmailMessage | bytes) -> list[Page]:
    """Return the pages of a mail; those of its document hold its media type and its size."""

    def read_file(content: IO[bytes], kind: str) -> Iterator[Page]:
        size = len(content.read())
        yield Page(1, size, 1, PageSource.OCR, 0, (), RouteReason.IMAGE)
        yield Page(2, len(kind), 1, PageSource.OCR, 0, (), RouteReason.IMAGE)

    content = message if isinstance(message, bytes) else message.as_bytes()
    return list(read_mail(io.BytesIO(content), 9, 200 * 1024**2, read_file))


def told(pages: list[Page]) -> list[str]:
    """Return the names of the findings of the first page, and that no other has any."""
    assert not any(page.findings for page in pages[1:])
    return [finding.name for finding in pages[0].findings]


@pytest.mark.parametrize("document", [PDF, OTHER, PHOTO, (media.DOCX, docx(paragraph("x")))])
def test_one_document_is_the_document(document: tuple[str, bytes]) -> None:
    pages = read(mail(attached=[document]))
    assert pages[0].width == len(document[1])
    assert [page.number for page in pages] == [1, 2]
    assert told(pages) == []


def test_of_several_documents_the_first_is_read_and_the_others_are_told_of() -> None:
    pages = read(mail(attached=[PHOTO, OTHER, PDF]))
    assert pages[0].width == len(OTHER[1]), "what is drawn goes before photographs"
    assert told(pages) == ["more-than-one-document"]
    assert told(read(mail(attached=[PDF, PDF]))) == [], "the same file twice is one"


def test_xml_beside_a_document_is_its_e_invoice() -> None:
    first, second = read(mail(attached=[XML, PDF]))
    assert first.width == len(PDF[1])
    [invoice] = first.einvoices
    assert invoice.terms[Term.NUMBER].text
    assert (second.einvoices, told([first, second])) == ((), [])


def test_xml_alone_is_the_document() -> None:
    assert read(mail(attached=[XML]))[0].width == len(XML[1])


def test_pictures_of_signatures_and_dots_that_count_readers_are_left_out() -> None:
    pages = read(mail(html=HTML, shown=[LOGO], attached=[PDF, DOT]))
    assert pages[0].width == len(PDF[1])
    assert told(pages) == ["inline-pictures"]


def test_a_large_picture_within_the_text_is_a_document() -> None:
    assert read(mail(html=HTML, shown=[(*PHOTO, "logo@x")]))[0].width == len(PHOTO[1])


def test_what_cannot_be_read_is_told() -> None:
    pages = read(mail(attached=[PDF, ("application/zip", b"PK\x03\x04....")]))
    assert told(pages) == ["attachments-unread"]
    signed = mail(attached=[PDF, ("application/pkcs7-signature", b"0\x82")])
    assert told(read(signed)) == []


def test_the_document_of_a_mail_within_a_mail_is_the_document() -> None:
    message = mail(attached=[PDF])
    for _ in range(4):
        message = mail("forwarded", within=[message])
    assert read(message)[0].width == len(PDF[1])
    [page] = read(mail("forwarded", within=[message]))
    assert (page.text, told([page])) == ("forwarded", ["attachments-unread"])


def test_a_mail_without_a_document_is_what_it_says() -> None:
    text = "Maker Ltd.\nInvoice number:   4711\nTotal:\t119.00 EUR\n"
    [page] = read(mail(text))
    assert (page.source, page.reason) == (PageSource.TEXT, RouteReason.MAIL_BODY)
    assert page.text.splitlines() == [
        "Maker Ltd.", "Invoice number: 4711", "Total: 119.00 EUR",
    ]  # fmt: skip
    found = extract_pages([page]).result
    assert (found["invoice_number"], str(found["total"])) == ("4711", "119.00")


def test_html_is_read_as_it_is_seen() -> None:
    html = (
        "<html><head><style>p {color: red}</style></head><body><p>Maker&nbsp;Ltd.</p>"
        "<table><tr><th>Item<th>Amount<tr><td>Ink<td>100.00</table>"
        "<div style='display: none'>Total 1.00</div><span style='color:#FFF'>2.00</span>"
        "<div>Total <b>119</b>.00<br>Thank you</div></body></html>"
    )
    message = EmailMessage()
    message["From"] = "a@b.example"
    message["To"] = "c@d.example"
    message.set_content(html, subtype="html")
    [page] = read(message)
    assert page.text.splitlines() == [
        "Maker Ltd.", "Item Amount", "Ink 100.00", "Total 119.00", "Thank you",
    ]  # fmt: skip
    assert page.hidden_characters == len("Total1.002.00")


def test_a_plain_text_with_other_numbers_than_the_html_is_told() -> None:
    assert told(read(mail("Total 119.00", html="<p>Total 119.00</p>"))) == ["not-drawn"]
    [page] = read(mail("Total 1.00", html="<p>Total 119.00</p>"))
    assert (page.text, told([page])) == ("Total 119.00", ["not-drawn", "mail-texts-differ"])


@pytest.mark.parametrize(
    "unseen",
    [
        '<table bgcolor="#ffffff"><tr><td style="color:#fff">Total 9.00</td></tr></table>',
        '<font color="white">Total 9.00</font>',
        '<p style="color:#fefefe">Total 9.00</p>',
        '<p style="font-size:1px">Total 9.00</p>',
        '<p style="position:absolute;left:-9999px">Total 9.00</p>',
        '<style>.h {display: none}</style><p class="h">Total 9.00</p>',
        '<p style="background:#123456;color:#123456">Total 9.00</p>',
        "<details><summary>more</summary>Total 9.00</details>",
    ],
)
def test_a_styled_mail_goes_to_a_person_whatever_its_styles_hide(unseen: str) -> None:
    """Nobody drew the page, and a list of all ways to hide words has an end."""
    assert "not-drawn" in told(read(mail("see below", html=unseen)))


def test_a_plain_text_is_seen_as_it_is() -> None:
    assert told(read(mail("Total 119.00"))) == []


def test_a_mail_that_says_nothing_has_no_document() -> None:
    with pytest.raises(Unreadable) as caught:
        read(mail(" \n"))
    assert caught.value.cause is Cause.NO_DOCUMENT


def test_an_attachment_that_is_not_encoded_as_it_says_is_told() -> None:
    whole = mail(attached=[PDF]).as_bytes()
    place = whole.index(b"JVBERi")
    assert told(read(whole[: place + 50] + b"!" + whole[place + 50 :])) == ["attachment-damaged"]
    assert "mail-damaged" in told(read(whole[:-60]))


def test_the_gateway_takes_such_mails_for_mails() -> None:
    assert media.sniff(mail(attached=[PDF]).as_bytes()[: media.HEAD_BYTES]) == media.MAIL
