"""Finds confirmed sellers among what may be the seller, and where nobody proposed them. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from inkwell_extract.labels.known import VENDOR, known_field
from inkwell_extract.page.layout import Layout
from inkwell_extract.page.rows import Span
from inkwell_extract.propose.candidate import Candidate, Proposer
from inkwell_extract.propose.names import cells, seller_cells
from inkwell_extract.propose.proposals import Proposals
from inkwell_extract.values.confirmed import ConfirmedSellers
from inkwell_extract.values.fields import WantedField


def with_confirmed(
    layout: Layout, proposals: Proposals, fields: Sequence[WantedField], sellers: ConfirmedSellers
) -> Proposals:
    """Return proposals that know which names are confirmed sellers'."""
    wanted = [field for field in fields if known_field(field.name) is VENDOR]
    if not wanted or not sellers.by_letters:
        return proposals
    found = dict(proposals.fields)
    for field in wanted:
        known = [_recognised(each, sellers) for each in proposals.fields[field.name]]
        further = [
            candidate
            for each in _whole_cells(layout, field)
            if (candidate := _recognised(each, sellers)).confirmed
            and not any(other.confirmed and other.shares_words_with(each) for other in known)
        ]
        found[field.name] = (*known, *further)
    return replace(proposals, fields=found)


def _recognised(candidate: Candidate, sellers: ConfirmedSellers) -> Candidate:
    """Return a candidate that knows how often its name was confirmed.

    Letters that OCR misread are mended: who it is was confirmed, letter by letter. What the
    tenant's own pattern matched stays as it is.
    """
    words = [span.row.words[index] for span in candidate.spans for index in span.words]
    may_be_misread = (
        any(word.confidence < 1.0 for word in words) and candidate.proposer is not Proposer.PATTERN
    )
    found = sellers.find(str(candidate.value), is_read_by_ocr=may_be_misread)
    if found is None:
        return candidate
    value = found.seller.name if found.is_misread else candidate.value
    return replace(candidate, value=value, confirmed=found.seller.times)


def _whole_cells(layout: Layout, field: WantedField) -> Iterator[Candidate]:
    """Yield each cell that is not a customer's as a name, by itself and with the one above."""
    for cell, above, clue in seller_cells(layout):
        yield Candidate(field.name, cell.text, (cell,), Proposer.PAGE, cell.text, clue)
        first = _over(cell, list(cells(above))) if above and above.page == cell.row.page else None
        if first is not None:
            text = f"{first.text} {cell.text}"
            yield Candidate(field.name, text, (first, cell), Proposer.PAGE, text)


def _over(cell: Span, above: Sequence[Span]) -> Span | None:
    return next((each for each in above if each.box.right > cell.box.left), None)
