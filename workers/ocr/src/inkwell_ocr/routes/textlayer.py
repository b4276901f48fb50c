"""Makes words of a text layer's characters. Pure."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from inkwell_api.document import Word
from inkwell_ocr.geometry import FULL_TURN, PixelBox, quarter_turn
from inkwell_ocr.glyphs import Edges, Glyph
from inkwell_ocr.routes.reading_order import line_by_line
from inkwell_ocr.routes.spelling import decode

_ANGLES_LOOKED_AT: Final = 2000
_GAP_BETWEEN_WORDS: Final = 1.0
"""Gap, in heights of a character, from which two characters are two words though no space stands
between them."""

_GAP_OF_A_SPACE: Final = 0.11
"""The same where PDFium took the gap for a space; in real invoices such gaps were 0.09 within a
word, and 0.13 and more between words."""

_REPLACEMENT: Final = "\ufffd"


@dataclass(frozen=True, slots=True)
class Display:
    """How a page is shown and how it is to be turned from there.

    Attributes:
        rotation: degrees clockwise that viewers turn the page by, as the file asks.
        turn: degrees clockwise to turn what they show by, so that most of its text runs upright.
        width: of the upright page, in points.
        height: of the upright page, in points.
    """

    rotation: int
    turn: int
    width: float
    height: float

    @classmethod
    def of(cls, glyphs: Iterable[Glyph], rotation: int, width: float, height: float) -> "Display":
        """Find the turn by the direction that most of the text runs in.

        Args:
            glyphs: of the page.
            rotation: degrees clockwise that viewers turn the page by.
            width: of the page as viewers show it, in points.
            height: of the page as viewers show it, in points.
        """
        turns: Counter[int] = Counter()
        for glyph in glyphs:
            if glyph.box is not None:
                turns[quarter_turn(math.degrees(glyph.angle) - rotation)] += 1
                if turns.total() == _ANGLES_LOOKED_AT:
                    break
        turn = turns.most_common(1)[0][0] if turns else 0
        return cls(rotation, turn, *((height, width) if turn % 180 else (width, height)))

    def is_upright(self, glyph: Glyph) -> bool:
        """Say whether a character runs as most do."""
        return quarter_turn(math.degrees(glyph.angle) - self.rotation) == self.turn

    def upright(self, box: Edges) -> PixelBox:
        """Return where a box of the displayed page stands on the upright one, in points."""
        left, top, right, bottom = box
        for _ in range(self.turn % FULL_TURN // 90):
            left, top, right, bottom = 1 - bottom, left, 1 - top, right
        return PixelBox(
            left * self.width, top * self.height, right * self.width, bottom * self.height
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """A word as the characters make it.

    Attributes:
        text: it.
        box: on the upright page, in points.
        is_aside: whether it runs in another direction than most of the page.
        shown: box on the displayed page, in fractions.
        run: of its first character.
        glyphs: its characters.
    """

    text: str
    box: PixelBox
    is_aside: bool
    shown: Edges
    run: int
    glyphs: tuple[Glyph, ...] = ()


def draft_words(glyphs: Sequence[Glyph], display: Display) -> list[Draft]:
    """Return the words in the order of the file.

    A space of the file parts words. One that PDFium made up does where the gap is that wide.
    """
    drafts: list[Draft] = []
    current: list[tuple[Glyph, PixelBox]] = []
    is_aside = False
    gap = _GAP_BETWEEN_WORDS
    for glyph in glyphs:
        if glyph.box is None:
            if glyph.is_generated and glyph.code == ord(" "):
                gap = _GAP_OF_A_SPACE
            else:
                _finish(current, drafts, display, is_aside=is_aside)
                current = []
            continue
        box = display.upright(glyph.box)
        was_aside, is_aside = is_aside, not display.is_upright(glyph)
        if current and (
            was_aside is not is_aside
            or (gap == _GAP_OF_A_SPACE if is_aside else not _continues(current[-1][1], box, gap))
        ):
            _finish(current, drafts, display, is_aside=was_aside)
            current = []
        current.append((glyph, box))
        gap = _GAP_BETWEEN_WORDS
    _finish(current, drafts, display, is_aside=is_aside)
    return drafts


def make_words(drafts: Sequence[Draft], display: Display) -> tuple[Word, ...]:
    """Return the words in reading order, line by line.

    Text that runs in another direction than the rest, such as a stamp along the margin, comes last:
    among the lines that it crosses it would be noise.
    """
    upright = [draft for draft in drafts if not draft.is_aside]
    lines = [
        (upright[index], line)
        for index, line in line_by_line([(draft.text, draft.box) for draft in upright])
    ]
    last = max((line for _, line in lines), default=-1) + 1
    lines += [(draft, last) for draft in drafts if draft.is_aside]
    return tuple(
        Word(draft.text, draft.box.scaled(display.width, display.height), 1.0, line)
        for draft, line in lines
    )


def _continues(previous: PixelBox, box: PixelBox, widest: float) -> bool:
    """Say whether `box` may be the next character of a word, judged by where it stands.

    The next one of a word written from right to left stands left of it.
    """
    size = max(previous.height, box.height, 1e-6)
    gap = max(box.left - previous.right, previous.left - box.right)
    overlap = min(previous.bottom, box.bottom) - max(previous.top, box.top)
    return gap < widest * size and overlap > 0


def _finish(
    characters: list[tuple[Glyph, PixelBox]],
    drafts: list[Draft],
    display: Display,
    *,
    is_aside: bool,
) -> None:
    text = decode([glyph.code for glyph, _ in characters]).strip()
    if not text.strip(_REPLACEMENT):
        return
    boxes = [glyph.box for glyph, _ in characters if glyph.box is not None]
    left, top, right, bottom = zip(*boxes, strict=True)
    shown = (min(left), min(top), max(right), max(bottom))
    glyphs = tuple(glyph for glyph, _ in characters)
    drafts.append(Draft(text, display.upright(shown), is_aside, shown, glyphs[0].run, glyphs))
