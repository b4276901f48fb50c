"""Whether the items of a result are all that the page has. Pure.

A table of the page is proven by its own sums. A model that leaves out rows leaves no trace in what
it answers, so the rows of the page are counted: those between the first item and the sums that
have an amount in the items' column. Its amounts have to make a sum of the document as well.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from inkwell_api.document import Box, ExtractedField, Finding, Origin, Severity
from inkwell_extract.propose.candidate import Candidate
from inkwell_extract.propose.proposals import HELPING_SUMS, Proposals
from inkwell_extract.propose.tables_proof import sums_of
from inkwell_extract.resolve.line_items import (
    ListedItems,
    answered_rows,
    makes_no_sum,
    unproven,
)
from inkwell_extract.validation import pointer
from inkwell_extract.values.fields import as_decimal

_MIN_ITEMS: Final = 1


def incomplete(
    result: Mapping[str, Any],
    fields: Mapping[str, ExtractedField],
    proposals: Proposals,
    tables: Mapping[str, ListedItems],
    unanswered: Mapping[str, Sequence[int]],
) -> Iterator[Finding]:
    """Yield a finding for each list of items that may not be all of the page's.

    Args:
        result: with all its lists.
        fields: where each value stands.
        proposals: every amount of the page.
        tables: lists that a table of the page gave.
        unanswered: by list, the pages some rows of which the model did not answer.
    """
    for table in tables.values():
        yield from table.findings
    for name, pages in unanswered.items():
        if name not in tables:
            yield _missing(name, f"rows of {_pages(pages)} were not all answered")
    others = {n: v for n, v in result.items() if n not in tables}
    yield from _missing_rows(others, fields, proposals)
    sums = sums_of(proposals.helping)
    for name, items in others.items():
        rows = answered_rows(items)
        if _is_of_model(name, fields) and makes_no_sum(name, rows, sums):
            yield unproven(name)


def _missing(name: str, message: str) -> Finding:
    return Finding("rows-missing", Severity.ERROR, message, pointer((name,)))


def _pages(pages: Sequence[int]) -> str:
    """Return numbers of pages in words."""
    if len(pages) == 1:
        return f"page {pages[0]}"
    return f"pages {min(pages)} to {max(pages)}"


def _is_of_model(name: str, fields: Mapping[str, ExtractedField]) -> bool:
    place = pointer((name,)) + "/"
    return any(
        field.origin is Origin.MODEL for path, field in fields.items() if path.startswith(place)
    )


def _missing_rows(
    result: Mapping[str, Any], fields: Mapping[str, ExtractedField], proposals: Proposals
) -> Iterator[Finding]:
    """Yield a finding for each list of items that has fewer items than the page has rows."""
    for name, items in result.items():
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            continue
        given = _places(name, items, fields)
        rows = _rows_of_the_page(given, proposals)
        if given and rows > len(items):
            yield _missing(
                name, f"the page has {rows} rows of items, and the result has {len(items)}"
            )


def _places(
    name: str, items: Sequence[Mapping[str, Any]], fields: Mapping[str, ExtractedField]
) -> list[tuple[int, Box]]:
    """Return page and box of the amounts that items have, of the one that stands farthest right."""
    found = []
    for number, item in enumerate(items):
        amounts = [key for key, value in item.items() if as_decimal(value) is not None]
        evidence = [
            fields[place].evidence
            for key in amounts
            if (place := pointer((name, number, key))) in fields
        ]
        boxes = [(each.page or 0, each.box) for each in evidence if each.box is not None]
        if boxes:
            found.append(max(boxes, key=lambda place: place[1].right))
    return found


def _rows_of_the_page(given: Sequence[tuple[int, Box]], proposals: Proposals) -> int:
    """Return how many rows below the first item have an amount in the items' column."""
    if len(given) < _MIN_ITEMS:
        return 0
    first_page, first = min(given, key=lambda place: (place[0], place[1].top))
    sums = [c.spans[0].row.index for known in HELPING_SUMS for c in proposals.helping[known]]
    rows = {c.spans[0].row.index for c in proposals.amounts if _stands_below(c, first_page, first)}
    starts = min(rows, default=0)
    end = min((row for row in sums if row > starts), default=None)
    return sum(end is None or row < end for row in rows)


def _stands_below(candidate: Candidate, page: int, first: Box) -> bool:
    span = candidate.spans[0]
    is_in_column = span.box.right > first.left and span.box.left < first.right
    is_later = span.row.page > page
    is_lower = span.row.page == page and span.box.bottom > first.top
    return is_in_column and (is_later or is_lower)
