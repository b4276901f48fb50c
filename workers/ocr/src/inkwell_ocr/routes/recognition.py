"""The route of recognition: a page is read from its image. Runs in the child only."""

from inkwell_api.document import Page, PageSource
from inkwell_ocr.engines.tesseract import Tesseract
from inkwell_ocr.images import POINTS_PER_INCH, Raster


def recognize(raster: Raster, number: int, tesseract: Tesseract) -> Page:
    """Return the page that an image shows; where its resolution is unknown, a pixel is a point."""
    found = tesseract.recognize(raster)
    unit = POINTS_PER_INCH / raster.dpi if raster.dpi else 1.0
    return Page(
        number,
        found.width * unit,
        found.height * unit,
        PageSource.OCR,
        found.turned,
        found.words,
        findings=raster.findings,
    )
