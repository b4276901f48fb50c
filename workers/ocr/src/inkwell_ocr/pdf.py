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

from inkwell_api.document import Finding
from inkwell_ocr.findings import more_documents, wrong_page_count
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
_DAMAGED_AT_ONCE: Final = 3
"""Pages beyond the most of a document that are looked for; one of them may be damaged."""

_BITMAP_BYTES: Final = 2 * MAX_PAGE_PIXELS
"""The page that is drawn, and its copy for Pillow."""

_BITS_UNKNOWN: Final = 32
_MAX_ATTACHMENTS_LOOKED_AT: Final = 100
_DOCUMENT_ENDINGS: Final = (
    ".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".heic",
    ".doc", ".docx", ".odt", ".rtf", ".xls", ".xlsx", ".ods", ".eml", ".msg", ".zip",
)  # fmt: skip
"""Of files that a person reads; the XML of an e-invoice and other data are none."""

_MAX_DEPTH: Final = 15
_SMALL_PIXELS: Final = 10_000_000
"""An image that fits whatever its colours are."""

_JPEG_2000: Final = "JPXDecode"


@dataclass(frozen=True, slots=True)
class Scan:
    """The image that makes up most of a page, and its resolution in dots an inch."""

    dpi: float


@contextmanager
def open_pdf(content: IO[bytes]) -> Iterator[pypdfium2.PdfDocument]:
    """Open a PDF and close it afterwards.

    Raises:
        Unreadable: it needs a password, or is damaged.
    """
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if error.err_code in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}:
            raise Unreadable(Cause.ENCRYPTED_PDF, "the PDF needs a password") from error
        raise Unreadable(Cause.CORRUPT_PDF, "the PDF is damaged") from error
    try:
        if document.get_formtype() != pdfium.FORMTYPE_NONE:
            document.init_forms()
        yield document
    finally:
        document.close()


@dataclass(frozen=True, slots=True)
class PageCount:
    """How many pages a PDF has.

    Attributes:
        found: pages that there are.
        said: pages that it says there are.
    """

    found: int
    said: int

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What a reviewer should know of it."""
        return () if self.found == self.said else (wrong_page_count(self.said, self.found),)


def count_pages(document: pypdfium2.PdfDocument, max_pages: int) -> PageCount:
    """Find the last page, since PDFium believes the number that the file states.

    Raises:
        Unreadable: there is no page, or there are too many.
    """
    said = len(document)
    beyond = range(max_pages, min(said, max_pages + _DAMAGED_AT_ONCE))
    if any(_has_page(document, index) for index in beyond):
        raise Unreadable(Cause.TOO_MANY_PAGES, f"the document has more than {max_pages} pages")
    if said == 1:
        return PageCount(1, 1)
    last = range(min(said, max_pages) - 1, -1, -1)
    found = next((index + 1 for index in last if _has_page(document, index)), 0)
    if not found:
        raise Unreadable(Cause.CORRUPT_PDF, "no page of the PDF can be found")
    return PageCount(found, said)


def attached_documents(document: pypdfium2.PdfDocument) -> tuple[Finding, ...]:
    """Return the finding of documents that are attached to the PDF; its pages alone are read."""
    count = min(document.count_attachments(), _MAX_ATTACHMENTS_LOOKED_AT)
    names = (_attachment_name(document, index) for index in range(count))
    if any(name.lower().endswith(_DOCUMENT_ENDINGS) for name in names):
        return (more_documents("an attachment"),)
    return ()


def _attachment_name(document: pypdfium2.PdfDocument, index: int) -> str:
    try:
        return str(document.get_attachment(index).get_name())
    except (pypdfium2.PdfiumError, UnicodeDecodeError):
        return ""


def _has_page(document: pypdfium2.PdfDocument, index: int) -> bool:
    try:
        document[index].close()
    except pypdfium2.PdfiumError:
        return False
    return True


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


def render(page: pypdfium2.PdfPage, scan: Scan | None, decode_bytes: int) -> Raster:
    """Return the page as displayed, in grey.

    Args:
        page: what to draw.
        scan: the image that covers it, if one does.
        decode_bytes: what its images may take; one that PDFium gets no memory for it leaves out.

    Raises:
        Unreadable: PDFium cannot draw it, or an image of it is too large.
    """
    if largest_image_bytes(page) > decode_bytes - _BITMAP_BYTES:
        raise Unreadable(Cause.IMAGE_TOO_LARGE, "an image is too large to be decoded")
    width, height = (side / POINTS_PER_INCH for side in page.get_size())
    dpi = min(max(scan.dpi, _SCAN_DPI[0]), _SCAN_DPI[1]) if scan else RENDER_DPI
    dpi = min(dpi, (MAX_PAGE_PIXELS * 0.99 / (width * height)) ** 0.5)
    try:
        bitmap = page.render(scale=dpi / POINTS_PER_INCH, grayscale=True, may_draw_forms=False)
        image: Image.Image = bitmap.to_pil().convert("L")
    except (pypdfium2.PdfiumError, ValueError) as error:
        raise Unreadable(Cause.CORRUPT_PDF, "a page of the PDF cannot be drawn") from error
    return Raster(image, dpi)


def largest_image_bytes(page: pypdfium2.PdfPage) -> int:
    """Return the bytes of the page's largest image when it is decoded; nothing is decoded."""
    images = page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=_MAX_DEPTH)
    return max((_image_bytes(image) for image in images), default=0)


def _image_bytes(image: pypdfium2.PdfImage) -> int:
    try:
        width, height = image.get_px_size()
        pixels: int = width * height
        if pixels < _SMALL_PIXELS:
            return 0
        # Only JPEG 2000 would have to be decoded to tell.
        is_told = _JPEG_2000 not in image.get_filters()
        bits: int = image.get_metadata().bits_per_pixel if is_told else 0
    except pypdfium2.PdfiumError:
        return 0
    return pixels * (bits or _BITS_UNKNOWN) // 8


def _unrotated_size(page: pypdfium2.PdfPage) -> tuple[float, float]:
    width, height = page.get_size()
    return (height, width) if page.get_rotation() % 180 else (width, height)
