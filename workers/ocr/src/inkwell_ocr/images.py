"""Opens image files (PNG, JPEG, TIFF) as pages. Runs in the child only."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Final

from PIL import Image, ImageOps, ImageSequence

from inkwell_ocr.limits import MAX_PAGE_PIXELS
from inkwell_ocr.unreadable import Cause, Unreadable

FORMATS: Final = {"image/png": "PNG", "image/jpeg": "JPEG", "image/tiff": "TIFF"}
POINTS_PER_INCH: Final = 72.0
_LIKELY_DPI: Final = (90.0, 1300.0)
_EXIF_ORIENTATION: Final = 0x0112
_TURN_BY_EXIF: Final = {3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}


@dataclass(frozen=True, slots=True)
class Raster:
    """A page as an image.

    Attributes:
        image: 8-bit grey.
        dpi: dots an inch, or None where the file does not say or cannot mean it.
        turned: degrees clockwise that it was turned by already, as the file asked.
    """

    image: Image.Image
    dpi: float | None
    turned: int = 0


def restrict_pillow() -> None:
    """Let Pillow refuse what is larger than a page may be, before it decodes it."""
    Image.MAX_IMAGE_PIXELS = MAX_PAGE_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.init()


def open_pages(content: IO[bytes], content_type: str, max_pages: int) -> Iterator[Raster]:
    """Yield the pages of an image file.

    Raises:
        Unreadable: the file is damaged, too large, or has too many pages.
    """
    try:
        with Image.open(content, formats=[FORMATS[content_type]]) as image:
            frames = getattr(image, "n_frames", 1) if content_type == "image/tiff" else 1
            if frames > max_pages:
                raise Unreadable(
                    Cause.TOO_MANY_PAGES, f"the document has more than {max_pages} pages"
                )
            for number, frame in enumerate(ImageSequence.Iterator(image)):
                if number == frames:
                    break
                yield _raster(frame)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unreadable(
            Cause.IMAGE_TOO_LARGE, f"a page has more than {MAX_PAGE_PIXELS} pixels"
        ) from error
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError) as error:
        raise Unreadable(Cause.CORRUPT_IMAGE, "the image is damaged or not of its type") from error


def _raster(frame: Image.Image) -> Raster:
    if frame.width * frame.height > MAX_PAGE_PIXELS:
        raise Unreadable(Cause.IMAGE_TOO_LARGE, f"a page has more than {MAX_PAGE_PIXELS} pixels")
    orientation = frame.getexif().get(_EXIF_ORIENTATION, 1)
    dpi = frame.info.get("dpi")
    upright = ImageOps.exif_transpose(frame)
    return Raster(to_grey(upright), _plausible_dpi(dpi), _TURN_BY_EXIF.get(orientation, 0))


def _plausible_dpi(dpi: object) -> float | None:
    """Return the resolution that a file states, unless cameras and screens just fill it in."""
    if not isinstance(dpi, tuple):
        return None
    value = float(dpi[0])
    return value if _LIKELY_DPI[0] <= value <= _LIKELY_DPI[1] else None


def to_grey(image: Image.Image) -> Image.Image:
    """Return the image in 8-bit grey; what is transparent becomes white."""
    if image.mode == "L" and "transparency" not in image.info:
        return image.copy()
    if image.mode.startswith("I;16") or image.mode in {"I", "F"}:
        return _squeeze(image)
    if image.mode in {"LA", "PA", "RGBA"} or "transparency" in image.info:
        layered = image.convert("RGBA")
        paper = Image.new("RGBA", layered.size, "white")
        return Image.alpha_composite(paper, layered).convert("L")
    return image.convert("L")


def _squeeze(image: Image.Image) -> Image.Image:
    """Map 16-bit grey to 8-bit; Pillow's own conversion clips instead."""
    wide = image.convert("F") if image.mode != "F" else image
    _, top = wide.getextrema()
    scale = 255.0 / max(float(top if isinstance(top, int | float) else 255.0), 255.0)
    return wide.point(lambda value: value * scale + 0).convert("L")
