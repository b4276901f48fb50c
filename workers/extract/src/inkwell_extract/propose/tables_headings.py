"""Finds the rows that name the columns of a table of line items. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from inkwell_extract.labels.columns import HEADINGS, QUALIFIED, Column
from inkwell_extract.page.layout import Layout
from inkwell_extract.page.rows import Row, Span
from inkwell_extract.patterns import compiled
from inkwell_extract.values.amounts import looks_like_money
from inkwell_extract.values.folding import fold

APART: Final = 1.0
"""Gap, in heights of a row, that no space within a cell has; narrow tables have no wider ones."""

_MONEY: Final = frozenset({Column.AMOUNT, Column.UNIT_PRICE})
_OF_ITEMS: Final = frozenset({Column.DESCRIPTION, Column.QUANTITY, Column.ARTICLE, Column.POSITION})
_MOST_OTHER_WORDS: Final = 4
"""Words of a heading that name no column, beyond as many as do: more make a sentence."""

_MOST_WORDS: Final = 60
"""Words of a row of headings; a longer one is a text, or an attempt to keep us busy."""


@dataclass(frozen=True, slots=True)
class Head:
    """One column's heading.

    Attributes:
        column: what it holds; None for what no line item has.
        text: its words, folded.
        left: where they begin, as a fraction of the page's width.
        right: where they end.
    """

    column: Column | None
    text: str
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Heading:
    """A row of headings, from left to right."""

    row: Row
    heads: tuple[Head, ...]

    @property
    def columns(self) -> tuple[Column | None, ...]:
        """What the columns hold."""
        return tuple(head.column for head in self.heads)


def headings(layout: Layout) -> Iterator[Heading]:
    """Yield the rows that head a table of line items, from the top down."""
    above: Row | None = None
    for row in layout.rows:
        if not 1 < len(row.words) <= _MOST_WORDS:
            above = None
            continue
        alone = tuple(_heads(row))
        both = _stacked(above, row) if above is not None else ()
        heads = both if _named(both) > _named(alone) else alone
        if _are_headings(heads) and not has_money(row):
            yield Heading(row, heads)
        above = row


def names_columns(row: Row) -> bool:
    """Say whether a row heads some table: it names columns and holds no number."""
    if not 1 < len(row.words) <= _MOST_WORDS or any(map(str.isdigit, row.text)):
        return False
    return _named(tuple(_heads(row))) > 1


def has_money(row: Row) -> bool:
    """Say whether an amount stands in a row: then it heads nothing."""
    return any(looks_like_money(word.text) for word in row.words)


def _named(heads: Sequence[Head]) -> int:
    return len({head.column for head in heads} - {None})


def _are_headings(heads: Sequence[Head]) -> bool:
    named = {head.column for head in heads}
    words = [(len(head.text.split()), head.column is not None) for head in heads]
    others = sum(count for count, is_named in words if not is_named)
    return (
        bool(named & _MONEY)
        and bool(named & _OF_ITEMS)
        and others <= sum(count for count, is_named in words if is_named) + _MOST_OTHER_WORDS
    )


def _stacked(above: Row, row: Row) -> tuple[Head, ...]:
    """Return headings that go over two rows: what stands above a word belongs to it."""
    gap = min(w.box.top for w in row.words) - max(w.box.bottom for w in above.words)
    if above.page != row.page or gap > row.height or has_money(above):
        return ()
    upper, lower = list(_heads(above)), list(_heads(row))
    if not upper or not any(head.column for head in upper):
        return ()
    joined: list[Head] = []
    for head in lower:
        over = [each for each in upper if each.left < head.right and head.left < each.right]
        upper = [each for each in upper if each not in over]
        joined.append(_joined((*over, head)))
    return tuple(sorted((*upper, *joined), key=lambda head: head.left))


def _joined(parts: Sequence[Head]) -> Head:
    text = " ".join(part.text for part in parts)
    together = [column for _, _, _, column in _matches(text)]
    named = [part.column for part in parts if part.column is not None]
    column = next(iter((*together[:1], *named)), None)
    return Head(column, text, min(p.left for p in parts), max(p.right for p in parts))


def _heads(row: Row) -> Iterator[Head]:
    named = _named_words(row)
    groups: list[tuple[Column | None, list[int]]] = []
    for index in range(len(row.words)):
        column, number = named.get(index, (None, -1))
        is_near = index > 0 and row.gap_before(index) < APART
        same = bool(groups) and named.get(index - 1, (None, -1)) == (column, number)
        if groups and ((same and (is_near or column is not None)) or (is_near and column is None)):
            groups[-1][1].append(index)
        elif groups and is_near and groups[-1][0] is None:
            # "Our price": what stands before the name belongs to it.
            groups[-1] = (column, [*groups[-1][1], index])
        else:
            groups.append((column, [index]))
    for column, words in groups:
        span = Span(row, range(words[0], words[-1] + 1))
        yield Head(column, fold(span.text), span.box.left, span.box.right)


def _named_words(row: Row) -> dict[int, tuple[Column, int]]:
    """Return the words that name columns, with the column and which match of the row it is."""
    named: dict[int, tuple[Column, int]] = {}
    number = 0
    for words in runs(row):
        # Two headings side by side may read like one: `Item   Price`.
        offset = row.start_of(words[0])
        for _, start, end, column in _matches(fold(Span(row, words).text)):
            touched = row.words_at(offset + start, offset + end)
            number += 1
            if not any(index in named for index in touched):
                named |= dict.fromkeys(touched, (column, number))
    return named


def runs(row: Row) -> list[range]:
    """Return the words of a row that no gap of a table parts."""
    starts = [i for i in range(len(row.words)) if i == 0 or row.gap_before(i) >= APART]
    return [
        range(start, end) for start, end in zip(starts, [*starts[1:], len(row.words)], strict=True)
    ]


def _matches(text: str) -> list[tuple[int, int, int, Column]]:
    """Return length, start, end and column of what names columns in a text, the longest first."""
    # A tax that only says of which amount another column is does not name one.
    bare = _blank(text, QUALIFIED)
    return sorted(
        (
            (match.end() - match.start(), match.start(), match.end(), column)
            for column in Column
            for match in compiled(_pattern(column)).finditer(bare)
            if match.end() > match.start()
        ),
        key=lambda found: (-found[0], found[1]),
    )


def _blank(text: str, pattern: str) -> str:
    for match in compiled(pattern).finditer(text):
        text = text[: match.start()] + " " * (match.end() - match.start()) + text[match.end() :]
    return text


@cache
def _pattern(column: Column) -> str:
    return "|".join(HEADINGS[column].values())
