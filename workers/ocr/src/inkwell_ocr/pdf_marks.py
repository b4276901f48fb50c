"""Takes from a PDF's page what its file says that it draws, where it may say something else.

With `ActualText` a file gives the words of what it draws, and PDFium puts them in the place of the
characters that are drawn: a page that shows 1,200.00 would be read as 9,119.00. So text is what is
drawn, as its font says. Scripts whose letters join and move keep `ActualText`: their fonts cannot
say which letters a shape stands for. Runs in the child only.
"""

import ctypes
from collections.abc import Iterator
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium

_ACTUAL_TEXT: Final = b"ActualText"
_MOST_FORMS_WITHIN: Final = 8
_MOST_OBJECTS: Final = 400_000


def forget_actual_text(page: pypdfium2.PdfPage) -> None:
    """Let text objects be read as they are drawn; call it before the page's text is read."""
    for drawn in _objects(page):
        for index in range(pdfium.FPDFPageObj_CountMarks(drawn)):
            mark = pdfium.FPDFPageObj_GetMark(drawn, index)
            if _is_told(_actual_text(mark)):
                pdfium.FPDFPageObjMark_RemoveParam(drawn, mark, _ACTUAL_TEXT)


def _objects(page: pypdfium2.PdfPage) -> Iterator[Any]:
    """Yield the text objects of a page and of the forms on it."""
    count = max(pdfium.FPDFPage_CountObjects(page), 0)
    left = [(pdfium.FPDFPage_GetObject(page, index), 0) for index in range(count)]
    looked_at = 0
    while left and looked_at < _MOST_OBJECTS:
        looked_at += 1
        drawn, depth = left.pop()
        kind = pdfium.FPDFPageObj_GetType(drawn)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            yield drawn
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _MOST_FORMS_WITHIN:
            within = max(pdfium.FPDFFormObj_CountObjects(drawn), 0)
            left += [(pdfium.FPDFFormObj_GetObject(drawn, i), depth + 1) for i in range(within)]


def _is_told(text: str) -> bool:
    """Say whether a text has digits or Latin letters, which fonts can say by themselves."""
    return any(
        character.isdigit() or (character.isascii() and character.isalpha()) for character in text
    )


def _actual_text(mark: Any) -> str:
    size = ctypes.c_ulong()
    if not pdfium.FPDFPageObjMark_GetParamStringValue(
        mark, _ACTUAL_TEXT, None, 0, ctypes.byref(size)
    ):
        return ""
    room = ctypes.create_string_buffer(max(size.value, 2))
    where = ctypes.cast(room, ctypes.POINTER(pdfium.FPDF_WCHAR))
    pdfium.FPDFPageObjMark_GetParamStringValue(mark, _ACTUAL_TEXT, where, size, ctypes.byref(size))
    return room.raw[: size.value].decode("utf-16-le", errors="ignore").rstrip("\0")
