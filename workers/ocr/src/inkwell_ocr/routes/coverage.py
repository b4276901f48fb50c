"""Finds the ink of a page that may be writing and that no character of the text layer draws. Pure.

Looked at are the drawings of the page with and without its text, at about a pixel a point. What
remains without the text may be rules, tints, logos and photographs, and may be a scan. Straight
and solid ink is no writing; where the rest lies thickly enough, somebody should read it.
"""

from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageChops, ImageFilter

from inkwell_ocr.glyphs import Edges

_CELL: Final = 12
"""Pixels, or points, a side: about a line of writing."""

_CONTRAST: Final = 28
"""Of 255, to the paper around, from which a pixel is ink; grain of scans stays below."""

_STROKE: Final = 16
"""Pixels, a power of two: what is wider both ways is a solid, and no stroke of a letter."""

_RULE: Final = 32
"""Pixels, a power of two, from which a straight piece of ink is a rule."""

_DARK: Final = 110
"""Of 255: mean lightness below which writing is looked for in what is light."""

_LEAST_INK: Final = 0.04
_MOST_INK: Final = 0.75
"""Shares of a cell that writing fills."""

_FEW_CELLS: Final = 30
"""A patch of 60 by 72 points; a seal or a small logo is no reason to look closer."""


@dataclass(frozen=True, slots=True)
class Uncovered:
    """Ink without text.

    Attributes:
        part: the smallest part of the page that holds it, in fractions.
        cells: how many patches of a line's height it has ink in.
        covered: how many such patches have ink that is text.
    """

    part: Edges
    cells: int
    covered: int

    @property
    def prevails(self) -> bool:
        """Whether most of the page's ink is not text."""
        return self.cells > self.covered


def find_uncovered(difference: Image.Image, bare: Image.Image) -> Uncovered | None:
    """Return the ink that may be writing and is no text, if there is more than a little of it.

    Args:
        difference: of the page with and without its text, in grey.
        bare: the page without its text, in grey.
    """
    shades = [shade for shade, count in enumerate(bare.histogram()) if count]
    if shades[-1] - shades[0] < _CONTRAST:
        # Most pages that a program wrote draw text and nothing else: nothing is to be looked for.
        return None
    text = _cells(difference.point(_ink_from(_CONTRAST)))
    left_over = ImageChops.multiply(_cells(_writing(bare)), ImageChops.invert(text))
    cells = left_over.histogram()[255]
    box = left_over.getbbox()
    if cells < _FEW_CELLS or box is None:
        return None
    left, top, right, bottom = box
    across, down = bare.width / _CELL, bare.height / _CELL
    part = (left / across, top / down, min(right / across, 1.0), min(bottom / down, 1.0))
    return Uncovered(part, cells, text.histogram()[255])


def _writing(image: Image.Image) -> Image.Image:
    """Return the ink (255) that is as thin as strokes of letters and no rule."""
    light_paper = _spread(_spread(image, _STROKE, by=1), -_STROKE, by=-1)
    ink = ImageChops.subtract(light_paper, image)
    ground = image.filter(ImageFilter.BoxBlur(_STROKE)).point(
        [255 if value < _DARK else 0 for value in range(256)]
    )
    if ground.getbbox():
        dark_paper = _spread(_spread(image, -_STROKE, by=1), _STROKE, by=-1)
        ink.paste(ImageChops.subtract(image, dark_paper), mask=ground)
    ink = ink.point(_ink_from(_CONTRAST))
    across, down = (_rules(ink, across=across) for across in (True, False))
    return ImageChops.subtract(ImageChops.subtract(ink, across), down)


def _spread(image: Image.Image, size: int, *, by: int, axes: str = "xy") -> Image.Image:
    """Return the lightest (`size` above 0) or darkest pixel of a square that lies before each one.

    Args:
        image: in grey.
        size: side of the square in pixels, a power of two; below 0 for the darkest.
        by: 1 where the square ends at the pixel, -1 where it begins there.
        axes: "x" or "y" for a line in place of the square.
    """
    pick, empty = (ImageChops.lighter, 0) if size > 0 else (ImageChops.darker, 255)
    spread = image
    for axis in axes:
        step = 1
        while step < abs(size):
            moved = Image.new("L", image.size, empty)
            moved.paste(spread, (by * step, 0) if axis == "x" else (0, by * step))
            spread = pick(spread, moved)
            step *= 2
    return spread


def _rules(ink: Image.Image, *, across: bool) -> Image.Image:
    """Return the pieces of ink that run straight on: a morphological opening."""
    axes = "x" if across else "y"
    return _spread(_spread(ink, -_RULE, by=1, axes=axes), _RULE, by=-1, axes=axes)


def _cells(ink: Image.Image) -> Image.Image:
    """Return the patches that have as much ink as writing has (255)."""
    return ink.reduce(_CELL).point(
        [255 if _LEAST_INK <= value / 255 <= _MOST_INK else 0 for value in range(256)]
    )


def _ink_from(contrast: int) -> list[int]:
    return [255 if value >= contrast else 0 for value in range(256)]
