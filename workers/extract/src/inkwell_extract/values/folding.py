"""Text made comparable: lower case without accents, of the same length. Pure."""

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    base = unicodedata.normalize("NFD", character)[0]
    lower = base.lower()
    return lower if len(lower) == 1 else base


def fold(text: str) -> str:
    """Return the text in lower case without accents; character i stays character i."""
    return "".join(map(_fold_character, text))


def letters_and_digits(text: str) -> str:
    """Return the letters and digits of a text, folded: what is left when marks do not count."""
    return "".join(c for c in fold(unicodedata.normalize("NFKC", text)) if c.isalnum())
