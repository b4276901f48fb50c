"""What the words before a label say of it: whose number or date it announces. Pure."""

from typing import Final

from inkwell_extract.labels.known import OTHER_DOCUMENT
from inkwell_extract.page.rows import Row
from inkwell_extract.patterns import compiled
from inkwell_extract.values.folding import fold

_WORDS_OF_A_SENTENCE: Final = 3
"""Words before a label in its cell that make it part of a sentence: forms put labels first."""


def is_of_other_document(row: Row, start: int, end: int) -> bool:
    """Say whether words before a label make it one of a document that is only named here.

    Args:
        row: where the label stands.
        start: where it begins in the row's text.
        end: where it ends.
    """
    cell = _cell_start(row, start)
    other = compiled(OTHER_DOCUMENT).search(fold(row.text[cell:end]))
    return other is not None and cell + other.start() < start


def is_in_a_sentence(row: Row, start: int) -> bool:
    """Say whether a label stands behind some words of its cell, with no colon between."""
    before = row.text[_cell_start(row, start) : start].rpartition(":")[2]
    words = [word for word in before.split() if any(map(str.isalpha, word))]
    return len(words) >= _WORDS_OF_A_SENTENCE


def _cell_start(row: Row, start: int) -> int:
    words = row.words_at(start, start + 1)
    return row.start_of(row.cell_start(words.start)) if words else start
