"""Which kind of file this is, by its first bytes and never by its name. Pure."""

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


def sniff(head: bytes) -> str | None:
    """Return the media type that the first bytes show, or None when it is none we know."""
    for magic, media_type in _AT_START:
        if head.startswith(magic):
            return media_type
    return "application/pdf" if b"%PDF-" in head[:HEAD_BYTES] else None
