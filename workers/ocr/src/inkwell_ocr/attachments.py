"""Takes e-invoices out of the attachments of a PDF. Runs in the child only."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pypdfium2
import pypdfium2.raw as pdfium

from inkwell_ocr.limits import MAX_ATTACHMENTS, MAX_XML_BYTES

NAMES: Final = frozenset({"factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml"})
"""Names by which e-invoices are attached, in lower case.

Factur-X 1.0 and ZUGFeRD 2.1 (``factur-x.xml``), ZUGFeRD 1.0 and 2.0 (``ZUGFeRD-invoice.xml``,
``zugferd-invoice.xml``), ZUGFeRD's reference profile XRECHNUNG (``xrechnung.xml``). The standards
make the name binding. The relationship (`AFRelationship`) differs by country and profile, and
PDFium does not tell it.
"""


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attached file that is named as an e-invoice.

    Attributes:
        name: one of `NAMES`.
        content: its bytes, or None when they are more than `MAX_XML_BYTES`.
    """

    name: str
    content: bytes | None


def are_too_many(document: pypdfium2.PdfDocument) -> bool:
    """Say whether the document has more attachments than are looked through."""
    count: int = document.count_attachments()
    return count > MAX_ATTACHMENTS


def find_einvoices(document: pypdfium2.PdfDocument) -> Iterator[Attachment]:
    """Yield the attachments that are named as e-invoices, in the order of the file."""
    for index in range(min(document.count_attachments(), MAX_ATTACHMENTS)):
        try:
            attachment = document.get_attachment(index)
            name = attachment.get_name().replace("\\", "/").rpartition("/")[2].casefold()
        except pypdfium2.PdfiumError:
            continue
        if name in NAMES:
            yield Attachment(name, _content(attachment))


def _content(attachment: pypdfium2.PdfAttachment) -> bytes | None:
    """Return the bytes of an attachment, none where PDFium cannot decode them.

    `PdfAttachment.get_data` would make room for any size first.
    """
    size = ctypes.c_ulong()
    if not pdfium.FPDFAttachment_GetFile(attachment, None, 0, size):
        return b""
    if size.value > MAX_XML_BYTES:
        return None
    buffer = ctypes.create_string_buffer(size.value)
    is_read = pdfium.FPDFAttachment_GetFile(attachment, buffer, size.value, size)
    return buffer.raw if is_read else b""
