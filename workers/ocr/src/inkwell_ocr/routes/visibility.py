"""Finds the characters of a text layer that are seen on the page. Pure.

A character is seen where the page, drawn with it and without it, is not the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from PIL import Image, ImageChops

from inkwell_ocr.glyphs import Edges, Glyph, Run, TextLayer

_LEAST_POINTS: Final = 3.0
"""Height of a character below which nobody reads it."""

LEAST_DIFFERENCE: Final = 8
"""Of 255: what drawing a character changes at least, at a pixel a point; an l of six points in
light grey changes 15."""

LEAST_CONTRAST: Final = 25
"""Of 255, between paint and paper: a tenth, below which letters are looked at one by one."""

_MARGIN_ACROSS: Final = 0.2
_MARGIN_DOWN: Final = 0.1
"""Shares of a box at each side that are not looked at: there the neighbours' ink begins."""

_NARROW: Final = 4.0
"""Pixels of width below which a box is looked at and a pixel beside it: the stem of an l may stand
at its edge, or be drawn on both sides of it."""

_FILLED: Final = 0.15
"""Share of its box that a character fills at least, at a pixel a point."""

_INK: Final = b"\1"

_FIRST_OF_OTHER_SCRIPTS: Final = 0x0590
"""Hebrew; from here on PDFium has no font of its own for text whose font the file lacks."""


@dataclass(frozen=True)
class Sight:
    """What drawing a page showed of its characters.

    Attributes:
        difference: of the page as it is and without its text.
        bare: the page without its text.
        width: of the page, in points.
        height: of the page, in points.
    """

    difference: Image.Image
    bare: Image.Image
    width: float
    height: float

    def seen(self, layer: TextLayer) -> list[bool]:
        """Say of each character whether it is seen; white space always is."""
        return [self._is_seen(glyph, layer.runs) for glyph in layer.glyphs]

    def pale_runs(self, layer: TextLayer) -> set[int]:
        """Return the runs whose paint is nearly that of the paper below a character of theirs."""
        pale: set[int] = set()
        for glyph in layer.glyphs:
            if (
                glyph.box is not None
                and glyph.run not in pale
                and _is_on_page(glyph.box)
                and not self._has_contrast(glyph.box, layer.runs[glyph.run])
            ):
                pale.add(glyph.run)
        return pale

    def _is_seen(self, glyph: Glyph, runs: Sequence[Run]) -> bool:
        if glyph.box is None:
            return True
        left, top, right, bottom = glyph.box
        tall = max((right - left) * self.width, (bottom - top) * self.height)
        if tall < _LEAST_POINTS or not _is_on_page(glyph.box):
            return False
        if self.has_ink(glyph.box):
            return True
        run = runs[glyph.run]
        return (
            run.is_painted
            and not run.is_embedded
            and glyph.code >= _FIRST_OF_OTHER_SCRIPTS
            and self._has_contrast(glyph.box, run)
        )

    def has_ink(self, box: Edges) -> bool:
        """Say whether the two drawings of the page differ within a character's box."""
        width, height = self.difference.size
        x0, y0, x1, y1 = _inside(width, height, box)
        x1, y1 = min(x1, width), min(y1, height)
        # A page has thousands of characters: bytes are looked at faster than a picture is cut.
        return x0 < x1 and any(
            self._ink.find(_INK, y * width + x0, y * width + x1) >= 0 for y in range(y0, y1)
        )

    @cached_property
    def _ink(self) -> bytes:
        """The pixels at which the drawings differ, row by row: `_INK` or zero."""
        marked = [_INK[0] if value >= LEAST_DIFFERENCE else 0 for value in range(256)]
        return self.difference.point(marked).tobytes()

    @cached_property
    def _paper(self) -> bytes:
        """The pixels of the page without its text, row by row."""
        return self.bare.tobytes()

    def _has_contrast(self, box: Edges, run: Run) -> bool:
        if run.grey is None:
            return True
        left, top, right, bottom = box
        width, height = self.bare.size
        x = min(int((left + right) / 2 * width), width - 1)
        y = min(int((top + bottom) / 2 * height), height - 1)
        return abs(run.grey - self._paper[y * width + x]) * run.opacity >= LEAST_CONTRAST


def is_filled(difference: Image.Image, box: Edges, contrast: int) -> bool:
    """Say whether two drawings differ by so much in as much of a box as a character fills."""
    inside = difference.crop(_inside(*difference.size, box))
    return sum(inside.histogram()[contrast:]) >= _FILLED * inside.width * inside.height


def _inside(width: int, height: int, box: Edges) -> tuple[int, int, int, int]:
    """Return the pixels of a drawing of this size that are looked at for a box."""
    left, top, right, bottom = box
    wide = right - left
    across = wide * _MARGIN_ACROSS if wide * width >= _NARROW else -1 / width
    down = (bottom - top) * _MARGIN_DOWN
    x0 = max(int((left + across) * width), 0)
    y0 = max(int((top + down) * height), 0)
    x1 = max(int((right - across) * width + 0.999), x0 + 1)
    y1 = max(int((bottom - down) * height + 0.999), y0 + 1)
    return x0, y0, x1, y1


def difference(one: Image.Image, other: Image.Image) -> Image.Image:
    """Return where two drawings of a page differ, and how much."""
    return ImageChops.difference(one, other)


def _is_on_page(box: Edges) -> bool:
    left, top, right, bottom = box
    return 0 <= (left + right) / 2 < 1 and 0 <= (top + bottom) / 2 < 1


def with_marks_as_their_letters(glyphs: Sequence[Glyph], seen: Sequence[bool]) -> list[bool]:
    """Let a mark be seen exactly where a letter or digit beside it in its run is.

    The ink of a dot or dash is so little that it may be lost, and with it a decimal point.
    """
    beside: list[list[bool]] = [[] for _ in glyphs]
    for order in (range(len(glyphs)), range(len(glyphs) - 1, -1, -1)):
        run, is_seen = -1, False
        for index in order:
            glyph = glyphs[index]
            if glyph.box is None:
                continue
            if chr(glyph.code).isalnum():
                run, is_seen = glyph.run, seen[index]
            elif glyph.run == run:
                beside[index].append(is_seen)
    return [any(near) if near else own for near, own in zip(beside, seen, strict=True)]
