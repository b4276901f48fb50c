"""Text made comparable: lower case without accents, of the same length. Pure."""

# ruff: noqa: RUF001 -- full-width characters, and apostrophes as people type them

import re
import unicodedata
from functools import lru_cache
from typing import Final

_BEFORE_A_VALUE: Final = re.compile(r"^.*[^\W\d_][.)\]]?[:=](?=\S)")
_TORN: Final = re.compile(r"[.,'’]\d{3}(?!\d)")
_NARROW: Final = str.maketrans(
    "０１２３４５６７８９．，：（）＋－／￥＄　、’‘´`\u066b\u066c\u00a0\u2009\u202f",
    "0123456789.,:()+-/¥$ ,''''.,   ",
)


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    base = unicodedata.normalize("NFD", character)[0]
    lower = base.lower()
    return lower if len(lower) == 1 else base


def fold(text: str) -> str:
    """Return the text in lower case without accents; character i stays character i."""
    return "".join(map(_fold_character, text))


def narrow(text: str) -> str:
    """Return the text with narrow digits and marks for full-width ones, and with plain spaces.

    Raised and circled digits stay what they are: 12² is not 122, as it were by NFKC.
    """
    # Most words are plain, and a table looks at every character of them.
    return text if text.isascii() and "`" not in text else text.translate(_NARROW)


def tail_of(text: str) -> str:
    """Return what stands behind a label that is glued to its value: ACME of ``Kunde:ACME``."""
    return _BEFORE_A_VALUE.sub("", text)


def without_marks(text: str, marks: str) -> str:
    """Return the text without some marks around it, but for one that parts a group of digits.

    Behind a digit that was not read, ``1,200.00`` is ``,200.00``, and by no means 200.00. A mark
    that stands at both ends quotes.
    """
    behind = text.rstrip(marks)
    at_end = text[len(behind) :]
    for index, character in enumerate(behind):
        is_torn = character not in at_end and _TORN.match(behind, index)
        if character not in marks or is_torn:
            return behind[index:]
    return ""


def letters_and_digits(text: str) -> str:
    """Return the letters and digits of a text, folded: what is left when marks do not count."""
    return "".join(c for c in fold(unicodedata.normalize("NFKC", text)) if c.isalnum())
