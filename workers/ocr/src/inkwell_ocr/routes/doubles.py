"""Finds characters that stand in one place: text drawn twice, and text under other text. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from inkwell_ocr.glyphs import Edges, Glyph

_CELL: Final = 8.0
"""Points: a side of the cells in which characters of one place are looked for."""

_SHIFT: Final = 0.12
"""Shift of a second drawing, in heights of the character, up to which it makes it bold, or gives it
a shadow; the next character is further away, be it as narrow as an l."""

_SHIFT_ACROSS: Final = 0.3
"""The same along the line, in widths of the character."""

_SAME_PLACE: Final = 0.35
"""Distance of the middles, in widths and heights, up to which one character covers another."""


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a character stands: its middle and its size, in points."""

    x: float
    y: float
    across: float
    down: float

    @classmethod
    def of(cls, box: Edges, width: float, height: float) -> "_Spot":
        left, top, right, bottom = box
        return cls(
            (left + right) / 2 * width,
            (top + bottom) / 2 * height,
            (right - left) * width,
            (bottom - top) * height,
        )

    @property
    def cell(self) -> tuple[int, int]:
        return int(self.x // _CELL), int(self.y // _CELL)

    def cells_within(self, across: float, down: float) -> Iterator[tuple[int, int]]:
        """Yield the cells with a place that is no further away."""
        for row in range(int((self.y - down) // _CELL), int((self.y + down) // _CELL) + 1):
            for column in range(
                int((self.x - across) // _CELL), int((self.x + across) // _CELL) + 1
            ):
                yield column, row

    def is_within(self, across: float, down: float, other: "_Spot") -> bool:
        return abs(self.x - other.x) <= across and abs(self.y - other.y) <= down


def without_doubles(glyphs: Sequence[Glyph], width: float, height: float) -> list[Glyph]:
    """Return the characters without those that an earlier one says in the same place already.

    Args:
        glyphs: in the order that they are drawn in.
        width: of the displayed page, in points.
        height: of the displayed page, in points.
    """
    spots: defaultdict[tuple[int, tuple[int, int]], list[_Spot]] = defaultdict(list)
    kept: list[Glyph] = []
    for glyph in glyphs:
        # A ligature such as ff is two characters in one place: they follow each other in their run.
        if glyph.box is not None and not (kept and kept[-1][:5] == glyph[:5]):
            spot = _Spot.of(glyph.box, width, height)
            down = _SHIFT * spot.down
            across = max(_SHIFT_ACROSS * spot.across, down)
            if any(
                spot.is_within(across, down, other)
                for cell in spot.cells_within(across, down)
                if (glyph.code, cell) in spots
                for other in spots[glyph.code, cell]
            ):
                continue
            spots[glyph.code, spot.cell].append(spot)
        kept.append(glyph)
    return kept


def runs_under_others(glyphs: Sequence[Glyph], width: float, height: float) -> set[int]:
    """Return the runs with a character in whose place a later run draws another one.

    Args:
        glyphs: in the order that they are drawn in.
        width: of the displayed page, in points.
        height: of the displayed page, in points.
    """
    spots: defaultdict[tuple[int, int], list[tuple[Glyph, _Spot]]] = defaultdict(list)
    under: set[int] = set()
    for glyph in glyphs:
        if glyph.box is None or not chr(glyph.code).isalnum():
            continue
        spot = _Spot.of(glyph.box, width, height)
        across, down = _SAME_PLACE * spot.across, _SAME_PLACE * spot.down
        for cell in spot.cells_within(across, down):
            if cell in spots:
                under.update(
                    earlier.run
                    for earlier, other in spots[cell]
                    if earlier.run != glyph.run
                    and earlier.code != glyph.code
                    and spot.is_within(across, down, other)
                )
        spots[spot.cell].append((glyph, spot))
    return under
