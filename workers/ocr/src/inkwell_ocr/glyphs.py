"""Characters of a text layer: `pdf_text` finds them, `routes` makes words of them. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character of the text layer.

    Attributes:
        code: UTF-16 unit.
        box: left, top, right, bottom on the displayed page, in fractions; None for white space.
        angle: direction that it runs in, radians; counter-clockwise in the file's own coordinates.
        is_mapped: whether the font says what it means.
    """

    code: int
    box: tuple[float, float, float, float] | None
    angle: float
    is_mapped: bool
