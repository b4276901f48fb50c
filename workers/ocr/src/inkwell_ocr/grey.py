"""Makes 8-bit grey of any image, strip by strip: beside image and result it takes next to nothing.

Pure. Runs in the child only.
"""

from collections.abc import Iterator
from typing import Final

from PIL import Image

_STRIP_PIXELS: Final = 1_000_000


def to_grey(image: Image.Image) -> Image.Image:
    """Return the image in 8-bit grey; what is transparent becomes white."""
    if image.mode == "L" and "transparency" not in image.info:
        return image.copy()
    scale = _scale(image) if _is_wide(image) else 1.0
    grey = Image.new("L", image.size)
    for top, strip in _strips(image):
        grey.paste(_squeezed(strip, scale) if _is_wide(image) else _flat(strip), (0, top))
    return grey


def _strips(image: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    rows = max(1, _STRIP_PIXELS // max(image.width, 1))
    for top in range(0, image.height, rows):
        yield top, image.crop((0, top, image.width, min(top + rows, image.height)))


def _flat(strip: Image.Image) -> Image.Image:
    if strip.mode in {"LA", "PA", "RGBA"} or "transparency" in strip.info:
        layered = strip.convert("RGBA")
        paper = Image.new("RGBA", layered.size, "white")
        return Image.alpha_composite(paper, layered).convert("L")
    return strip.convert("L")


def _is_wide(image: Image.Image) -> bool:
    """Say whether a pixel has more than 8 bits of grey."""
    return image.mode.startswith("I;16") or image.mode in {"I", "F"}


def _scale(image: Image.Image) -> float:
    """Return the factor that maps the brightest pixel to white; 8-bit values stay as they are."""
    tops = [strip.convert("F").getextrema()[1] for _, strip in _strips(image)]
    brightest = max((float(top) for top in tops if isinstance(top, int | float)), default=255.0)
    return 255.0 / max(brightest, 255.0)


def _squeezed(strip: Image.Image, scale: float) -> Image.Image:
    """Map 16-bit grey to 8-bit; Pillow's own conversion clips instead."""
    return strip.convert("F").point(lambda value: value * scale + 0).convert("L")
