"""Looks for other documents in the file of one: behind it, before it, or hidden in it.

A reader takes one of them and does not tell; which one, differs from reader to reader. Runs in the
child only, before the file is opened.
"""

import io
import mmap
import re
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Final, TypeAlias

from inkwell_api.document import Finding
from inkwell_ocr.findings import hidden_pages, more_documents
from inkwell_ocr.unreadable import Cause, Unreadable

_Bytes: TypeAlias = bytes | mmap.mmap

_PDF_HEADER: Final = re.compile(rb"%PDF-\d\.\d")
_START_OF_STREAM: Final = re.compile(rb"stream\r?\n\Z")
_LONGEST_START: Final = 8
_END_OF_PDF: Final = b"%%EOF"
_KIDS: Final = re.compile(rb"/Kids\s*\[([^\]]{0,20000})\]")
_COUNT: Final = re.compile(rb"/Count\s+(\d{1,9})")
_REFERENCE: Final = re.compile(rb"\d+\s+\d+\s+R")
_MOST_NODES: Final = 2000
_OBJECT_BYTES: Final = 64 * 1024

_TAIL_BYTES: Final = 1024
_SIGNATURES: Final = (
    (b"\x89PNG\r\n\x1a\n", "a PNG"),
    (b"\xff\xd8\xff", "a JPEG"),
    (b"II*\x00", "a TIFF"),
    (b"MM\x00*", "a TIFF"),
    (b"%PDF-", "a PDF"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
)

_PNG_HEAD: Final = 8
_PNG_CHUNK_FRAME: Final = 12
_JPEG_MARKER: Final = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])")
_JPEG_END: Final = 0xD9
_JPEG_BARE: Final = frozenset({0x01, 0xD8})
_BOX_HEAD: Final = 8
_BOXES_OF_HEIF: Final = frozenset(
    {b"ftyp", b"meta", b"mdat", b"idat", b"moov", b"free", b"skip", b"uuid", b"mpvd"}
)
"""The last one is the film that some phones put behind a photograph."""

_MPF: Final = b"MPF\x00"
_MPF_WITHIN: Final = 256 * 1024


def other_documents(content: IO[bytes], content_type: str) -> tuple[Finding, ...]:
    """Return the findings of what else the file holds.

    Raises:
        Unreadable: it holds two PDFs one after the other: none of them is the document.
    """
    with _seen(content) as data:
        if content_type == "application/pdf":
            found = (*_behind_pdf(data), *_more_pages(data))
        else:
            found = tuple(_behind_image(data, content_type))
    return (*found, *_archives(content))


@contextmanager
def _seen(content: IO[bytes]) -> Iterator[_Bytes]:
    """Give sight of the whole file without holding it."""
    content.seek(0)
    try:
        mapped = mmap.mmap(content.fileno(), 0, access=mmap.ACCESS_READ)
    except (io.UnsupportedOperation, ValueError):
        yield content.read()
        return
    # It is closed when nobody looks at it any more: a match does, and an error that tells of one.
    yield mapped


def _behind_pdf(data: _Bytes) -> Iterator[Finding]:
    headers = _PDF_HEADER.finditer(data)
    first = next(headers, None)
    if first is None:
        return
    for header in headers:
        before = data[max(0, header.start() - _LONGEST_START) : header.start()]
        is_attached = _START_OF_STREAM.search(before) is not None
        if not is_attached and data.find(b"endobj", first.end(), header.start()) >= 0:
            raise Unreadable(
                Cause.MORE_THAN_ONE_DOCUMENT, "two PDFs stand one after the other in the file"
            )
    end = data.rfind(_END_OF_PDF)
    if end >= 0:
        yield from _named(data, end + len(_END_OF_PDF))


def _more_pages(data: _Bytes) -> Iterator[Finding]:
    """Tell where a page tree has more branches than it counts pages: PDFium believes the count."""
    for number, kids in enumerate(_KIDS.finditer(data)):
        if number == _MOST_NODES:
            return
        start = data.rfind(b"obj", max(0, kids.start() - _OBJECT_BYTES), kids.start())
        end = data.find(b"endobj", kids.end(), kids.end() + _OBJECT_BYTES)
        if start < 0 or end < 0:
            continue
        node = data[start:end]
        count = _COUNT.search(node)
        if count and b"/Pages" in node and len(_REFERENCE.findall(kids[1])) > int(count[1]):
            yield hidden_pages()
            return


def _behind_image(data: _Bytes, content_type: str) -> Iterator[Finding]:
    find_end = _END_OF_IMAGE.get(content_type)
    # The parts of a TIFF stand anywhere: it has no end.
    end = find_end(data) if find_end else 0
    if _PDF_HEADER.search(data, end):
        yield more_documents("a PDF")
    elif find_end:
        yield from _named(data, end)


def _named(data: _Bytes, end: int) -> Iterator[Finding]:
    """Name the document that begins behind the end of another."""
    tail = data[end : end + _TAIL_BYTES].lstrip(b"\0\t\n\r ")
    name = next((name for start, name in _SIGNATURES if tail.startswith(start)), None)
    if name is not None:
        yield more_documents(name)


def _archives(content: IO[bytes]) -> Iterator[Finding]:
    """Tell of a ZIP archive, which readers of archives find by its end."""
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, struct.error, NotImplementedError):
        return
    if names:
        yield more_documents("a ZIP archive")


def _end_of_png(data: _Bytes) -> int:
    place = _PNG_HEAD
    while place + _PNG_CHUNK_FRAME <= len(data):
        length = int.from_bytes(data[place : place + 4], "big")
        kind = data[place + 4 : place + 8]
        place += _PNG_CHUNK_FRAME + length
        if kind == b"IEND":
            break
    return min(place, len(data))


def _end_of_jpeg(data: _Bytes) -> int:
    """Return the end of the image; of one with pictures of its own behind it, the file's."""
    if data.find(_MPF, 0, _MPF_WITHIN) >= 0:
        return len(data)
    place = 0
    while marker := _JPEG_MARKER.search(data, place):
        place, code = marker.end(), marker[1][0]
        if code == _JPEG_END:
            return place
        if code not in _JPEG_BARE:
            place += max(2, int.from_bytes(data[place : place + 2], "big"))
    return len(data)


def _end_of_webp(data: _Bytes) -> int:
    size = int.from_bytes(data[4:8], "little")
    return min(8 + size + size % 2, len(data))


def _end_of_heif(data: _Bytes) -> int:
    """Return where the last box of the file's own ends (ISO 14496-12, 4.2)."""
    place = 0
    while place + _BOX_HEAD <= len(data) and data[place + 4 : place + 8] in _BOXES_OF_HEIF:
        size = int.from_bytes(data[place : place + 4], "big")
        if size == 1:
            size = int.from_bytes(data[place + 8 : place + 16], "big")
        if size < _BOX_HEAD:
            # 0: it reaches to the end of the file.
            return len(data)
        place += size
    return min(place, len(data))


_END_OF_IMAGE: Final = {
    "image/png": _end_of_png,
    "image/jpeg": _end_of_jpeg,
    "image/webp": _end_of_webp,
    "image/heic": _end_of_heif,
    "image/heif": _end_of_heif,
}
