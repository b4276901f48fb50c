"""Which kind of file this is, by its first bytes and never by its name. Pure."""

import re
from typing import Final

HEAD_BYTES: Final = 1024
"""How much of the beginning is looked at; readers accept a PDF whose header stands that late."""

_AT_START: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00", "image/tiff"),
    (b"MM\x00+", "image/tiff"),
)
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
    """Return the media type that the first bytes show, or None when it is none we know."""
    for magic, media_type in _AT_START:
        if head.startswith(magic):
            return media_type
    if _RIFF.match(head):
        return "image/webp"
    if _CONTAINER.match(head):
        return None
    return "application/pdf" if b"%PDF-" in head[:HEAD_BYTES] else None
