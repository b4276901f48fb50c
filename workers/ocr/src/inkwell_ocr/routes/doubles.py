"""Finds characters that stand in one place: text drawn twice, and text under other text. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from inkwell_ocr.glyphs import Edges, Glyph

_CELL: Final = 6.0
"""Points; characters of one place are looked for in a cell of this size and its neighbours."""

_SHIFT: Final = 0.12
"""Shift of a second drawing, in heights of the character, up to which it makes it bold, or gives it
a shadow; the next character is further away, be it as narrow as an l."""

_SHIFT_ACROSS: Final = 0.3
"""The same along the line, in widths of the character."""

_SAME_PLACE: Final = 0.35
"""Distance of the middles, in widths and heights, up to which one character covers another."""


class _Places:
    """Which characters stand around a place."""

    def __init__(self, width: float, height: float) -> None:
        self._width, self._height = width, height
        self._cells: defaultdict[tuple[int, int], list[tuple[int, float, float]]] = defaultdict(
            list
        )

    def middle(self, box: Edges) -> tuple[float, float]:
        left, top, right, bottom = box
        return (left + right) / 2 * self._width, (top + bottom) / 2 * self._height

    def size(self, box: Edges) -> tuple[float, float]:
        left, top, right, bottom = box
        return (right - left) * self._width, (bottom - top) * self._height

    def near(self, x: float, y: float) -> Iterator[tuple[int, float, float]]:
        column, row = int(x // _CELL), int(y // _CELL)
        for key in (
            (column, row), (column - 1, row), (column + 1, row),
            (column, row - 1), (column - 1, row - 1), (column + 1, row - 1),
            (column, row + 1), (column - 1, row + 1), (column + 1, row + 1),
        ):  # fmt: skip
            if key in self._cells:
                yield from self._cells[key]

    def add(self, index: int, x: float, y: float) -> None:
        self._cells[int(x // _CELL), int(y // _CELL)].append((index, x, y))


def without_doubles(glyphs: Sequence[Glyph], width: float, height: float) -> list[Glyph]:
    """Return the characters without those that an earlier one says in the same place already.

    Args:
        glyphs: in the order that they are drawn in.
        width: of the displayed page, in points.
        height: of the displayed page, in points.
    """
    places = _Places(width, height)
    kept: list[Glyph] = []
    for glyph in glyphs:
        if glyph.box is not None:
            x, y = places.middle(glyph.box)
            across, down = places.size(glyph.box)
            reach, shift = max(_SHIFT_ACROSS * across, _SHIFT * down), _SHIFT * down
            if any(
                kept[other].code == glyph.code and abs(x - x1) <= reach and abs(y - y1) <= shift
                for other, x1, y1 in places.near(x, y)
            ):
                continue
            places.add(len(kept), x, y)
        kept.append(glyph)
    return kept


def runs_under_others(glyphs: Sequence[Glyph], width: float, height: float) -> set[int]:
    """Return the runs with a character in whose place a later run draws another one.

    Args:
        glyphs: in the order that they are drawn in.
        width: of the displayed page, in points.
        height: of the displayed page, in points.
    """
    places = _Places(width, height)
    under: set[int] = set()
    for index, glyph in enumerate(glyphs):
        if glyph.box is None or not chr(glyph.code).isalnum():
            continue
        x, y = places.middle(glyph.box)
        across, down = places.size(glyph.box)
        for other, x1, y1 in places.near(x, y):
            earlier = glyphs[other]
            if (
                earlier.run != glyph.run
                and earlier.code != glyph.code
                and abs(x - x1) <= _SAME_PLACE * across
                and abs(y - y1) <= _SAME_PLACE * down
            ):
                under.add(earlier.run)
        places.add(index, x, y)
    return under
