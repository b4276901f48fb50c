"""Which spellings stand for a currency in a document: beside an amount or behind a label. Pure.

A code is a currency only where it stands as one. PEN in BALL PEN is none, BHD in SDN BHD neither.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from inkwell_extract.labels.known import CURRENCY, SUBTOTAL, TAX, TOTAL
from inkwell_extract.page.layout import Layout
from inkwell_extract.page.rows import CELL_GAP, Row, Span
from inkwell_extract.patterns import contains
from inkwell_extract.values.amounts import parse_amount
from inkwell_extract.values.currencies import (
    is_terse,
    meanings,
    normal_spelling,
    spellings,
)
from inkwell_extract.values.folding import fold, tail_of
from inkwell_extract.values.symbols import SIGNS

_MARKS: Final = "()[]{}:;,=*|"
_DOLLARS: Final = frozenset({"dollar", "dollars"})
_IN: Final = frozenset({"in", "en", "em", "i"})
_SUMS: Final = "|".join(label.pattern for known in (TOTAL, SUBTOTAL, TAX) for label in known.labels)
_CURRENCY_LABEL: Final = "|".join(label.pattern for label in CURRENCY.labels)
_ROWS_BELOW: Final = 3
_AMOUNT_WORDS: Final = 3
_PARTED: Final = re.compile(r"\d[.,:' ]\d")


def standing_spellings(layout: Layout) -> Counter[str]:
    """Count the spellings (as `currencies.meanings` knows them) that stand for a currency."""
    return Counter(
        spelling
        for row in layout.rows
        for index in range(len(row.words))
        for spelling in _standing(layout, row, index)
    )


def _standing(layout: Layout, row: Row, index: int) -> Iterator[str]:
    text = tail_of(row.words[index].text).strip(_MARKS)
    bare = normal_spelling(text)
    if fold(text) in _DOLLARS and index > 0:
        bare = normal_spelling(f"{row.words[index - 1].text} {text}")
    if not meanings(bare):
        # A sign, or a code glued to its amount: EUR12,00. EUR-Palette is none.
        is_amount = parse_amount(text) is not None
        yield from (s for s in spellings(text) if s in SIGNS or is_amount)
    elif _stands(layout, row, index, bare):
        yield bare


def _stands(layout: Layout, row: Row, index: int, spelling: str) -> bool:
    if spelling in SIGNS or _is_labelled(layout, row, index):
        return True
    if is_terse(spelling):
        return _is_money_of(row, index)
    first = index - spelling.count(" ")
    return (
        _is_beside(row, index)
        or _is_heading(layout, row, index)
        or _is_bracketed(row, index)
        or (first > 0 and fold(row.words[first - 1].text) in _IN)
    )


def _is_labelled(layout: Layout, row: Row, index: int) -> bool:
    """Say whether a label of a currency stands before a word or above it."""
    word = row.words[index].text
    head = len(word) - len(tail_of(word))
    before = fold(row.text[: row.start_of(index) + head])
    if contains(rf"(?:{_CURRENCY_LABEL})\W*$", before):
        return True
    above = layout.rows[row.index - 1] if row.index else None
    if above is None or above.page != row.page:
        return False
    box = row.words[index].box
    over = [w.text for w in above.words if w.box.right > box.left and w.box.left < box.right]
    return contains(_CURRENCY_LABEL, fold(" ".join(over)))


def _is_beside(row: Row, index: int) -> bool:
    """Say whether the word before or behind is an amount, in the next cell too."""
    return any(
        0 <= beside < len(row.words) and _is_amount(row.words[beside].text)
        for beside in (index - 1, index + 1)
    )


def _is_money_of(row: Row, index: int) -> bool:
    """Say whether a word that is a word elsewhere too stands as the currency of an amount.

    Before an amount it does so at the start of a cell or behind the label of a sum, and behind an
    amount; the cell ends with them.
    """
    if _ends_cell(row, index):
        starts = range(row.cell_start(index), index)
        return any(_is_money(row, range(start, index)) for start in starts[-_AMOUNT_WORDS:])
    before = fold(row.text[row.start_of(row.cell_start(index)) : row.start_of(index)]).strip()
    stops = range(index + 2, min(index + 2 + _AMOUNT_WORDS, len(row.words) + 1))
    return (not before or contains(_SUMS, before)) and any(
        _is_money(row, range(index + 1, stop)) and _ends_cell(row, stop - 1) for stop in stops
    )


def _ends_cell(row: Row, index: int) -> bool:
    return index + 1 == len(row.words) or row.gap_before(index + 1) > CELL_GAP


def _is_money(row: Row, words: range) -> bool:
    text = Span(row, words).text
    if any(map(str.isalpha, text)):
        return False
    return _PARTED.search(text) is not None and _is_amount(text)


def _is_amount(text: str) -> bool:
    return parse_amount(text.strip(_MARKS).rstrip(".")) is not None


def _is_heading(layout: Layout, row: Row, index: int) -> bool:
    """Say whether amounts with decimals stand below a word: "Price EUR"."""
    box = row.words[index].box
    return any(
        _is_money(below, range(position, position + 1))
        for below in layout.below(row, _ROWS_BELOW)
        for position, word in enumerate(below.words)
        if word.box.right > box.left and word.box.left < box.right
    )


def _is_bracketed(row: Row, index: int) -> bool:
    return row.words[index].text[:1] in "([" and row.words[index].text[-1:] in ")]:"
