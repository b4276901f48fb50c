"""Which kind of file this is, by its first bytes and never by its name. Pure.

The gateway judges uploads by it, and the ocr stage what it finds within a container.
"""

import codecs
import re
from typing import Final

from inkwell_api.einvoice import Root

HEAD_BYTES: Final = 4096
"""How much of the beginning is looked at."""

XML: Final = "application/xml"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MAIL: Final = "message/rfc822"
OTHER_XML: Final = "XML that is no invoice in UBL or CII"
"""What `sniff` says of XML that no pipeline accepts."""

HEIC_SEQUENCE: Final = "a film of HEIC images"
AVIF: Final = "an AVIF image"
GIF: Final = "a GIF image"
ARCHIVE: Final = "an archive"
OLD_OFFICE: Final = "a file of Office before 2007, a file with a password, or an Outlook message"
"""What `sniff` says of other files that are told by their first bytes."""

ADVICE: Final = {
    OTHER_XML: "send the invoice itself, or a PDF of it",
    HEIC_SEQUENCE: "send a single photograph",
    AVIF: "send it as JPEG, PNG, WebP or HEIC",
    GIF: "send it as PNG",
    ARCHIVE: "unpack it, and send its documents one by one or as the parts of a form",
    OLD_OFFICE: "save it as PDF or DOCX without a password; a message, as a PDF or an .eml file",
}
"""What a client may do instead, for each kind that no pipeline accepts."""

_PDF_BYTES: Final = 1024
"""Readers accept a PDF whose header stands that late."""

_AT_START: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00", "image/tiff"),
    (b"MM\x00+", "image/tiff"),
    (b"GIF8", GIF),
    (b"\xd0\xcf\x11\xe0", OLD_OFFICE),
)
_BRANDS: Final = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis"), "image/heic"),
    **dict.fromkeys((b"hevc", b"hevx", b"hevm", b"hevs"), HEIC_SEQUENCE),
    **dict.fromkeys((b"avif", b"avis"), AVIF),
    b"mif1": "image/heif",
}
"""Of ISO 23008-12 and AVIF 1.1, by which a file says first what it is."""
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

_ARCHIVE: Final = re.compile(
    rb"PK(\x03\x04|\x05\x06|\x07\x08)"  # ZIP, and what is made of it
    rb"|\x1f\x8b|BZh|\xfd7zXZ|7z\xbc\xaf|Rar!|\x28\xb5\x2f\xfd"  # compressed
    rb"|.{257}ustar",  # tar
    re.DOTALL,
)
_FILE: Final = re.compile(rb"PK\x03\x04.{22}(..)", re.DOTALL)
"""Of a file in a ZIP, up to the length of its name (4.3.7 of its APPNOTE); more follows."""

_NAME_AT: Final = 30

_OFFICE: Final = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"word/", b"customXml/")
_OTHER_OFFICE: Final = (b"xl/", b"ppt/", b"visio/")

_HEADER: Final = re.compile(rb"([!-9;-~]{1,70}):[ \t]?")
"""A header field of RFC 5322, 2.2."""

_MAIL_HEADERS: Final = frozenset(
    {b"from", b"to", b"date", b"subject", b"message-id", b"received", b"return-path",
     b"mime-version", b"delivered-to", b"content-type", b"sender", b"reply-to"}
)  # fmt: skip
_LEAST_HEADERS: Final = 2

_CONTAINER: Final = re.compile(
    rb"\s*<"  # a page of the web, or XML
    rb"|.{4}ftyp"  # films
    rb"|\s*(From |--|[A-Za-z][A-Za-z-]{1,40}:[ \t])",  # mail, and a part of a form
    re.DOTALL,
)
"""Files that may hold a PDF among other things. Whoever takes them for the PDF loses the rest."""


def sniff(head: bytes) -> str | None:
    """Return the media type that the first bytes show, a kind of `ADVICE`, or None for the unknown.

    Nothing is parsed or unpacked: the one process that does that is the ocr stage's.
    """
    found = next((found for look in _LOOKS if (found := look(head)) is not None), None)
    if found is not None or _CONTAINER.match(head):
        return found
    return "application/pdf" if b"%PDF-" in head[:_PDF_BYTES] else None


def _by_signature(head: bytes) -> str | None:
    return next((kind for magic, kind in _AT_START if head.startswith(magic)), None)


def _webp(head: bytes) -> str | None:
    return "image/webp" if _RIFF.match(head) else None


def _heif(head: bytes) -> str | None:
    if head[4:8] != b"ftyp":
        return None
    found = _BRANDS.get(head[8:12])
    # A file of that brand alone may be of any codec; it names those that it is compatible with.
    is_avif = found == "image/heif" and b"avif" in head[16 : int.from_bytes(head[:4], "big")]
    return AVIF if is_avif else found


def _archive(head: bytes) -> str | None:
    """Tell a DOCX from other archives by the names of the first files in it."""
    if not _ARCHIVE.match(head):
        return None
    names = [
        head[at : at + int.from_bytes(file[1], "little")]
        for file in _FILE.finditer(head[:HEAD_BYTES])
        if (at := file.start() + _NAME_AT)
    ]
    is_package = bool(names) and names[0].startswith(_OFFICE)
    if is_package and not any(name.startswith(_OTHER_OFFICE) for name in names):
        return DOCX
    return ARCHIVE


def _mail(head: bytes) -> str | None:
    """Tell a mail by its headers: all lines up to the first empty one, some of them a mail's."""
    lines = head[:HEAD_BYTES].replace(b"\r\n", b"\n").partition(b"\n\n")[0].split(b"\n")
    if len(head) >= HEAD_BYTES and not _HEADER.match(lines[-1]):
        lines.pop()
    headers = [header[1].lower() for line in lines if (header := _HEADER.match(line))]
    folded = sum(line[:1] in {b" ", b"\t"} for line in lines[1:])
    if not headers or len(headers) + folded < len(lines):
        return None
    return MAIL if len(_MAIL_HEADERS.intersection(headers)) >= _LEAST_HEADERS else None


def _xml(head: bytes) -> str | None:
    text = _text(head[:HEAD_BYTES])
    return _kind_of_xml(text) if text.lstrip().startswith("<") else None


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


_LOOKS: Final = (_by_signature, _webp, _heif, _archive, _xml, _mail)
