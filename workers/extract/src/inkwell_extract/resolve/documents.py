"""Whether a file holds one document or more. Pure.

Two invoices scanned in one go read like one: the number of the first and the total of the last.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from inkwell_api.document import Finding, Severity
from inkwell_extract.labels.known import INVOICE_NUMBER, ISSUE_DATE, TOTAL
from inkwell_extract.page.layout import Layout
from inkwell_extract.patterns import contains
from inkwell_extract.propose.candidate import Candidate
from inkwell_extract.propose.proposals import Proposals
from inkwell_extract.values.folding import fold, letters_and_digits

MORE_THAN_ONE: Final = Finding(
    "more-than-one-document",
    Severity.ERROR,
    "the file holds more than one document: two parts of it have a number and sums of their own",
)

_SURE: Final = 5.0
"""Weight from which a label says that a number is the document's own."""

_FIRST_PAGE: Final = r"\b(?:page|seite|pagina|blatt)\s*:?\s*1\s*(?:of|von|de|sur|van|di|/)\s*\d+\b"


@dataclass(frozen=True, slots=True)
class _Part:
    """Rows from one number of a document's own to the next other one."""

    number: str
    rows: range


def has_more_than_one(layout: Layout, proposals: Proposals) -> bool:
    """Say whether two parts of a file are documents of their own."""
    firsts = {row.page for row in layout.rows if contains(_FIRST_PAGE, fold(row.text))}
    if len(firsts) > 1:
        return True
    numbers = [
        c
        for c in proposals.helping[INVOICE_NUMBER]
        if c.clue and c.clue.weight >= _SURE and not c.clue.in_a_sentence
    ]
    return _are_documents(list(_parts(layout, numbers)), proposals)


def _are_documents(parts: Sequence[_Part], proposals: Proposals) -> bool:
    """Say whether at least two different numbers have a date or a total of their own."""
    own = {
        part.number
        for part in parts
        if any(
            c.spans[0].row.index in part.rows
            for known in (TOTAL, ISSUE_DATE)
            for c in proposals.helping[known]
        )
    }
    return len(own) > 1


def _parts(layout: Layout, numbers: Sequence[Candidate]) -> Iterator[_Part]:
    """Yield where another number than the last begins a part, from the top down."""
    starts: list[tuple[str, int]] = []
    for candidate in sorted(numbers, key=lambda c: c.spans[0].row.index):
        number = letters_and_digits(str(candidate.value))
        row = candidate.spans[0].row
        if number and (not starts or starts[-1][0] != number):
            before = layout.rows[starts[-1][1]].page if starts else 0
            # What stands above the first number of a page belongs to it.
            first = next(each.index for each in layout.rows if each.page == row.page)
            starts.append((number, row.index if before == row.page else first))
    for index, (number, start) in enumerate(starts):
        is_last = index + 1 == len(starts)
        yield _Part(number, range(start, len(layout.rows) if is_last else starts[index + 1][1]))
