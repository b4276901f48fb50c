"""Sees how the image of a page was made, to judge its reading (`doubt`). Pure."""

from typing import Final

from PIL import Image

from inkwell_ocr.routes.doubt import Look

_CELLS: Final = 6
"""Parts that a page is divided into, across and down."""

_CELL_PIXELS: Final = 24
_PAPER: Final = 0.8
"""Share of a part's pixels that are darker than its paper, at most: print covers less."""


def look_at(image: Image.Image) -> Look:
    """Return what a grey image looks like."""
    return Look(image.width, image.height, _unevenness(image))


def _unevenness(image: Image.Image) -> int:
    """Return how much darker the paper of the darkest part is than that of the brightest.

    The outermost parts do not count: what lies beside a page is dark on scanners, too.
    """
    side = _CELLS * _CELL_PIXELS
    small = image.resize((side, side), Image.Resampling.BOX, reducing_gap=2.0)
    papers = []
    for row in range(1, _CELLS - 1):
        for column in range(1, _CELLS - 1):
            left, top = column * _CELL_PIXELS, row * _CELL_PIXELS
            cell = small.crop((left, top, left + _CELL_PIXELS, top + _CELL_PIXELS))
            papers.append(_level(cell.histogram()))
    return max(papers) - min(papers)


def _level(histogram: list[int]) -> int:
    """Return the grey that so many pixels are darker than as print may cover."""
    wanted, seen = _PAPER * sum(histogram), 0
    for level, count in enumerate(histogram):
        seen += count
        if seen > wanted:
            return level
    return len(histogram) - 1
