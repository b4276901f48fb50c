"""The route of a DOCX: its text on pages that are made up, then its pictures as pages. Child only.

`containers.typesetting` says how such pages look, docs/adr/0029 what evidence on them means.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import IO, Final

from inkwell_api import media
from inkwell_api.document import Page, PageSource
from inkwell_api.route import RouteReason
from inkwell_ocr import images
from inkwell_ocr.containers.docx import read_text
from inkwell_ocr.containers.package import Package
from inkwell_ocr.containers.sheets import sheets
from inkwell_ocr.findings import NOT_DRAWN, PICTURES_UNREAD
from inkwell_ocr.limits import MAX_PICTURE_BYTES, MAX_PICTURES
from inkwell_ocr.routes.each import read_each
from inkwell_ocr.unreadable import Cause, Unreadable

ReadPicture = Callable[[bytes, str], Page]
"""Returns the page that an image of a media type is, or raises `Unreadable`."""

_LEAST_SIDE: Final = 40
"""Pixels: what is smaller both ways is a bullet, a rule or an icon."""


def read_docx(content: IO[bytes], max_pages: int, read_picture: ReadPicture) -> Iterator[Page]:
    """Yield the pages of a DOCX.

    Raises:
        Unreadable: it is damaged, no text document, or too large.
    """
    package = Package(content)
    text = read_text(package)
    pages = sheets(text.blocks, RouteReason.WORD_PROCESSOR, max_pages)
    pictures, are_all = _readable(package, text.pictures)
    count = len(pages) + len(pictures)
    if count > max_pages:
        raise Unreadable(Cause.TOO_MANY_PAGES, f"the document has more than {max_pages} pages")
    if not count:
        pages = [Page(1, 0, 0, PageSource.TEXT, 0, (), RouteReason.WORD_PROCESSOR)]

    def read(index: int) -> Page:
        if index < len(pages):
            return replace(pages[index], hidden_characters=0 if index else text.hidden)
        name, kind = pictures[index - len(pages)]
        page = read_picture(package.read(name, MAX_PICTURE_BYTES), kind)
        return replace(page, number=index + 1)

    # Colours, sizes and places hide text in more ways than can be listed, and nobody drew the page.
    not_drawn = (NOT_DRAWN,) if any(page.words for page in pages) else ()
    unread = () if are_all else (PICTURES_UNREAD,)
    yield from read_each(max(count, 1), read, (*not_drawn, *text.findings, *unread))


def _readable(package: Package, names: tuple[str, ...]) -> tuple[list[tuple[str, str]], bool]:
    """Return the pictures that are looked at, with their media types, and whether those are all."""
    found: list[tuple[str, str]] = []
    are_all = len(names) <= MAX_PICTURES
    for name in names[:MAX_PICTURES]:
        try:
            content = package.read(name, MAX_PICTURE_BYTES)
            kind = media.sniff(content[: media.HEAD_BYTES]) or ""
            if kind not in images.FORMATS:
                are_all = False
            elif max(images.size_of(content, kind)) >= _LEAST_SIDE:
                found.append((name, kind))
        except Unreadable:
            are_all = False
    return found, are_all
