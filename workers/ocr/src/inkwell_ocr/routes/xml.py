"""The route of e-invoices: attached to a PDF, or a document of their own. Child only."""

from collections.abc import Iterator
from typing import IO, Final

import pypdfium2

from inkwell_api.document import Page, PageSource
from inkwell_api.einvoice import EInvoice, XmlFault
from inkwell_ocr.attachments import are_too_many, find_einvoices
from inkwell_ocr.einvoice.reading import read_einvoice
from inkwell_ocr.limits import MAX_EINVOICES, MAX_XML_BYTES
from inkwell_ocr.unreadable import Cause, Unreadable

_WHY: Final = {
    XmlFault.DAMAGED: (Cause.CORRUPT_XML, "the XML is damaged, or not in the encoding it names"),
    XmlFault.DOCTYPE: (Cause.CORRUPT_XML, "the XML has a document type, which no e-invoice has"),
    XmlFault.NO_INVOICE: (Cause.UNKNOWN_TYPE, "the XML is no invoice in UBL or CII"),
    XmlFault.TOO_LARGE: (Cause.XML_TOO_LARGE, "the XML is larger or deeper than is read"),
}


def attached(document: pypdfium2.PdfDocument) -> tuple[EInvoice, ...]:
    """Return the e-invoices that are attached to a PDF, those without use with their fault."""
    return tuple(_attached(document))


def _attached(document: pypdfium2.PdfDocument) -> Iterator[EInvoice]:
    if are_too_many(document):
        yield EInvoice("", fault=XmlFault.TOO_MANY)
    for number, file in enumerate(find_einvoices(document)):
        if number == MAX_EINVOICES:
            yield EInvoice(file.name, fault=XmlFault.TOO_MANY)
            return
        if file.content is None:
            yield EInvoice(file.name, fault=XmlFault.TOO_LARGE)
        else:
            yield read_einvoice(file.content, file.name)


def read_document(content: IO[bytes]) -> Page:
    """Return the one page of a document that is XML: without words, and with what it states.

    Raises:
        Unreadable: it is no e-invoice that is read.
    """
    invoice = read_einvoice(content.read(MAX_XML_BYTES + 1), "")
    if invoice.fault is not None:
        cause, detail = _WHY[invoice.fault]
        raise Unreadable(cause, detail)
    return Page(1, 0.0, 0.0, PageSource.XML, 0, (), einvoices=(invoice,))
