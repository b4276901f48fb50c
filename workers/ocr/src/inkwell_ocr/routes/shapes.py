"""Tells characters apart by how they are drawn, whatever they are said to be. Pure.

PDFium draws a character of one font and size by the very same dots wherever it stands, so two that
are alike have one shape, and two digits that are not have not, in small print too.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inkwell_ocr.glyphs import Edges

_ACROSS: Final = 12
_DOWN: Final = 16
"""Dots of a shape, as high as its ink: a digit fills nearly all of them."""

_FAINT: Final = 8
"""Of 255: what drawing a character changes at least."""

_INK: Final = 0.35
"""Share of its darkest dot from which a dot is ink."""

_INSET: Final = 0.06
"""Share of a box at its left and right where the neighbours' ink begins."""

_SAME: Final = 0.9
"""Correlation from which two shapes are one; of different digits of 22 real invoices none had more
than 0.87, of the same digit, font and size most have 1."""

_ALIKE: Final = 0.75
_CLEARLY: Final = 0.1
"""A shape of another font or size is a digit's where it is so much more like it than others."""

_MOST_KINDS: Final = 300
"""A page of business has some 15 to 60."""

_ALL_DIGITS: Final = frozenset("0123456789")

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Shape:
    """What is drawn in a character's box.

    Attributes:
        dots: scaled to one height, row by row.
        height: of the ink, in pixels.
    """

    dots: bytes
    height: int


def shape_in(difference: Image.Image, box: Edges, inset: float = _INSET) -> Shape | None:
    """Return what is drawn in a box; None where nothing is.

    Args:
        difference: of the page with and without its text, in grey.
        box: in fractions of it.
        inset: share of the box at its left and right to leave out.
    """
    left, top, right, bottom = (
        edge * side for edge, side in zip(box, difference.size * 2, strict=True)
    )
    margin = (right - left) * inset
    start, above = max(round(left + margin), 0), max(math.floor(top), 0)
    end, below = max(round(right - margin), start + 1), max(math.ceil(bottom), above + 1)
    inside = difference.crop((start, above, end, below))
    extremes: Any = inside.getextrema()
    darkest = extremes[1]
    if darkest < _FAINT:
        return None
    ink = inside.point([255 if value >= _INK * darkest else 0 for value in range(256)]).getbbox()
    if ink is None:
        return None
    return Shape(_scaled(inside.crop(ink)), ink[3] - ink[1])


def _scaled(ink: Image.Image) -> bytes:
    half = ink.height * _ACROSS / _DOWN / 2
    room = math.ceil(half)
    canvas = Image.new("L", (ink.width + 2 * room, ink.height))
    canvas.paste(ink, (room, 0))
    middle = canvas.width / 2
    part = (middle - half, 0, middle + half, ink.height)
    return canvas.resize((_ACROSS, _DOWN), Image.Resampling.BOX, box=part).tobytes()


@dataclass(frozen=True, slots=True)
class Kinds:
    """The shapes of a page, each named as the text layer says.

    Attributes:
        of: the kind of each character, in the order that they were given in.
        names: what each kind is said to be.
        likeness: correlation of each kind with each.
    """

    of: tuple[int, ...]
    names: tuple[str, ...]
    likeness: Vectors

    @classmethod
    def among(cls, names: Sequence[str], shapes: Sequence[Shape]) -> "Kinds | None":
        """Bring those together that are said to be the same and drawn the same.

        None where there are more kinds than any honest page has.
        """
        vectors = _normal(shapes)
        of = np.zeros(len(names), dtype=int)
        firsts: list[int] = []
        for name in sorted(set(names)):
            rest = np.array([index for index, other in enumerate(names) if other == name])
            while len(rest):
                if len(firsts) == _MOST_KINDS:
                    return None
                is_same = vectors[rest] @ vectors[rest[0]] >= _SAME
                is_same[0] = True
                of[rest[is_same]] = len(firsts)
                firsts.append(int(rest[0]))
                rest = rest[~is_same]
        patterns = vectors[firsts]
        likeness = patterns @ patterns.T
        return cls(tuple(of.tolist()), tuple(names[first] for first in firsts), likeness)

    def proven_by(self, read: frozenset[int]) -> frozenset[int]:
        """Return the kinds that are what they are said to be, where some were read so.

        Others count too where they are like one that was read, and like no other digit; but only
        where all ten were read: the one that is drawn may be the one that is not.
        """
        known = sorted(read)
        if not {self.names[kind] for kind in known} >= _ALL_DIGITS:
            return read
        names = np.array(self.names)
        has_name = names[:, None] == names[known]
        likeness = self.likeness[:, known]
        own = np.where(has_name, likeness, -1.0).max(axis=1)
        other = np.where(has_name, -1.0, likeness).max(axis=1)
        is_it = (own >= _ALIKE) & (own - other >= _CLEARLY)
        return read | frozenset(np.flatnonzero(is_it).tolist())


def _normal(shapes: Sequence[Shape]) -> Vectors:
    dots = np.frombuffer(b"".join(shape.dots for shape in shapes), dtype=np.uint8)
    vectors = dots.reshape(len(shapes), _ACROSS * _DOWN).astype(np.float32)
    vectors -= vectors.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-6), dtype=np.float32)
