"""Says which words are to be read so that every shape of a digit on a page was read once. Pure.

A font may draw other digits than it says in one word alone, and a sample of words may miss it. But
a digit that is drawn as one that was read is the one that was read.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image

from inkwell_ocr.geometry import PixelBox
from inkwell_ocr.glyphs import Glyph
from inkwell_ocr.routes.sample import folded
from inkwell_ocr.routes.shapes import Kinds, Shape, shape_in
from inkwell_ocr.routes.textlayer import Draft

_DIGITS: Final = frozenset("0123456789")
_CURRENCIES: Final = re.compile(
    r"(?<![A-Za-z])(?:AED|AUD|BHD|BRL|CAD|CHF|CNY|CZK|DKK|EUR|GBP|HKD|HUF|ILS|INR|JPY|KRW|KWD|MXN"
    r"|NOK|NZD|PLN|RON|RUB|SAR|SEK|SGD|TRY|UAH|USD|ZAR)(?![A-Za-z])"
)
_MOST_FIGURES: Final = 20_000
"""Of a page; one of small print has a thousand."""

_MOST_WORDS: Final = 24
"""Words to read at once; each costs some ten milliseconds."""

_LEAST_PIXELS: Final = 4
"""Height of a digit's ink below which it is told from no other."""

_MARK_BY_DIGIT: Final[Mapping[str, float]] = {
    **dict.fromkeys(".,-\u2212\u2013\u2014\u066b\u066c\uff0e\uff0c\uff0d", 0.6),
    **dict.fromkeys(":\uff1a'`\u2018\u2019\u00b4", 0.9),
    **dict.fromkeys("()/\uff08\uff09\uff0f", 2.0),
}
"""What may be part of a number or date beside its digits, with the height by that of a digit up to
which it is drawn: a point, comma or dash; a colon, and apostrophes, into whose narrow boxes the
neighbours reach; and what is as high as letters."""

_MARK_INSET: Final = 0.15
_LEAST_LETTERS: Final = 3
"""Of a word that recognition reads by itself; a shorter one is read with its neighbours."""

_GAP: Final = 3.0
"""Heights of a word up to which the next one is its neighbour."""

_OF_NO_MATTER: Final = -1


@dataclass(frozen=True, slots=True)
class FigureWord:
    """A word with digits, or with a currency.

    Attributes:
        draft: it.
        place: of it among the words of the page.
        signs: its letters and digits as `folded` has them, each with its kind.
    """

    draft: Draft
    place: int
    signs: tuple[tuple[str, int], ...]

    @property
    def kinds(self) -> frozenset[int]:
        """The kinds of its digits and of the letters of its currency."""
        return frozenset(kind for _, kind in self.signs if kind != _OF_NO_MATTER)

    def agreeing(self, read: str) -> frozenset[int]:
        """Return the kinds that recognition read as they are said to be.

        Where it read more or fewer characters, nobody knows which of them is which.
        """
        said = "".join(_digit(character) or character for character in read)
        plain = folded(said)
        if len(plain) == len(self.signs):
            return _agreeing(self.signs, plain)
        digits = tuple(sign for sign in self.signs if sign[0] in _DIGITS and sign[1] >= 0)
        plain = "".join(character for character in said if character in _DIGITS)
        return _agreeing(digits, plain) if len(plain) == len(digits) else frozenset()


@dataclass(frozen=True, slots=True)
class Figures:
    """The digits of a page and the letters of its currencies.

    Attributes:
        words: that have some.
        kinds: of their shapes.
    """

    words: tuple[FigureWord, ...]
    kinds: Kinds

    @classmethod
    def drawn(cls, drafts: Sequence[Draft], difference: Image.Image) -> "Figures | None":
        """Look at each of them.

        None where they are drawn as no honest page draws them: not at all, too small to be told
        apart, in too many shapes, or with a point, comma or dash that is none.

        Args:
            drafts: words of the page.
            difference: of the page with and without its text, in grey.
        """
        names: list[str] = []
        shapes: list[Shape] = []
        places = [place for place, draft in enumerate(drafts) if any(_figures(draft.glyphs))]
        for place in places:
            found = _shapes(drafts[place].glyphs, difference)
            if found is None or len(names) > _MOST_FIGURES:
                return None
            names += [name for name in _figures(drafts[place].glyphs) if name]
            shapes += found
        kinds = Kinds.among(names, shapes)
        if kinds is None:
            return None
        of = iter(kinds.of)
        words = tuple(
            FigureWord(drafts[place], place, tuple(_signs(drafts[place].glyphs, of)))
            for place in places
        )
        return cls(words, kinds)

    def missing(self, proven: frozenset[int]) -> frozenset[int]:
        """Return the kinds of which nobody knows whether they are what they are said to be."""
        return frozenset(range(len(self.kinds.names))) - self.kinds.proven_by(proven)

    def to_read(self, proven: frozenset[int]) -> list[FigureWord]:
        """Return the words that tell most about the kinds that are not proven."""
        chosen: list[FigureWord] = []
        missing = self.missing(proven)
        while missing and len(chosen) < _MOST_WORDS:
            best = max(self.words, key=lambda word: _news(word, missing))
            chosen.append(best)
            proven |= best.kinds
            missing = self.missing(proven)
        return chosen

    def with_neighbours(self, word: FigureWord, drafts: Sequence[Draft]) -> FigureWord:
        """Return a word with those before and after it in its line."""
        signs_at = {other.place: other.signs for other in self.words}
        joined = word
        for place in (word.place - 1, word.place + 1):
            if 0 <= place < len(drafts) and _is_neighbour(drafts[place], word.draft):
                more = drafts[place]
                signs = signs_at.get(place) or tuple(_signs(more.glyphs, iter(())))
                is_before = place < word.place
                joined = FigureWord(
                    _joined(more, joined.draft) if is_before else _joined(joined.draft, more),
                    word.place,
                    (*signs, *joined.signs) if is_before else (*joined.signs, *signs),
                )
        return joined


def is_short(word: FigureWord) -> bool:
    """Say whether recognition reads a word badly by itself."""
    return len(word.signs) < _LEAST_LETTERS


def _agreeing(signs: Sequence[tuple[str, int]], read: str) -> frozenset[int]:
    return frozenset(
        kind
        for (said, kind), other in zip(signs, read, strict=True)
        if kind != _OF_NO_MATTER and said == other
    )


def _news(word: FigureWord, missing: frozenset[int]) -> tuple[int, bool]:
    return len(word.kinds & missing), not is_short(word)


def _figures(glyphs: Sequence[Glyph]) -> list[str]:
    """Return each character that is a digit or of a currency, and nothing in place of others."""
    said = "".join(chr(glyph.code) for glyph in glyphs)
    figures = [_digit(character) for character in said]
    for match in _CURRENCIES.finditer(said):
        figures[match.start() : match.end()] = match.group()
    return figures


def _digit(character: str) -> str:
    """Return the digit that a character of any script means, as numbers are read; else nothing."""
    value = unicodedata.decimal(character, None)
    return "" if value is None else str(value)


def _signs(glyphs: Sequence[Glyph], kinds: Iterator[int]) -> Iterator[tuple[str, int]]:
    for glyph, figure in zip(glyphs, _figures(glyphs), strict=True):
        kind = next(kinds, _OF_NO_MATTER) if figure else _OF_NO_MATTER
        for character in folded(figure or chr(glyph.code)):
            yield character, kind


def _shapes(glyphs: Sequence[Glyph], difference: Image.Image) -> list[Shape] | None:
    """Return how a word's digits are drawn; None where they, or its marks, are not as they are."""
    shapes: list[Shape] = []
    marks: list[tuple[Shape, float]] = []
    for glyph, figure in zip(glyphs, _figures(glyphs), strict=True):
        most = _MARK_BY_DIGIT.get(chr(glyph.code))
        if glyph.box is None or not (figure or most):
            continue
        shape = shape_in(difference, glyph.box, *([_MARK_INSET] if most else []))
        if shape is None:
            return None
        if most:
            marks.append((shape, most))
        else:
            shapes.append(shape)
    heights = [shape.height for shape in shapes]
    # Where one drawing is said to be two characters, both have its box.
    if min(heights) < _LEAST_PIXELS or len({glyph.box for glyph in glyphs}) < len(glyphs):
        return None
    if any(mark.height > most * max(heights) for mark, most in marks):
        return None
    return shapes


def _is_neighbour(one: Draft, other: Draft) -> bool:
    size = min(one.box.height, other.box.height)
    overlap = min(one.box.bottom, other.box.bottom) - max(one.box.top, other.box.top)
    gap = max(one.box.left - other.box.right, other.box.left - one.box.right)
    return one.is_aside is other.is_aside is False and 2 * overlap > size and 0 <= gap < _GAP * size


def _joined(one: Draft, other: Draft) -> Draft:
    first, second = one.box, other.box
    box = PixelBox(
        min(first.left, second.left),
        min(first.top, second.top),
        max(first.right, second.right),
        max(first.bottom, second.bottom),
    )
    left, top = (min(one.shown[edge], other.shown[edge]) for edge in (0, 1))
    right, bottom = (max(one.shown[edge], other.shown[edge]) for edge in (2, 3))
    glyphs = one.glyphs + other.glyphs
    text = f"{one.text} {other.text}"
    return Draft(text, box, one.is_aside, (left, top, right, bottom), one.run, glyphs)
