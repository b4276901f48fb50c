"""Finds who sent an invoice: a name with a legal form that is no customer's. Pure."""

# ruff: noqa: RUF001 -- dashes, quotation marks and apostrophes as people type them

from collections.abc import Iterator, Sequence
from typing import Final

from inkwell_extract.labels.known import CUSTOMER_SIDE
from inkwell_extract.page.layout import Layout
from inkwell_extract.page.rows import CELL_GAP, Row, Span
from inkwell_extract.patterns import compiled, contains
from inkwell_extract.propose.candidates import Candidate, Found
from inkwell_extract.values.folding import fold

_LEGAL_FORM: Final = (
    r"\b(?:gmbh(?: & co\.? kg)?|ag|kg|ohg|ug|inc|llc|ltd|limited|corp|corporation|"
    r"plc|llp|b\.?v|n\.?v|s\.a|sa"
    r"|sarl|sas|sasu|eurl|s\.?r\.?l|s\.p\.a|spa|oy|ab|aps|a/s|a\.g)(?:\.|\b)"
)
_REACH: Final = 0.12
"""Share of the page's height below a customer's label that may still be the customer's address."""

_BEFORE_A_NAME: Final = r"^(?:[^:]{2,20}:|\d+)\s*"
_AFTER_A_NAME: Final = r" [-–|•●·] |,? \d{4,5}\b"
_MIN_LETTERS: Final = 3
_PAGES: Final = 2


def find_vendor(layout: Layout, labelled: Sequence[Candidate]) -> Found | None:
    """Return the seller's name, or None.

    Args:
        layout: the document.
        labelled: names that stand beside a seller's label, best first.
    """
    for candidate in labelled:
        name = _name(candidate.span)
        if name is not None:
            return name
    customers: list[Span] = []
    for row in layout.rows:
        if row.page > _PAGES:
            break
        for cell in cells(row):
            if contains(CUSTOMER_SIDE, fold(cell.text)):
                customers.append(cell)
            elif not any(_is_under(cell, customer) for customer in customers):
                name = _name(cell)
                if name is not None:
                    return name
    return None


def cells(row: Row) -> Iterator[Span]:
    """Yield the parts of a row that wide gaps part."""
    start = 0
    for index in range(1, len(row.words) + 1):
        if index == len(row.words) or row.gap_before(index) > CELL_GAP:
            yield Span(row, range(start, index))
            start = index


def _is_under(cell: Span, label: Span) -> bool:
    return (
        cell.row.page == label.row.page
        and cell.box.top - label.box.bottom <= _REACH
        and cell.box.left < label.box.right + 0.1
        and cell.box.right > label.box.left - 0.02
    )


def _name(cell: Span) -> Found | None:
    """Return the name in a cell, up to its legal form, which it must have."""
    text = cell.text
    form = compiled(_LEGAL_FORM).search(fold(text))
    if form is None:
        return None
    start = compiled(_BEFORE_A_NAME).search(text[: form.start()])
    begin = start.end() if start else 0
    end = compiled(_AFTER_A_NAME).search(text[begin:])
    if end is not None and begin + end.start() < form.start():
        return None
    name = text[begin : form.end()].strip(" ,;:")
    if sum(c.isalpha() for c in text[begin : form.start()]) < _MIN_LETTERS:
        return None
    offset = cell.row.start_of(cell.words.start)
    return Found(name, (Span(cell.row, cell.row.words_at(offset + begin, offset + form.end())),))
