"""Reads the text layer of a PDF's page with PDFium, as characters. Runs in the child only.

A page may have as many characters as `MAX_PAGE_CHARACTERS`, and PDFium is asked for each of them.
So the functions are called without the conversions of their published prototypes, and what is the
same for all characters of a run is asked once.
"""

import ctypes
from dataclasses import dataclass
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium

from inkwell_ocr.glyphs import Edges, Glyph, Run, TextLayer
from inkwell_ocr.limits import MAX_PAGE_CHARACTERS
from inkwell_ocr.pdf_marks import forget_actual_text
from inkwell_ocr.unreadable import Cause, Unreadable

_DEVICE_UNITS: Final = 1_000_000
_REPLACEMENT: Final = 0xFFFD
_LAST_CHARACTER: Final = 0x10FFFF
_OPAQUE: Final = 255.0
_UNPAINTED: Final = frozenset(
    {pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP}
)
_FILLED: Final = frozenset({pdfium.FPDF_TEXTRENDERMODE_FILL, pdfium.FPDF_TEXTRENDERMODE_FILL_CLIP})


def _of_text(function: Any, result: Any, *rest: Any) -> Any:
    """Return a function of a text page and an index, to be called with plain addresses."""
    prototype = ctypes.CFUNCTYPE(result, ctypes.c_void_p, ctypes.c_int, *rest)
    return ctypes.cast(function, prototype)


_code_of: Final = _of_text(pdfium.FPDFText_GetUnicode, ctypes.c_uint)
_is_generated: Final = _of_text(pdfium.FPDFText_IsGenerated, ctypes.c_int)
_is_unmapped: Final = _of_text(pdfium.FPDFText_HasUnicodeMapError, ctypes.c_int)
_object_of: Final = _of_text(pdfium.FPDFText_GetTextObject, ctypes.c_void_p)
_box_of: Final = _of_text(pdfium.FPDFText_GetLooseCharBox, ctypes.c_int, ctypes.c_void_p)


def read_text(page: pypdfium2.PdfPage) -> TextLayer:
    """Return the text layer as it is drawn, seen on the displayed page.

    Raises:
        Unreadable: there are more characters than a page can hold.
    """
    forget_actual_text(page)
    try:
        text = page.get_textpage()
    except pypdfium2.PdfiumError:
        return TextLayer()
    try:
        count = text.count_chars()
        if count > MAX_PAGE_CHARACTERS:
            raise Unreadable(Cause.TOO_MANY_WORDS, "the text layer of a page is too long")
        return _Reading(text, _Projection.of(page)).read(max(count, 0))
    finally:
        text.close()


@dataclass(frozen=True, slots=True)
class _Projection:
    """Turns coordinates of the file into fractions of the page as a viewer shows it."""

    x: tuple[float, float, float]
    y: tuple[float, float, float]

    @classmethod
    def of(cls, page: pypdfium2.PdfPage) -> "_Projection":
        """Ask PDFium where three points go: crop box and rotation are in its answer."""
        far = 1000.0
        (x0, y0), (x1, y1), (x2, y2) = (
            _on_device(page, x, y) for x, y in ((0.0, 0.0), (far, 0.0), (0.0, far))
        )
        return cls(
            ((x1 - x0) / far, (x2 - x0) / far, x0),
            ((y1 - y0) / far, (y2 - y0) / far, y0),
        )

    def __call__(self, rectangle: Any) -> Edges:
        left, bottom = rectangle.left, rectangle.bottom
        right, top = rectangle.right, rectangle.top
        (a, b, c), (d, e, f) = self.x, self.y
        x0, x1 = a * left + b * bottom + c, a * right + b * top + c
        y0, y1 = d * left + e * bottom + f, d * right + e * top + f
        return (
            min(x1, x0),
            min(y1, y0),
            max(x0, x1),
            max(y0, y1),
        )


def _on_device(page: pypdfium2.PdfPage, x: float, y: float) -> tuple[float, float]:
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(
        page, 0, 0, _DEVICE_UNITS, _DEVICE_UNITS, 0, x, y,
        ctypes.byref(across), ctypes.byref(down),
    )  # fmt: skip
    return across.value / _DEVICE_UNITS, down.value / _DEVICE_UNITS


class _Reading:
    """One pass over the characters of a page."""

    def __init__(self, text: pypdfium2.PdfTextPage, project: _Projection) -> None:
        self._text = text
        self._address = ctypes.cast(text.raw, ctypes.c_void_p).value
        self._project = project
        self._rectangle = pdfium.FS_RECTF()
        self._place = ctypes.addressof(self._rectangle)
        self._runs: list[Run] = []
        self._run_of: dict[int | None, tuple[int, float]] = {}
        self._fonts: dict[int | None, int] = {}

    def read(self, count: int) -> TextLayer:
        """Return the first `count` characters."""
        return TextLayer(tuple(self._glyph(index) for index in range(count)), tuple(self._runs))

    def _glyph(self, index: int) -> Glyph:
        text = self._address
        code = _code_of(text, index)
        if code > _LAST_CHARACTER:
            # A font may have codes of four bytes, which PDFium passes on as they are.
            code = _REPLACEMENT
        if code <= ord(" ") or chr(code).isspace():
            is_generated = _is_generated(text, index) == 1
            return Glyph(code, None, 0.0, is_mapped=True, is_generated=is_generated)
        if not _box_of(text, index, self._place):
            return Glyph(code, None, 0.0, is_mapped=True)
        drawn_by = _object_of(text, index)
        if drawn_by is None and _is_generated(text, index) == 1:
            return Glyph(code, None, 0.0, is_mapped=True)
        run, angle = self._run_of.get(drawn_by) or self._take_run(drawn_by, index)
        box = self._project(self._rectangle)
        return Glyph(code, box, angle, _is_unmapped(text, index) != 1, run)

    def _take_run(self, drawn_by: int | None, index: int) -> tuple[int, float]:
        # PDFium counts clockwise: it takes the angle of the matrix's first column, negated.
        found = (len(self._runs), -pdfium.FPDFText_GetCharAngle(self._text, index))
        self._runs.append(_run(self._text, index, drawn_by, self._fonts))
        self._run_of[drawn_by] = found
        return found


def _run(
    text: pypdfium2.PdfTextPage, index: int, drawn_by: int | None, fonts: dict[int | None, int]
) -> Run:
    if drawn_by is None:
        return Run(font=fonts.setdefault(None, len(fonts)), grey=None)
    handle = ctypes.cast(drawn_by, pdfium.FPDF_PAGEOBJECT)
    font = pdfium.FPDFTextObj_GetFont(handle)
    place = ctypes.cast(font, ctypes.c_void_p).value
    mode = pdfium.FPDFTextObj_GetTextRenderMode(handle)
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    is_plain = mode in _FILLED and pdfium.FPDFText_GetFillColor(
        text, index, *map(ctypes.byref, (red, green, blue, alpha))
    )
    return Run(
        font=fonts.setdefault(place, len(fonts)),
        is_embedded=pdfium.FPDFFont_GetIsEmbedded(font) == 1,
        is_painted=mode not in _UNPAINTED,
        grey=0.299 * red.value + 0.587 * green.value + 0.114 * blue.value if is_plain else None,
        opacity=alpha.value / _OPAQUE if is_plain else 1.0,
        handle=drawn_by,
    )
