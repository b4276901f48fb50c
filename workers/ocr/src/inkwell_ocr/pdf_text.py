"""Reads the text layer of a PDF's page with PDFium, as characters. Runs in the child only."""

import ctypes
from typing import Final

import pypdfium2
import pypdfium2.raw as pdfium

from inkwell_ocr.glyphs import Glyph
from inkwell_ocr.limits import MAX_PAGE_CHARACTERS
from inkwell_ocr.unreadable import Cause, Unreadable

_DEVICE_UNITS: Final = 1_000_000


def read_glyphs(page: pypdfium2.PdfPage) -> list[Glyph]:
    """Return the characters of the text layer as written, seen on the displayed page.

    Raises:
        Unreadable: there are more characters than a page can hold.
    """
    try:
        text = page.get_textpage()
    except pypdfium2.PdfiumError:
        return []
    try:
        count = text.count_chars()
        if count > MAX_PAGE_CHARACTERS:
            raise Unreadable(Cause.TOO_MANY_WORDS, "the text layer of a page is too long")
        project = _Projection(page)
        return [_glyph(text, index, project) for index in range(max(count, 0))]
    finally:
        text.close()


class _Projection:
    """Turns coordinates of the file into fractions of the page as a viewer shows it."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self._page = page
        self._x, self._y = ctypes.c_int(), ctypes.c_int()
        self.rotation = page.get_rotation()

    def __call__(self, x: float, y: float) -> tuple[float, float]:
        pdfium.FPDF_PageToDevice(
            self._page, 0, 0, _DEVICE_UNITS, _DEVICE_UNITS, 0, x, y,
            ctypes.byref(self._x), ctypes.byref(self._y),
        )  # fmt: skip
        return self._x.value / _DEVICE_UNITS, self._y.value / _DEVICE_UNITS


def _glyph(text: pypdfium2.PdfTextPage, index: int, project: _Projection) -> Glyph:
    code = pdfium.FPDFText_GetUnicode(text, index)
    is_space = code <= ord(" ") or chr(code).isspace()
    if is_space or pdfium.FPDFText_IsGenerated(text, index) == 1:
        return Glyph(code, None, 0.0, is_mapped=True)
    rectangle = pdfium.FS_RECTF()
    if not pdfium.FPDFText_GetLooseCharBox(text, index, rectangle):
        return Glyph(code, None, 0.0, is_mapped=True)
    x0, y0 = project(rectangle.left, rectangle.bottom)
    x1, y1 = project(rectangle.right, rectangle.top)
    box = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    angle = pdfium.FPDFText_GetCharAngle(text, index)
    is_mapped = pdfium.FPDFText_HasUnicodeMapError(text, index) != 1
    return Glyph(code, box, angle, is_mapped=is_mapped)
