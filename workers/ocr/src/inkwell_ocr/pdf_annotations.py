"""Draws what a viewer shows beside a page's content onto it: annotations and values of forms.

So a typed note or a filled field is text of the page on both routes. Runs in the child only.
"""

import ctypes
import re
import textwrap
from collections.abc import Callable
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium

_UNSEEN: Final = (
    pdfium.FPDF_ANNOT_FLAG_INVISIBLE | pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW
)
_WITHOUT_WORDS: Final = frozenset({pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP})
_FONT: Final = b"Helvetica"
_FONT_SIZE: Final = 12.0
"""Points, where a note does not say."""

_FONT_SIZE_SAID: Final = re.compile(r"(\d+(?:\.\d+)?)\s+Tf\b")
_LETTER_WIDTH: Final = 0.5
"""Of Helvetica on average, in sizes."""

_MOST_LINES: Final = 200


def draw_annotations(page: pypdfium2.PdfPage) -> bool:
    """Make the annotations that are shown part of the page; say whether it must be loaded again.

    Raises:
        pypdfium2.PdfiumError: they cannot be drawn.
    """
    is_changed = False
    for index in reversed(range(max(pdfium.FPDFPage_GetAnnotCount(page), 0))):
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        try:
            kind = pdfium.FPDFAnnot_GetSubtype(annotation)
            is_seen = not pdfium.FPDFAnnot_GetFlags(annotation) & _UNSEEN
            if is_seen and kind == pdfium.FPDF_ANNOT_FREETEXT and not _appearance(annotation):
                _type_out(page, annotation)
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)
        if not is_seen:
            # Flattening draws some of these all the same.
            pdfium.FPDFPage_RemoveAnnot(page, index)
        is_changed = is_changed or (is_seen and kind not in _WITHOUT_WORDS)
    if is_changed:
        _flatten(page)
    return is_changed


def _flatten(page: pypdfium2.PdfPage) -> None:
    crop_box = page.get_cropbox()
    if pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY) == pdfium.FLATTEN_FAIL:
        raise pypdfium2.PdfiumError("annotations cannot be drawn")
    # Flattening takes an art or trim box for what a viewer shows.
    page.set_cropbox(*crop_box)


def _type_out(page: pypdfium2.PdfPage, annotation: Any) -> None:
    """Write the words of a note that brings no drawing of its own, as viewers do."""
    rectangle = pdfium.FS_RECTF()
    words = _string(annotation, b"Contents")
    if not words or not pdfium.FPDFAnnot_GetRect(annotation, rectangle):
        return
    said = _FONT_SIZE_SAID.search(_string(annotation, b"DA"))
    size = float(said[1]) if said and float(said[1]) else _FONT_SIZE
    letters = max(int((rectangle.right - rectangle.left) / (_LETTER_WIDTH * size)), 1)
    lines = [part for line in words.splitlines() for part in textwrap.wrap(line, letters) or [""]]
    for number, line in enumerate(lines[:_MOST_LINES], start=1):
        text = pdfium.FPDFPageObj_NewTextObj(page.pdf, _FONT, size)
        encoded = ctypes.create_string_buffer(line.encode("utf-16-le") + b"\0\0")
        pdfium.FPDFText_SetText(text, ctypes.cast(encoded, pdfium.FPDF_WIDESTRING))
        pdfium.FPDFPageObj_Transform(
            text, 1, 0, 0, 1, rectangle.left, rectangle.top - number * size
        )
        pdfium.FPDFPage_InsertObject(page, text)
    if not pdfium.FPDFPage_GenerateContent(page):
        raise pypdfium2.PdfiumError("a note cannot be drawn")


def _appearance(annotation: Any) -> str:
    mode = pdfium.FPDF_ANNOT_APPEARANCEMODE_NORMAL
    return _wide(lambda *room: pdfium.FPDFAnnot_GetAP(annotation, mode, *room))


def _string(annotation: Any, key: bytes) -> str:
    return _wide(lambda *room: pdfium.FPDFAnnot_GetStringValue(annotation, key, *room))


def _wide(read: Callable[..., int]) -> str:
    """Return a text of PDFium's, which says how much room it needs when it is given none."""
    size = read(None, 0)
    room = ctypes.create_string_buffer(max(size, 2))
    read(ctypes.cast(room, ctypes.POINTER(pdfium.FPDF_WCHAR)), size)
    return room.raw[:size].decode("utf-16-le", errors="ignore").rstrip("\0")
