"""Proposes what a tenant's own patterns match. Pure.

A pattern's white space matches a line break as well, though its writer thought of one line. Where
the lines of a form stand in columns, what follows a label in the text is then the first cell of
the next row, whatever column the label is in. So a match may run over a line break only into what
stands below, or where the pattern itself names the break.
"""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from inkwell_extract.page.layout import Layout
from inkwell_extract.page.rows import Span
from inkwell_extract.patterns import compiled
from inkwell_extract.propose.candidate import Candidate, Proposer
from inkwell_extract.propose.context import is_in_a_sentence, is_of_other_document
from inkwell_extract.propose.identifiers import goes_on_behind
from inkwell_extract.values.conventions import Conventions
from inkwell_extract.values.fields import WantedField

if TYPE_CHECKING:
    import re2

MAX_MATCHES: Final = 50
"""Matches of a pattern that are looked at."""

_NAMES_A_BREAK: Final = re.compile(r"\\n|\\r|\n|\(\?[a-zA-Z]*s")
_EDGE: Final = 0.02
"""Share of the page's width by which a value may begin left of the cell that it stands below."""


def by_patterns(
    layout: Layout, field: WantedField, patterns: Sequence[str], conventions: Conventions
) -> Iterator[Candidate]:
    """Yield what the patterns of a field match, in their order; it reads as the field's type."""
    for pattern in patterns:
        for match in _matches(layout, pattern):
            group = 1 if match.re.groups else 0
            text = match.group(group)
            value = field.read(text, conventions) if text else None
            if value is not None:
                spans = tuple(layout.locate(*match.span(group)))
                is_of_other, in_a_sentence = _context(layout, match)
                yield Candidate(
                    field.name,
                    value,
                    spans,
                    Proposer.PATTERN,
                    text,
                    goes_on=_goes_on(layout, match, group, spans),
                    of_other=is_of_other,
                    in_a_sentence=in_a_sentence,
                )


def _matches(layout: Layout, pattern: str) -> Iterator["re2._Match[str]"]:
    """Yield the matches that do not run from one cell into another row's."""
    may_break = _NAMES_A_BREAK.search(pattern) is not None
    start = 0
    for _ in range(MAX_MATCHES):
        match = compiled(pattern).search(layout.text, start)
        if match is None:
            return
        group = 1 if match.re.groups else 0
        value = layout.locate(*match.span(group))
        if may_break or _is_in_one_place(layout.locate(*match.span()), value):
            yield match
            start = max(match.end(), match.start() + 1)
        else:
            # What this match ran over may hold another one.
            start = match.start() + 1


def _is_in_one_place(whole: Sequence[Span], value: Sequence[Span]) -> bool:
    """Say whether a value stands in the row that its match begins in, or below its cell."""
    if not whole:
        return True
    row, words = whole[0].row, whole[0].words
    cell = Span(row, range(row.cell_start(words.start), words.stop)).box
    return all(
        span.row.index == row.index
        or (span.row.page == row.page and cell.left - _EDGE < span.box.left < cell.right)
        for span in value
    )


def _goes_on(layout: Layout, match: "re2._Match[str]", group: int, spans: Sequence[Span]) -> bool:
    """Say whether the word or the groups of digits that a value ends in go on behind it.

    Who names what follows the value has said where it ends.
    """
    end = match.end(group)
    if not spans or end != match.end():
        return False
    following = layout.text[end : end + 2]
    if re.match(r"[./_\\-]?[^\W_]", following):
        return True
    return following[:1].isspace() and goes_on_behind(spans[-1])


def _context(layout: Layout, match: "re2._Match[str]") -> tuple[bool, bool]:
    """Say whether a match is of another document, and whether it stands in a sentence."""
    begin = next(iter(layout.locate(match.start(), match.start() + 1)), None)
    if begin is None:
        return False, False
    row, start = begin.row, begin.row.start_of(begin.words.start)
    last = layout.locate(match.start(), match.end())[0].words[-1]
    end = row.start_of(last) + len(row.words[last].text)
    return is_of_other_document(row, start, end), is_in_a_sentence(row, start)
