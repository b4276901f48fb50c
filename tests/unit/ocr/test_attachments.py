"""E-invoices in the attachments of PDFs, and attachments that are made to harm."""

import io
from collections.abc import Sequence

import pytest

from inkwell_api.document import PageSource
from inkwell_api.einvoice import EInvoice, Term, XmlFault
from inkwell_ocr.attachments import find_einvoices
from inkwell_ocr.limits import MAX_ATTACHMENTS, MAX_EINVOICES
from inkwell_ocr.pdf import open_pdf
from inkwell_ocr.routes.xml import attached, read_document
from inkwell_ocr.unreadable import Cause, Unreadable
from support.einvoices import CII, UBL, ZUGFERD_1
from support.papers import pdf_of_text


def einvoices(files: Sequence[tuple[str, bytes]]) -> tuple[EInvoice, ...]:
    """Return what is found in a PDF that has these files attached."""
    content = pdf_of_text([["Invoice"]], attached=files)
    with open_pdf(io.BytesIO(content)) as document:
        return attached(document)


@pytest.mark.parametrize(
    ("name", "xml"),
    [
        ("factur-x.xml", CII),
        ("xrechnung.xml", CII),
        ("zugferd-invoice.xml", CII),
        ("ZUGFeRD-invoice.xml", ZUGFERD_1),
        ("FACTUR-X.XML", CII),
    ],
)
def test_an_einvoice_is_known_by_the_name_that_the_standards_give(name: str, xml: str) -> None:
    [invoice] = einvoices([("photo.jpg", b"\xff\xd8"), (name, xml.encode())])
    assert (invoice.name, invoice.fault) == (name.lower(), None)
    assert invoice.terms[Term.NUMBER].text == "RE-2025/117"


def test_other_attachments_are_never_opened() -> None:
    files = [("order-x.xml", CII.encode()), ("terms.xml", UBL.encode()), ("factur-x.pdf", b"%PDF")]
    assert einvoices(files) == ()
    assert einvoices([]) == ()


def test_two_einvoices_are_both_told_of() -> None:
    first, second = einvoices([("factur-x.xml", CII.encode()), ("xrechnung.xml", UBL.encode())])
    assert (first.name, second.name) == ("factur-x.xml", "xrechnung.xml")


def test_an_attachment_that_is_no_xml_is_told_of() -> None:
    assert einvoices([("factur-x.xml", b"see the page")]) == (
        EInvoice("factur-x.xml", fault=XmlFault.DAMAGED),
    )
    assert einvoices([("factur-x.xml", b"")]) == (EInvoice("factur-x.xml", fault=XmlFault.DAMAGED),)


def test_an_attachment_of_50_megabytes_is_not_read() -> None:
    files = [("factur-x.xml", CII.encode() + b" " * 50 * 1024 * 1024)]
    assert einvoices(files) == (EInvoice("factur-x.xml", fault=XmlFault.TOO_LARGE),)
    with open_pdf(io.BytesIO(pdf_of_text([["Invoice"]], attached=files))) as document:
        [file] = find_einvoices(document)
        assert file.content is None


def test_an_einvoice_is_found_among_a_thousand_attachments() -> None:
    files = [(f"{n:04}.txt", b"text") for n in range(MAX_ATTACHMENTS - 1)]
    [invoice] = einvoices([*files, ("factur-x.xml", CII.encode())])
    assert invoice.fault is None


def test_more_attachments_than_are_looked_through_are_told_of() -> None:
    files = [(f"{n:04}.txt", b"text") for n in range(MAX_ATTACHMENTS)]
    assert einvoices([*files, ("factur-x.xml", CII.encode())]) == (
        EInvoice("", fault=XmlFault.TOO_MANY),
    )


def test_no_more_einvoices_are_read_than_a_few() -> None:
    found = einvoices([("factur-x.xml", CII.encode())] * 1000)
    assert [invoice.fault for invoice in found] == [*[None] * MAX_EINVOICES, XmlFault.TOO_MANY]


@pytest.mark.parametrize("xml", [CII, UBL, ZUGFERD_1])
def test_xml_on_its_own_is_a_document_of_one_page_without_words(xml: str) -> None:
    page = read_document(io.BytesIO(xml.encode()))
    assert (page.number, page.source, page.words) == (1, PageSource.XML, ())
    assert page.einvoices[0].terms[Term.TOTAL_WITH_VAT].text == "235.62"


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"<a/>", Cause.UNKNOWN_TYPE),
        (CII.encode()[:-9], Cause.CORRUPT_XML),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", Cause.CORRUPT_XML),
        (b" " * 17 * 1024 * 1024, Cause.XML_TOO_LARGE),
    ],
)
def test_xml_on_its_own_that_is_no_einvoice_is_unreadable(content: bytes, cause: Cause) -> None:
    with pytest.raises(Unreadable) as caught:
        read_document(io.BytesIO(content))
    assert caught.value.cause is cause
