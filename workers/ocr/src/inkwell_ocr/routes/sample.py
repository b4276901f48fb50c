"""Compares words of a text layer with what recognition reads where they are drawn. Pure.

What a character means is said by its font, and each font may say it wrongly. So the sample has
words of every font, and of each those with the most different characters, digits before letters.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from inkwell_ocr.glyphs import Run
from inkwell_ocr.routes.textlayer import Draft

_WORDS: Final = 6
"""Each costs some ten milliseconds; a page of more fonts has one of each."""

_MOST_FONTS: Final = 8
_MOST_LOOKED_AT: Final = 300
"""Words of a font that are weighed for the sample."""

_LENGTHS: Final = range(3, 15)
_HEIGHTS: Final = (5.0, 48.0)
"""Points; lettering that is smaller or larger is misread more often."""

_SURE: Final = 0.7
"""Confidence of the recognition from which its word counts against that of the text layer."""

_UNLIKE: Final = 0.5
"""Likeness below which two words are not the same one misread."""

_CONFUSED: Final = str.maketrans(
    {"o": "0", "l": "1", "i": "1", "j": "1", "t": "1", "f": "1", "s": "5", "z": "2", "b": "8"}
    | {"g": "9", "q": "9"}
)
"""Letters and digits that recognition takes for each other, as one of them."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A word of the sample as recognition reads it.

    Attributes:
        said: by the text layer.
        read: by recognition, empty where it saw nothing.
        confidence: of the recognition, 0 to 1.
        font: that it is drawn in.
    """

    said: str
    read: str
    confidence: float
    font: int


def choose(drafts: Sequence[Draft], runs: Sequence[Run]) -> list[Draft]:
    """Return the words that tell most about whether the text layer says what is drawn."""
    by_font: defaultdict[int, list[Draft]] = defaultdict(list)
    for draft in drafts:
        if (
            not draft.is_aside
            and len(draft.text) in _LENGTHS
            and _HEIGHTS[0] <= draft.box.height <= _HEIGHTS[1]
            and sum(map(str.isalnum, draft.text)) >= _LENGTHS.start
        ):
            by_font[runs[draft.run].font].append(draft)
    fonts = sorted(by_font, key=lambda font: -len(by_font[font]))[:_MOST_FONTS]
    chosen: list[Draft] = []
    for place, font in enumerate(fonts):
        share = (_WORDS - len(chosen)) // (len(fonts) - place)
        chosen += _most_telling(by_font[font], max(share, 1))
    return chosen


def contradicts(readings: Sequence[Reading]) -> bool:
    """Say whether recognition, where it is sure, reads other words than the text layer says."""
    by_font: defaultdict[int, list[Reading]] = defaultdict(list)
    for reading in readings:
        if reading.confidence >= _SURE:
            by_font[reading.font].append(reading)
    return any(_is_other_text(of_font) or _is_other_number(of_font) for of_font in by_font.values())


def _most_telling(drafts: list[Draft], count: int) -> list[Draft]:
    step = max(len(drafts) // _MOST_LOOKED_AT, 1)
    open_words = drafts[::step]
    seen: set[str] = set()
    chosen: list[Draft] = []
    while open_words and len(chosen) < count:
        best = max(open_words, key=lambda draft: _news(draft.text, seen))
        if not _news(best.text, seen):
            break
        seen |= set(best.text)
        chosen.append(best)
        open_words.remove(best)
    return chosen


def _news(text: str, seen: set[str]) -> int:
    return sum(2 if character.isdigit() else 1 for character in set(text) - seen)


def _is_other_text(readings: Sequence[Reading]) -> bool:
    unlike = sum(_likeness(reading.said, reading.read) < _UNLIKE for reading in readings)
    return unlike > len(readings) / 2


def _is_other_number(readings: Sequence[Reading]) -> bool:
    """Say whether digits are read as other digits, each time the same: a map of them is wrong."""
    read_as: defaultdict[str, list[str]] = defaultdict(list)
    for reading in readings:
        said, read = (
            [character for character in text if character.isdigit()]
            for text in (reading.said, reading.read)
        )
        if len(said) == len(read):
            for one, other in zip(said, read, strict=True):
                read_as[one].append(other)
    wrong = [
        digit for digit, others in read_as.items() if len(set(others)) == 1 and others[0] != digit
    ]
    return len(wrong) > 1 or any(len(read_as[digit]) > 1 for digit in wrong)


def _likeness(said: str, read: str) -> float:
    return SequenceMatcher(None, folded(said), folded(read), autojunk=False).ratio()


def folded(text: str) -> str:
    """Return the letters and digits of a text, those that are taken for each other as one."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(filter(str.isalnum, plain)).translate(_CONFUSED)
