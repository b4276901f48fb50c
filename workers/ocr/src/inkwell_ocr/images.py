"""Opens image files (PNG, JPEG, TIFF, WebP, HEIC) as pages. Runs in the child only.

An image is weighed before it is decoded: what would not fit is decoded smaller where its format can
do that, else refused.
"""

import io
import math
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Final

import pi_heif
from PIL import Image, ImageFile

from inkwell_api.document import Finding
from inkwell_ocr.findings import TRUNCATED
from inkwell_ocr.frames import pages_of
from inkwell_ocr.grey import to_grey
from inkwell_ocr.limits import MAX_PAGE_PIXELS, READING_BYTES_PER_PIXEL
from inkwell_ocr.unreadable import Cause, Unreadable

FORMATS: Final = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/tiff": "TIFF",
    "image/webp": "WEBP",
    "image/heic": "HEIF",
    "image/heif": "HEIF",
}
POINTS_PER_INCH: Final = 72.0
_LIKELY_DPI: Final = (90.0, 1300.0)
_EXIF_ORIENTATION: Final = 0x0112
_TURN_BY_EXIF: Final = {3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}
_TRANSPOSE_BY_EXIF: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

_MOST_PIXELS: Final = 300_000_000
"""Beyond it nothing is opened; Pillow refuses by this number alone, the rest is weighed."""

_BYTES_PER_PIXEL: Final = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2, "I;16L": 2}
_OTHER_BYTES_PER_PIXEL: Final = 4
"""Of what Pillow holds; RGB takes four too."""

_COPIES: Final = {"TIFF": 2, "WEBP": 4, "HEIF": 3}
"""How often a decoder holds the pixels, Pillow's own included: a strip of all rows, canvases of
frames. HEIC took 7.1 bytes a pixel of RGB: planes of libde265 and libheif, and colours of both."""

_COEFFICIENT_BYTES: Final = 2
"""Of each sample of a progressive JPEG: libjpeg holds them all before it gives any row."""


@dataclass(frozen=True, slots=True)
class Raster:
    """A page as an image.

    Attributes:
        image: 8-bit grey.
        dpi: dots an inch, or None where the file does not say or cannot mean it.
        turned: degrees clockwise that it was turned by already, as the file asked.
        findings: what a reviewer should know of it.
    """

    image: Image.Image
    dpi: float | None
    turned: int = 0
    findings: tuple[Finding, ...] = ()


def prepare_pillow() -> None:
    """Load Pillow's plugins, and let it refuse what is beyond all measure."""
    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    # Previews and maps of depth are not looked at.
    pi_heif.register_heif_opener(
        thumbnails=False, depth_images=False, aux_images=False, decode_threads=0
    )
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.init()


def size_of(content: bytes, content_type: str) -> tuple[int, int]:
    """Return the size in pixels that an image file states; nothing is decoded.

    Raises:
        Unreadable: the file is damaged, or too large.
    """
    with _translated():
        return Image.open(io.BytesIO(content), formats=[FORMATS[content_type]]).size


class ImagePages:
    """The pages of an image file, decoded one at a time."""

    def __init__(
        self, content: IO[bytes], content_type: str, max_pages: int, decode_bytes: int
    ) -> None:
        """Find the pages; no pixel is decoded.

        Raises:
            Unreadable: the file is damaged, too large, or has too many pages.
        """
        self._content = content
        self._format = FORMATS[content_type]
        self._decode_bytes = decode_bytes
        with _translated():
            image = self._open()
            self._positions = pages_of(image, max_pages)
            # What was decoded last stays with it: a single page is opened anew and let go. With a
            # HEIF each page that was ever decoded stays.
            is_kept = len(self._positions) > 1 and self._format != "HEIF"
            self._kept = image if is_kept else None

    def __len__(self) -> int:
        """Return how many pages there are."""
        return len(self._positions)

    def raster(self, index: int) -> Raster:
        """Decode one page.

        Raises:
            Unreadable: it is damaged, or too large for this child.
        """
        with _translated():
            try:
                return self._raster(self._kept or self._open(), index)
            except OSError:
                # Pillow has no other switch: https://pillow.readthedocs.io/en/stable/reference/ImageFile.html
                ImageFile.LOAD_TRUNCATED_IMAGES = True
                try:
                    return self._raster(self._open(), index, TRUNCATED)
                finally:
                    ImageFile.LOAD_TRUNCATED_IMAGES = False

    def _open(self) -> Image.Image:
        self._content.seek(0)
        return Image.open(self._content, formats=[self._format])

    def _raster(self, image: Image.Image, index: int, *findings: Finding) -> Raster:
        image.seek(self._positions[index])
        dpi = _plausible_dpi(image.info.get("dpi"))
        turned = _TURN_BY_EXIF.get(image.getexif().get(_EXIF_ORIENTATION, 1), 0)
        pixels = image.width * image.height
        if pixels > MAX_PAGE_PIXELS:
            side = math.sqrt(MAX_PAGE_PIXELS / pixels)
            image.draft("L", (round(image.width * side), round(image.height * side)))
        if self._needed(image, pixels) > self._decode_bytes:
            raise Unreadable(Cause.IMAGE_TOO_LARGE, "an image is too large to be decoded")
        image.load()
        grey = _upright(_small(to_grey(image)), image)
        scale = math.sqrt(grey.width * grey.height / pixels)
        return Raster(grey, dpi and dpi * scale, turned, findings)

    def _needed(self, image: Image.Image, pixels: int) -> int:
        """Return the bytes that decoding takes at most, before anything is decoded.

        Args:
            image: as it will be decoded.
            pixels: as the file has them.
        """
        here = image.width * image.height
        own = _BYTES_PER_PIXEL.get(image.mode, _OTHER_BYTES_PER_PIXEL)
        decoded = here * own * _COPIES.get(self._format, 1)
        if image.info.get("progressive"):
            decoded += round(pixels * _samples(image) * _COEFFICIENT_BYTES)
        # What is kept of several frames is still there while Tesseract reads.
        reading = READING_BYTES_PER_PIXEL * min(here, MAX_PAGE_PIXELS) if self._kept else 0
        return decoded + max(here, reading)


def _samples(jpeg: Image.Image) -> float:
    """Return the samples that a pixel has, all colours together: 1.5 with colours of half size."""
    layers: list[int] = [across * down for _, across, down, _ in getattr(jpeg, "layer", ())]
    return sum(layers) / max(layers, default=1)


@contextmanager
def _translated() -> Iterator[None]:
    """Turn what Pillow raises on hostile files into causes."""
    try:
        yield
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unreadable(Cause.IMAGE_TOO_LARGE, "an image has too many pixels") from error
    except (
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        IndexError,
        KeyError,
        TypeError,
        RuntimeError,
        OverflowError,
        ZeroDivisionError,
        struct.error,
    ) as error:
        raise Unreadable(Cause.CORRUPT_IMAGE, "the image is damaged or not of its type") from error


def _small(grey: Image.Image) -> Image.Image:
    factor = math.ceil(math.sqrt(grey.width * grey.height / MAX_PAGE_PIXELS))
    return grey.reduce(factor) if factor > 1 else grey


def _upright(grey: Image.Image, decoded: Image.Image) -> Image.Image:
    """Turn it as the file asks; of a TIFF Pillow did that while it decoded."""
    transpose = _TRANSPOSE_BY_EXIF.get(decoded.getexif().get(_EXIF_ORIENTATION, 1))
    return grey if transpose is None else grey.transpose(transpose)


def _plausible_dpi(dpi: object) -> float | None:
    """Return the resolution that a file states, unless cameras and screens just fill it in."""
    if not isinstance(dpi, tuple):
        return None
    value = float(dpi[0])
    return value if _LIKELY_DPI[0] <= value <= _LIKELY_DPI[1] else None
