"""Turns a PDF into what a scanner makes of it: rendered, skewed, noisy, without a text layer."""

import io
from dataclasses import dataclass
from random import Random
from typing import Final

import numpy as np
import pypdfium2 as pdfium
from PIL import Image, ImageFilter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

POINTS_PER_INCH: Final = 72


@dataclass(frozen=True, slots=True)
class Scanner:
    """How bad a scan is.

    Attributes:
        dpi: resolution.
        skew: degrees that the sheet lies askew, counter-clockwise.
        noise: standard deviation of the sensor's noise, in grey levels of 255.
        blur: radius in pixels.
        shade: grey levels by which one side is darker than the other.
        quarter_turns: how often the sheet was laid in turned by 90 degrees, counter-clockwise.
        seed: of the noise.
    """

    dpi: int = 200
    skew: float = 0.0
    noise: float = 0.0
    blur: float = 0.0
    shade: float = 0.0
    quarter_turns: int = 0
    seed: int = 0

    @classmethod
    def draw(cls, random: Random) -> "Scanner":
        """Choose an everyday scanner: readable, and a little askew and dirty."""
        return cls(
            dpi=random.choice((200, 240, 300)),
            skew=random.uniform(-2.0, 2.0),
            noise=random.uniform(2.0, 9.0),
            blur=random.uniform(0.0, 0.7),
            shade=random.uniform(0.0, 24.0),
            seed=random.randrange(2**32),
        )

    def scan(self, pdf: bytes) -> list[Image.Image]:
        """Return one grey image a page."""
        document = pdfium.PdfDocument(pdf)
        try:
            return [
                self._spoil(page.render(scale=self.dpi / POINTS_PER_INCH).to_pil(), index)
                for index, page in enumerate(document)
            ]
        finally:
            document.close()

    def _spoil(self, image: Image.Image, index: int) -> Image.Image:
        grey = image.convert("L").rotate(
            self.skew + 90 * self.quarter_turns,
            Image.Resampling.BICUBIC,
            expand=True,
            fillcolor=255,
        )
        if self.blur:
            grey = grey.filter(ImageFilter.GaussianBlur(self.blur))
        levels = np.asarray(grey, dtype=np.float32)
        generator = np.random.default_rng((self.seed, index))
        if self.noise:
            levels = levels + generator.normal(0.0, self.noise, levels.shape).astype(np.float32)
        if self.shade:
            levels = levels - np.linspace(0.0, self.shade, levels.shape[1], dtype=np.float32)
        return Image.fromarray(np.clip(levels, 0, 255).astype(np.uint8))


def count_pages(pdf: bytes) -> int:
    """Return the number of pages of a PDF."""
    document = pdfium.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()


def to_jpeg(page: Image.Image, dpi: int, quality: int = 80) -> bytes:
    """Encode one page as JPEG."""
    return _encode(page, "JPEG", quality=quality, dpi=(dpi, dpi))


def to_png(page: Image.Image, dpi: int) -> bytes:
    """Encode one page as PNG."""
    return _encode(page, "PNG", dpi=(dpi, dpi))


def to_tiff(pages: list[Image.Image], dpi: int) -> bytes:
    """Encode all pages as one TIFF."""
    return _encode(
        pages[0],
        "TIFF",
        compression="tiff_lzw",
        dpi=(dpi, dpi),
        save_all=True,
        append_images=pages[1:],
    )


def to_pdf(pages: list[Image.Image], dpi: int, quality: int = 80) -> bytes:
    """Put the pages into a PDF without any text, as a scanner with a feeder does."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=True)
    for page in pages:
        size = (page.width / dpi * POINTS_PER_INCH, page.height / dpi * POINTS_PER_INCH)
        canvas.setPageSize(size)
        canvas.drawImage(ImageReader(io.BytesIO(to_jpeg(page, dpi, quality))), 0, 0, *size)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _encode(image: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()
