"""Which kind of file this is, by its first bytes and never by its name. Pure."""

import codecs
import re
from typing import Final

from inkwell_api.einvoice import Root

HEAD_BYTES: Final = 4096
"""How much of the beginning is looked at."""

XML: Final = "application/xml"
OTHER_XML: Final = "XML that is no invoice in UBL or CII"
"""What `sniff` says of XML that no pipeline accepts."""

_PDF_BYTES: Final = 1024
"""Readers accept a PDF whose header stands that late."""

_AT_START: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00", "image/tiff"),
    (b"MM\x00+", "image/tiff"),
)
_ENCODINGS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ASIDE: Final = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
"""What may stand before the root element. A document type may not: no e-invoice has one."""

_ROOT: Final = re.compile(r"<(?:([\w.-]+):)?([\w.-]+)((?:\s[^<>]*)?)")
_ROOTS: Final = frozenset(root.value for root in Root)
_RIFF: Final = re.compile(rb"RIFF....WEBP", re.DOTALL)

_CONTAINER: Final = re.compile(
    rb"PK(\x03\x04|\x05\x06|\x07\x08)"  # ZIP, and what is made of it
    rb"|\x1f\x8b|BZh|\xfd7zXZ|7z\xbc\xaf|Rar!|\x28\xb5\x2f\xfd"  # compressed
    rb"|\xd0\xcf\x11\xe0"  # what Office and Outlook wrote before 2007
    rb"|.{257}ustar"  # tar
    rb"|\s*<"  # a page of the web, or XML
    rb"|\s*(From |--|[A-Za-z][A-Za-z-]{1,40}:[ \t])",  # mail, and a part of a form
    re.DOTALL,
)
"""Files that may hold a PDF among other things. Whoever takes them for the PDF loses the rest."""


def sniff(head: bytes) -> str | None:
    """Return the media type that the first bytes show, `OTHER_XML`, or None for what nobody knows.

    The XML is not parsed: the one process that parses what comes from outside is the ocr stage's.
    """
    for magic, media_type in _AT_START:
        if head.startswith(magic):
            return media_type
    if _RIFF.match(head):
        return "image/webp"
    text = _text(head[:HEAD_BYTES])
    if text.lstrip().startswith("<"):
        return _kind_of_xml(text)
    if _CONTAINER.match(head):
        return None
    return "application/pdf" if b"%PDF-" in head[:_PDF_BYTES] else None


def _text(head: bytes) -> str:
    """Return the characters of XML; ASCII, which markup is written in, is so in most encodings."""
    for mark, encoding in _ENCODINGS:
        if head.startswith(mark):
            return head.removeprefix(mark).decode(encoding, "replace")
    return head.decode("latin-1")


def _kind_of_xml(text: str) -> str | None:
    start = 0
    while aside := _ASIDE.match(text, start):
        start = aside.end()
    root = _ROOT.match(text, start)
    if root is not None:
        prefix, name, attributes = root.groups()
        declaration = f"xmlns:{prefix}" if prefix else "xmlns"
        space = re.search(rf"\s{re.escape(declaration)}\s*=\s*([\"'])(.*?)\1", attributes)
        if space is not None and f"{{{space[2]}}}{name}" in _ROOTS:
            return XML
    return OTHER_XML if text.startswith("<?xml") else None
