"""What the codes of characters mean, and whether a text layer's codes mean anything. Pure."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import Final

from inkwell_ocr.glyphs import Glyph

_MIN_CHARACTERS: Final = 16
"""Letters and digits below which a text layer is taken for a stamp or a page number."""

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


def has_enough(glyphs: Sequence[Glyph]) -> bool:
    """Say whether there are more letters and digits than on a stamp."""
    told = (g for g in glyphs if g.box is not None and _is_alphanumeric(g.code))
    return sum(1 for _ in islice(told, _MIN_CHARACTERS)) == _MIN_CHARACTERS


def is_mapped(glyphs: Sequence[Glyph]) -> bool:
    """Say whether the file says of nearly all characters what they mean."""
    # A page has thousands of characters, but few different ones.
    shown = Counter((glyph.code, glyph.is_mapped) for glyph in glyphs if glyph.box is not None)
    strange = sum(
        count for (code, is_told), count in shown.items() if not is_told or _is_strange(code)
    )
    alphanumeric = sum(count for (code, _), count in shown.items() if _is_alphanumeric(code))
    count = shown.total()
    return (
        strange <= _MAX_UNMAPPED_SHARE * count and alphanumeric >= _MIN_ALPHANUMERIC_SHARE * count
    )


def decode(codes: Sequence[int]) -> str:
    """Return the text that codes stand for, composed, without control characters."""
    plain = "".join(map(chr, codes))
    if plain.isascii() and plain.isprintable():
        return plain
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
