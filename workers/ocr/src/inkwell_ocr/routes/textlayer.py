"""Makes words of a text layer's characters, and judges whether they are usable. Pure."""

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from inkwell_api.document import Word
from inkwell_ocr.geometry import FULL_TURN, PixelBox, line_numbers, quarter_turn
from inkwell_ocr.glyphs import Glyph

_MIN_CHARACTERS: Final = 16
"""Letters and digits below which a text layer is taken for a stamp or a page number."""

_MIN_CHARACTERS_ON_SCAN: Final = 100
"""The same, on a page that is one image."""

_MAX_UNMAPPED_SHARE: Final = 0.1
_MIN_ALPHANUMERIC_SHARE: Final = 0.4
_REPLACEMENT: Final = 0xFFFD
_HYPHENS_OF_PDFIUM: Final = frozenset({0x02, 0xFFFE})
"""What PDFium gives for a hyphen at the end of a line."""

_HIGH_SURROGATES: Final = range(0xD800, 0xDC00)
_LOW_SURROGATES: Final = range(0xDC00, 0xE000)
_LIGATURES: Final = {
    chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)
}
_ANGLES_LOOKED_AT: Final = 2000
_GAP_BETWEEN_WORDS: Final = 1.0
"""Gap, in heights of a character, from which two characters are two words though no space stands
between them."""


def is_usable(glyphs: Sequence[Glyph], *, is_scan: bool) -> bool:
    """Say whether the text layer says what a reader of the page sees."""
    visible = [glyph for glyph in glyphs if glyph.box is not None]
    if not visible:
        return False
    strange = sum(not glyph.is_mapped or _is_strange(glyph.code) for glyph in visible)
    alphanumeric = sum(_is_alphanumeric(glyph.code) for glyph in visible)
    needed = _MIN_CHARACTERS_ON_SCAN if is_scan else _MIN_CHARACTERS
    return (
        alphanumeric >= needed
        and strange <= _MAX_UNMAPPED_SHARE * len(visible)
        and alphanumeric >= _MIN_ALPHANUMERIC_SHARE * len(visible)
    )


@dataclass(frozen=True, slots=True)
class Display:
    """How a page is shown and how it is to be turned from there.

    Attributes:
        rotation: degrees clockwise that viewers turn the page by, as the file asks.
        turn: degrees clockwise to turn what they show by, so that most of its text runs upright.
    """

    rotation: int
    turn: int

    @classmethod
    def of(cls, glyphs: Iterable[Glyph], rotation: int) -> "Display":
        """Find the turn by the direction that most of the text runs in."""
        turns: Counter[int] = Counter()
        for glyph in glyphs:
            if glyph.box is not None:
                turns[quarter_turn(math.degrees(glyph.angle) - rotation)] += 1
                if turns.total() == _ANGLES_LOOKED_AT:
                    break
        return cls(rotation, turns.most_common(1)[0][0] if turns else 0)

    def is_upright(self, glyph: Glyph) -> bool:
        """Say whether a character runs as most do."""
        return quarter_turn(math.degrees(glyph.angle) - self.rotation) == self.turn


def make_words(
    glyphs: Sequence[Glyph], display: Display, width: float, height: float
) -> tuple[Word, ...]:
    """Return the words in reading order: line by line, each from the left.

    Text that runs in another direction than the rest, such as a stamp along the margin, comes last:
    among the lines that it crosses it would be noise.

    Args:
        glyphs: as `pdf_text.read_glyphs` gives them.
        display: how the page is turned.
        width: of the upright page, in points.
        height: of the upright page, in points.
    """
    words: list[tuple[str, PixelBox, bool]] = []
    current: list[tuple[int, PixelBox]] = []
    is_aside = False
    for glyph in glyphs:
        box = _upright_box(glyph.box, display.turn, width, height) if glyph.box else None
        was_aside, is_aside = is_aside, box is not None and not display.is_upright(glyph)
        if box is None or (
            current
            and (was_aside is not is_aside or not (is_aside or _continues(current[-1][1], box)))
        ):
            _finish(current, words, is_aside=was_aside)
            current = []
        if box is not None:
            current.append((glyph.code, box))
    _finish(current, words, is_aside=is_aside)
    return _in_reading_order(words, width, height)


def _in_reading_order(
    words: list[tuple[str, PixelBox, bool]], width: float, height: float
) -> tuple[Word, ...]:
    upright = [word for word in words if not word[2]]
    numbers = line_numbers([box for _, box, _ in upright])
    order = sorted(range(len(upright)), key=lambda i: (numbers[i], upright[i][1].left))
    lines = [(upright[i], numbers[i]) for i in order]
    last = max(numbers, default=-1) + 1
    lines += [(word, last) for word in words if word[2]]
    return tuple(Word(text, box.scaled(width, height), 1.0, line) for (text, box, _), line in lines)


def _upright_box(
    box: tuple[float, float, float, float], turn: int, width: float, height: float
) -> PixelBox:
    left, top, right, bottom = box
    for _ in range(turn % FULL_TURN // 90):
        left, top, right, bottom = 1 - bottom, left, 1 - top, right
    return PixelBox(left * width, top * height, right * width, bottom * height)


def _continues(previous: PixelBox, box: PixelBox) -> bool:
    """Say whether `box` may be the next character of a word, judged by where it stands."""
    size = max(previous.height, box.height, 1e-6)
    gap = box.left - previous.right
    overlap = min(previous.bottom, box.bottom) - max(previous.top, box.top)
    return gap < _GAP_BETWEEN_WORDS * size and box.left > previous.left - size and overlap > 0


def _finish(
    characters: list[tuple[int, PixelBox]],
    words: list[tuple[str, PixelBox, bool]],
    *,
    is_aside: bool,
) -> None:
    text = _decode([code for code, _ in characters]).strip()
    if not text:
        return
    boxes = [box for _, box in characters]
    words.append(
        (
            text,
            PixelBox(
                min(box.left for box in boxes),
                min(box.top for box in boxes),
                max(box.right for box in boxes),
                max(box.bottom for box in boxes),
            ),
            is_aside,
        )
    )


def _decode(codes: Sequence[int]) -> str:
    text: list[str] = []
    high = 0
    for code in codes:
        if code in _HIGH_SURROGATES:
            high = code
        elif code in _LOW_SURROGATES:
            text.append(
                chr(0x10000 + (high - 0xD800) * 0x400 + code - 0xDC00) if high else "\ufffd"
            )
            high = 0
        elif code in _HYPHENS_OF_PDFIUM:
            text.append("-")
        elif code:
            text.append(chr(code))
    joined = "".join(_LIGATURES.get(character, character) for character in text)
    clean = "".join(c for c in joined if unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
    return unicodedata.normalize("NFC", clean)


def _is_strange(code: int) -> bool:
    if code in _HYPHENS_OF_PDFIUM or code in _HIGH_SURROGATES or code in _LOW_SURROGATES:
        return False
    return code == _REPLACEMENT or unicodedata.category(chr(code)) in {"Co", "Cn", "Cc"}


def _is_alphanumeric(code: int) -> bool:
    if code in _HIGH_SURROGATES:
        return True
    return code not in _LOW_SURROGATES and chr(code).isalnum()
