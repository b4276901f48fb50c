"""Which words of a row stand in which column of a table, and what they say there. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from inkwell_extract.labels.columns import Column
from inkwell_extract.page.rows import Row, Span
from inkwell_extract.propose.tables_headings import Head, runs
from inkwell_extract.values.conventions import Conventions
from inkwell_extract.values.currencies import meanings, normal_spelling
from inkwell_extract.values.folding import without_marks

NUMBERS: Final = frozenset(
    {Column.QUANTITY, Column.UNIT_PRICE, Column.DISCOUNT, Column.TAX_RATE, Column.AMOUNT}
)
_TEXTS: Final = frozenset({Column.DESCRIPTION, Column.ARTICLE, Column.UNIT})
_OF_RATES: Final = re.compile(r"%|rate|satz|taux|tarie?f|tipo|aliquot|taxa|percent")
_QUANTITY: Final = re.compile(r"(?P<number>[+-]?\d[\d.,' ]*)\s*(?P<unit>[^\W\d_][\w.²³/]*)?")
_TAIL: Final = re.compile(r"(?<=\d) ?(?:[A-Z]{1,2}|[*%#])$")
"""The letter of a tax, which tills and shops print behind an amount."""

_MOST_PERCENT: Final = 100


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell of a row of items says.

    Attributes:
        values: what its words may mean, likeliest first; empty where they read as nothing.
        span: the words.
    """

    values: tuple[Decimal | str, ...]
    span: Span


def cells(row: Row, heads: Sequence[Head], conventions: Conventions) -> dict[int, Cell]:
    """Return the cells of a row by the number of their column."""
    found: dict[int, Cell] = {}
    for number, words in _words_of_columns(row, heads).items():
        span = Span(row, range(words[0], words[-1] + 1))
        found[number] = read_cell(span, heads[number], conventions)
    return found


def read_cell(span: Span, head: Head, conventions: Conventions) -> Cell:
    """Return what some words say in a column."""
    match head.column:
        case Column.QUANTITY | Column.UNIT_PRICE | Column.AMOUNT | Column.POSITION:
            return _number(span, head.column, conventions)
        case Column.DISCOUNT:
            return Cell(_rate(span.text, conventions) or money(span.text, conventions), span)
        case Column.TAX_RATE:
            is_rate = "%" in span.text or _OF_RATES.search(head.text) is not None
            return Cell(_rate(span.text, conventions) if is_rate else (), span)
        case _:
            return Cell((span.text,), span)


def _number(span: Span, column: Column, conventions: Conventions) -> Cell:
    """Return a number; a quantity's unit is left out of its words."""
    read = money(span.text, conventions)
    if read or column is not Column.QUANTITY:
        return Cell(read, span)
    for count in range(len(span.words), 0, -1):
        part = Span(span.row, span.words[:count])
        match = _QUANTITY.fullmatch(part.text)
        read = money(match["number"].strip(), conventions) if match else ()
        if read:
            return Cell(read, part)
    return Cell((), span)


def money(text: str, conventions: Conventions) -> tuple[Decimal | str, ...]:
    """Return the numbers that a text may be, without the letter of a tax behind it."""
    for form in (text, _TAIL.sub("", text)):
        reading = conventions.read_amount(without_marks(form, " ,;:"))
        if reading is not None:
            return reading.values
    return ()


def _rate(text: str, conventions: Conventions) -> tuple[Decimal | str, ...]:
    if "%" not in text and not re.fullmatch(r"-?\d{1,2}(?:[.,]\d{1,2})?", text.strip()):
        return ()
    reading = conventions.read_amount(text.replace("%", "").strip(" ()"))
    if reading is None:
        return ()
    return tuple(value for value in reading.values if abs(value) <= _MOST_PERCENT)


def _words_of_columns(row: Row, heads: Sequence[Head]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for words in runs(row):
        span = Span(row, words)
        under = [number for number, head in enumerate(heads) if _overlap(span, head) > 0]
        if len(under) > 1:
            for index, number in _parted(row, words, heads, under):
                found.setdefault(number, []).append(index)
        else:
            nearest = under[0] if under else _nearest(span, heads)
            if nearest is not None:
                found.setdefault(nearest, []).extend(words)
    return found


def _parted(
    row: Row, words: range, heads: Sequence[Head], under: Sequence[int]
) -> list[tuple[int, int]]:
    """Return word by word which of several columns it stands in; text stays with its text."""
    found: list[tuple[int, int]] = []
    for index in words:
        span = Span(row, range(index, index + 1))
        number = max(under, key=lambda n: (_overlap(span, heads[n]), -_distance(span, heads[n])))
        before = found[-1][1] if found else None
        is_text = not has_digit(span.text) and not is_sign(span.text)
        if is_text and heads[number].column in NUMBERS:
            texts = [n for n in under if heads[n].column not in NUMBERS]
            if before is not None and heads[before].column not in NUMBERS:
                number = before
            elif texts:
                number = min(texts, key=lambda n: _distance(span, heads[n]))
        elif before is not None and _overlap(span, heads[number]) <= 0:
            number = before
        found.append((index, number))
    return found


def _nearest(span: Span, heads: Sequence[Head]) -> int | None:
    """Return the column of words that stand under no heading: numbers and texts apart."""
    is_number = has_digit(span.text) and not re.search(r"[^\W\d_]{3}", span.text)
    kinds = NUMBERS if is_number else _TEXTS
    among = [n for n, head in enumerate(heads) if head.column in kinds or head.column is None]
    texts = [n for n in among if heads[n].column is not None]
    if not texts:
        return None
    if not is_number:
        left = [n for n in texts if heads[n].left <= span.box.left]
        return max(left, key=lambda n: heads[n].left) if left else texts[0]
    nearest = min(among, key=lambda n: _distance(span, heads[n]))
    beyond = [head for head in heads if _is_between(head, span, heads[nearest])]
    return None if beyond else nearest


def _is_between(head: Head, span: Span, other: Head) -> bool:
    box = span.box
    return (box.right <= head.left and head.right <= other.left) or (
        other.right <= head.left and head.right <= box.left
    )


def _overlap(span: Span, head: Head) -> float:
    return min(span.box.right, head.right) - max(span.box.left, head.left)


def _distance(span: Span, head: Head) -> float:
    return max(head.left - span.box.right, span.box.left - head.right, 0.0)


def has_digit(text: str) -> bool:
    """Say whether a digit stands in a text."""
    return any(map(str.isdigit, text))


def is_sign(text: str) -> bool:
    """Say whether a word is a currency or a mark beside a number."""
    return bool(meanings(normal_spelling(text.strip(".,")))) or not any(map(str.isalpha, text))
