"""Draws a PDF's page small, with its text and without, to see what the text adds.

Whether a character is seen cannot be told from the file: colour, opacity, render mode, clipping,
layers and what is drawn over it all count. The difference of two drawings tells. Runs in the child
only.
"""

import ctypes
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from inkwell_ocr.glyphs import Edges
from inkwell_ocr.images import POINTS_PER_INCH
from inkwell_ocr.unreadable import Cause, Unreadable

_MOST_PIXELS: Final = 4_000_000
"""Of a small drawing; one of an A4 page at a pixel a point has half a million."""

_MOST_OBJECTS: Final = 400_000
"""Text objects that are looked for on a page; what is left counts as drawn ink, not as text."""

_MOST_NESTED: Final = 15
_TURNS: Final = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}
"""Pillow turns counter-clockwise."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A page drawn small, in grey.

    Attributes:
        whole: as a viewer shows it.
        bare: without any text.
    """

    whole: Image.Image
    bare: Image.Image


def draw_both(page: pypdfium2.PdfPage) -> Drawing:
    """Return the page as it is and without its text.

    Raises:
        Unreadable: PDFium cannot draw it.
    """
    return Drawing(draw(page), draw(page, without=text_objects(page)))


def draw(
    page: pypdfium2.PdfPage,
    *,
    without: Collection[int] = (),
    dpi: float = POINTS_PER_INCH,
    part: Edges = (0.0, 0.0, 1.0, 1.0),
    turn: int = 0,
) -> Image.Image:
    """Return a page in grey, fewer dots an inch where it is very large.

    Args:
        page: what to draw.
        without: addresses of text objects to leave out.
        dpi: dots an inch.
        part: of the displayed page to draw, in fractions.
        turn: quarter turn, in degrees clockwise, that rights it.

    Raises:
        Unreadable: PDFium cannot draw it.
    """
    width, height = page.get_size()
    left, top, right, bottom = part
    area = width * height * (right - left) * (bottom - top)
    scale = min(dpi / POINTS_PER_INCH, (_MOST_PIXELS / area) ** 0.5)
    crop = (left * width, (1 - bottom) * height, (1 - right) * width, top * height)
    with _left_out(without):
        try:
            bitmap = page.render(scale=scale, crop=crop, grayscale=True, may_draw_forms=False)
            image: Image.Image = bitmap.to_pil().convert("L")
        except (pypdfium2.PdfiumError, ValueError) as error:
            raise Unreadable(Cause.CORRUPT_PDF, "a page of the PDF cannot be drawn") from error
    return image.transpose(_TURNS[turn]) if turn else image


def text_objects(page: pypdfium2.PdfPage) -> frozenset[int]:
    """Return the addresses of all that draws text, also within forms."""
    found: set[int] = set()
    for handle in _objects(page, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject, 0):
        found.add(_address(handle))
        if len(found) >= _MOST_OBJECTS:
            break
    return frozenset(found)


def _objects(parent: Any, count: Any, get: Any, depth: int) -> Iterator[Any]:
    for index in range(max(count(parent), 0)):
        handle = get(parent, index)
        kind = pdfium.FPDFPageObj_GetType(handle)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            yield handle
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _MOST_NESTED:
            yield from _objects(
                handle, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject, depth + 1
            )


@contextmanager
def _left_out(addresses: Collection[int]) -> Iterator[None]:
    handles = [ctypes.cast(address, pdfium.FPDF_PAGEOBJECT) for address in addresses]
    for handle in handles:
        pdfium.FPDFPageObj_SetIsActive(handle, 0)
    try:
        yield
    finally:
        for handle in handles:
            pdfium.FPDFPageObj_SetIsActive(handle, 1)


def _address(handle: Any) -> int:
    return ctypes.cast(handle, ctypes.c_void_p).value or 0
