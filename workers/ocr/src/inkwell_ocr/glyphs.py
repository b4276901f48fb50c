"""Characters of a text layer: `pdf_text` finds them, `routes` makes words of them. Pure."""

from dataclasses import dataclass
from typing import NamedTuple

Edges = tuple[float, float, float, float]
"""Left, top, right, bottom."""


class Glyph(NamedTuple):
    """One character of the text layer; a page may have 400,000, and a tuple is made fastest.

    Attributes:
        code: UTF-16 unit, or a whole character.
        box: left, top, right, bottom on the displayed page, in fractions; None for white space.
        angle: direction that it runs in, radians; counter-clockwise in the file's own coordinates.
        is_mapped: whether the font says what it means.
        run: index of its `Run`.
        is_generated: white space that is not in the file: PDFium puts it where it sees a gap.
    """

    code: int
    box: Edges | None
    angle: float
    is_mapped: bool
    run: int = 0
    is_generated: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """What one operator of the page drew: characters of one font in one colour.

    Attributes:
        font: a number that tells the fonts of the page apart.
        is_embedded: whether the file carries the font.
        is_painted: whether the characters are drawn at all, and not only clip or stand invisible.
        grey: lightness of their paint, 0 (black) to 255; None where it is no plain filling.
        opacity: of that paint, 0 to 1.
        handle: PDFium's address of it, for as long as the page is open; 0 where it has none.
    """

    font: int = 0
    is_embedded: bool = True
    is_painted: bool = True
    grey: float | None = 0.0
    opacity: float = 1.0
    handle: int = 0


@dataclass(frozen=True, slots=True)
class TextLayer:
    """The text of a page as the file has it.

    Attributes:
        glyphs: in the order that they are drawn in.
        runs: what drew them.
    """

    glyphs: tuple[Glyph, ...] = ()
    runs: tuple[Run, ...] = ()
