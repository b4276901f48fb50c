"""Proposes who sent a document: names with a legal form, and what stands at its top. Pure."""

# ruff: noqa: RUF001 -- dashes, quotation marks and apostrophes as people type them

from collections.abc import Iterator, Sequence
from typing import Final

from inkwell_extract.labels.firms import LEGAL_FORM
from inkwell_extract.labels.known import CUSTOMER_SIDE, VENDOR
from inkwell_extract.page.layout import Layout
from inkwell_extract.page.rows import CELL_GAP, Row, Span
from inkwell_extract.patterns import compiled, contains
from inkwell_extract.propose.candidate import Candidate, Clue, Proposer
from inkwell_extract.values.fields import WantedField
from inkwell_extract.values.folding import fold

_LABELLED: Final = r"^\W*(?:[^:]{2,20}:|\d+[.)]|\d{4,})\s*"
_REACH: Final = 0.12
"""Share of the page's height below a customer's label that may still be the customer's address."""

_AFTER_A_NAME: Final = r" [-–|•●·] |,? \d{4,5}\b"
_MIN_LETTERS: Final = 3
_MAX_NAME_WORDS: Final = 8
_PAGES: Final = 2
_ROWS_AT_THE_TOP: Final = 6


def names(layout: Layout, field: WantedField, labelled: Sequence[Candidate]) -> list[Candidate]:
    """Return the names that may be the seller's: labelled ones, firms, and the document's first.

    Args:
        layout: the document.
        field: the property that wants a seller.
        labelled: what stands beside a seller's label.
    """
    found = [_of_label(candidate) for candidate in labelled]
    for cell, above, clue in seller_cells(layout):
        found += _of_cell(cell, above, field, clue)
    return [candidate for candidate in found if candidate is not None]


def seller_cells(layout: Layout) -> Iterator[tuple[Span, Row | None, Clue | None]]:
    """Yield the cells of the first pages that are no customer's, and announce nobody.

    With each come the row above it and the seller's label that it stands under.
    """
    customers: list[Span] = []
    sellers: list[tuple[Span, Clue]] = []
    above: Row | None = None
    for row in layout.rows:
        if row.page > _PAGES:
            break
        for cell in cells(row):
            announced = _announcement(cell)
            if announced is not None:
                sellers.append((cell, announced))
            elif contains(CUSTOMER_SIDE, fold(cell.text)):
                customers.append(cell)
            elif not any(_is_under(cell, customer) for customer in customers):
                clues = (clue for label, clue in reversed(sellers) if _is_under(cell, label))
                yield cell, above, next(clues, None)
        above = row


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


def _of_label(candidate: Candidate) -> Candidate | None:
    """Return the name beside a label, up to its legal form where it has one."""
    firm = _firm(candidate.spans[0], candidate.field, candidate.clue)
    if firm is not None:
        return firm
    return candidate if _is_name(candidate.spans[0]) else None


def _announcement(cell: Span) -> Clue | None:
    """Return what a cell says when it is a seller's label and nothing else.

    The name may stand some rows below, among numbers and addresses that are labelled in turn.
    """
    text = fold(cell.text).strip(" :")
    for label in VENDOR.labels:
        if compiled(label.pattern).fullmatch(text):
            return Clue(text, label.weight, is_beside=False)
    return None


def _of_cell(
    cell: Span, above: Row | None, field: WantedField, clue: Clue | None
) -> Iterator[Candidate]:
    firm = _firm_of_two_rows(cell, above, field.name) or _firm(cell, field.name, clue)
    if firm is not None:
        yield firm
    elif cell.row.index < _ROWS_AT_THE_TOP and _is_name(cell):
        yield Candidate(field.name, cell.text, (cell,), Proposer.PAGE, cell.text)


def _firm(cell: Span, field: str, clue: Clue | None = None) -> Candidate | None:
    """Return the name in a cell up to its legal form, or None when it has none."""
    text = cell.text
    start = compiled(_LABELLED).search(text)
    begin = start.end() if start else 0
    forms = list(compiled(LEGAL_FORM).finditer(fold(text), begin))
    if not forms:
        return None
    form = forms[-1]  # A name may hold two: Huber Enterprise (Nord) GmbH.
    end = compiled(_AFTER_A_NAME).search(text, begin)
    if end is not None and end.start() < form.start():
        return None
    name = text[begin : form.end()].strip(" ,;:")
    if sum(c.isalpha() for c in text[begin : form.start()]) < _MIN_LETTERS:
        return None
    offset = cell.row.start_of(cell.words.start)
    words = cell.row.words_at(offset + begin, offset + form.end())
    if len(words) > _MAX_NAME_WORDS:
        return None
    return Candidate(field, name, (Span(cell.row, words),), Proposer.LABEL, name, clue)


def _firm_of_two_rows(cell: Span, above: Row | None, field: str) -> Candidate | None:
    """Return a name whose legal form begins the next row, as a till's narrow paper makes it."""
    form = compiled(rf"(?:\([^)]*\) ?)?{LEGAL_FORM}").match(fold(cell.text))
    if form is None or above is None or above.page != cell.row.page:
        return None
    first = next((each for each in cells(above) if each.box.right > cell.box.left), None)
    if first is None or not _is_name(first):
        return None
    words = cell.row.words_at(
        cell.row.start_of(cell.words.start), cell.row.start_of(cell.words.start) + form.end()
    )
    second = Span(cell.row, words)
    name = f"{first.text} {second.text}".strip(" ,;:")
    return Candidate(field, name, (first, second), Proposer.LABEL, name)


def _is_name(cell: Span) -> bool:
    """Say whether a cell is words more than numbers, not too many, and announces nothing."""
    if cell.text.endswith(":") or contains(CUSTOMER_SIDE, fold(cell.text)):
        return False
    letters = sum(c.isalpha() for c in compiled(LEGAL_FORM).sub("", fold(cell.text)))
    digits = sum(c.isdigit() for c in cell.text)
    return letters >= _MIN_LETTERS and digits * 2 < letters and len(cell.words) <= _MAX_NAME_WORDS
