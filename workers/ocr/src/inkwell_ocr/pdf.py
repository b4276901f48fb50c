"""Opens PDF files with PDFium and draws their pages; `pdf_text` reads their text layer.

Runs in the child only. PDFium is not thread-safe and parses hostile input; neither matters in a
process of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Final

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from inkwell_ocr.images import POINTS_PER_INCH, Raster
from inkwell_ocr.limits import MAX_PAGE_PIXELS
from inkwell_ocr.pdf_annotations import draw_annotations
from inkwell_ocr.unreadable import Cause, Unreadable

RENDER_DPI: Final = 300.0
"""Of pages that are drawn; measured best of 150 to 400 (docs/benchmarks.md)."""

_SCAN_DPI: Final = (200.0, 400.0)
"""A scan is rendered at its own resolution, within these bounds."""

_SCAN_COVERAGE: Final = 0.6
"""Share of the page from which an image makes it a scan."""

_MAX_IMAGES_LOOKED_AT: Final = 50
_MIN_PAGE_POINTS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Scan:
    """The image that makes up most of a page, and its resolution in dots an inch."""

    dpi: float


@contextmanager
def open_pdf(content: IO[bytes], max_pages: int) -> Iterator[pypdfium2.PdfDocument]:
    """Open a PDF and close it afterwards.

    Raises:
        Unreadable: it needs a password, is damaged, or has too many pages.
    """
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if error.err_code in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}:
            raise Unreadable(Cause.ENCRYPTED_PDF, "the PDF needs a password") from error
        raise Unreadable(Cause.CORRUPT_PDF, "the PDF is damaged") from error
    try:
        if len(document) == 0:
            raise Unreadable(Cause.CORRUPT_PDF, "the PDF has no pages")
        if len(document) > max_pages:
            raise Unreadable(Cause.TOO_MANY_PAGES, f"the document has more than {max_pages} pages")
        if document.get_formtype() != pdfium.FORMTYPE_NONE:
            document.init_forms()
        yield document
    finally:
        document.close()


def load_page(document: pypdfium2.PdfDocument, index: int) -> pypdfium2.PdfPage:
    """Return a page, with its annotations and the values of its form fields drawn onto it.

    Raises:
        Unreadable: it cannot be loaded.
    """
    try:
        page = document[index]
        if draw_annotations(page):
            page.close()
            page = document[index]
    except pypdfium2.PdfiumError as error:
        raise Unreadable(Cause.CORRUPT_PDF, f"page {index + 1} of the PDF is damaged") from error
    if min(page.get_size()) < _MIN_PAGE_POINTS:
        raise Unreadable(Cause.CORRUPT_PDF, f"page {index + 1} of the PDF has no area")
    return page


def is_placeholder(document: pypdfium2.PdfDocument) -> bool:
    """Say whether its pages only ask to wait for a form that they do not hold (dynamic XFA).

    Such a file asks to be rendered anew when it is opened (NeedsRendering of PDF 1.7).
    """
    return bool(document.get_formtype() == pdfium.FORMTYPE_XFA_FULL)


def find_scan(page: pypdfium2.PdfPage) -> Scan | None:
    """Return the image that covers most of the page, if one does."""
    width, height = _unrotated_size(page)
    largest = None
    images = page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3)
    for number, image in enumerate(images):
        if number == _MAX_IMAGES_LOOKED_AT:
            break
        try:
            left, bottom, right, top = image.get_bounds()
            pixels, _ = image.get_px_size()
        except pypdfium2.PdfiumError:
            continue
        covered = max(right - left, 0) * max(top - bottom, 0) / (width * height)
        if covered >= _SCAN_COVERAGE and (largest is None or covered > largest[0]):
            largest = (covered, pixels / ((right - left) / POINTS_PER_INCH))
    return Scan(largest[1]) if largest else None


def render(page: pypdfium2.PdfPage, scan: Scan | None) -> Raster:
    """Return the page as displayed, in grey.

    Raises:
        Unreadable: PDFium cannot draw it.
    """
    width, height = (side / POINTS_PER_INCH for side in page.get_size())
    dpi = min(max(scan.dpi, _SCAN_DPI[0]), _SCAN_DPI[1]) if scan else RENDER_DPI
    dpi = min(dpi, (MAX_PAGE_PIXELS * 0.99 / (width * height)) ** 0.5)
    try:
        bitmap = page.render(scale=dpi / POINTS_PER_INCH, grayscale=True, may_draw_forms=False)
        image: Image.Image = bitmap.to_pil().convert("L")
    except (pypdfium2.PdfiumError, ValueError) as error:
        raise Unreadable(Cause.CORRUPT_PDF, "a page of the PDF cannot be drawn") from error
    return Raster(image, dpi)


def _unrotated_size(page: pypdfium2.PdfPage) -> tuple[float, float]:
    width, height = page.get_size()
    return (height, width) if page.get_rotation() % 180 else (width, height)
