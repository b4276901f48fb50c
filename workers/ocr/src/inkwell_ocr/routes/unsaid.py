"""Finds text that is drawn beside a word and said by no character. Pure.

A code that means a space may draw a digit: the number on the page then has one more than the text.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from PIL import Image, ImageDraw

from inkwell_ocr.glyphs import Edges
from inkwell_ocr.routes.textlayer import Draft

_AROUND: Final = 0.7
"""Heights of a character that a digit may stand beside a word."""

_OVERHANG: Final = 0.08
"""Heights of a character by which its ink may reach out of its box."""

_INK: Final = 96
"""Of 255, from which a dot is ink."""

_LEAST: Final = 0.025
"""Dots by the square of a character's height; the 1 of a thin font has 0.05, a point 0.007."""


def has_unsaid_ink(difference: Image.Image, drafts: Sequence[Draft], near: Iterable[Draft]) -> bool:
    """Say whether there is ink of text close to one of some words that is no character of any.

    Args:
        difference: of the page with and without its text, in grey.
        drafts: all words of the page.
        near: those that matter.
    """
    rest = difference.point([255 if value >= _INK else 0 for value in range(256)])
    pen = ImageDraw.Draw(rest)
    for draft in drafts:
        for glyph in draft.glyphs:
            if glyph.box is not None:
                overhang = _OVERHANG * _longer_side(glyph.box, rest)
                pen.rectangle(_spread(glyph.box, rest, overhang), fill=0)
    return any(_has_ink(rest, draft) for draft in near)


def _has_ink(rest: Image.Image, draft: Draft) -> bool:
    size = max(_longer_side(glyph.box, rest) for glyph in draft.glyphs if glyph.box is not None)
    inside = rest.crop(_spread(draft.shown, rest, _AROUND * size))
    return inside.histogram()[255] >= _LEAST * size * size


def _longer_side(box: Edges, image: Image.Image) -> float:
    left, top, right, bottom = box
    return max((right - left) * image.width, (bottom - top) * image.height, 1.0)


def _spread(box: Edges, image: Image.Image, by: float) -> tuple[int, int, int, int]:
    """Return a box that is larger on all sides, in pixels."""
    left, top, right, bottom = box
    return (
        round(left * image.width - by),
        round(top * image.height - by),
        round(right * image.width + by),
        round(bottom * image.height + by),
    )
