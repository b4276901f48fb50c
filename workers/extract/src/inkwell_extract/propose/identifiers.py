"""Numbers that someone gave, such as ``RE-2024/17`` or ``74 1234 5678``, read whole. Pure."""

import re
from typing import Final

from inkwell_extract.page.rows import CELL_GAP, Row, Span
from inkwell_extract.values.shapes import identifier_at, is_loose

_DIGITS: Final = re.compile(r"\d{2,}")
_GROUPS: Final = 6
"""Most groups of digits that one number is printed in."""


def identifier_in(row: Row, first: int) -> range:
    """Return the words of a number that begins at a word, with the groups of digits that follow."""
    words = identifier_at(row, first)
    stop = words.stop
    while words and stop - words.start < _GROUPS and _is_next_group(row, stop):
        stop += 1
    return range(words.start, stop) if words else words


def goes_on_behind(span: Span) -> bool:
    """Say whether digits follow a number in its cell, so that the number may not be whole."""
    row, following = span.row, span.words.stop
    return (
        following < len(row.words)
        and row.gap_before(following) < CELL_GAP
        and row.words[following - 1].text[-1:].isdigit()
        and _DIGITS.fullmatch(row.words[following].text) is not None
    )


def _is_next_group(row: Row, index: int) -> bool:
    """Say whether a word is digits alone, close behind a word that ends with digits."""
    if index >= len(row.words) or not _DIGITS.fullmatch(row.words[index].text.rstrip(".,;")):
        return False
    is_behind_digits = row.words[index - 1].text[-1:].isdigit()
    return is_behind_digits and not is_loose(row, range(index - 1, index + 1))
