"""Proposes every amount, date and currency of the page, whatever stands beside it. Pure.

They seldom win by themselves. They are what a value may be instead, and what sums speak for.
"""

from collections.abc import Iterator
from typing import Final

from inkwell_extract.labels.label import Kind
from inkwell_extract.page.layout import Layout
from inkwell_extract.page.rows import Row, Span
from inkwell_extract.propose.candidate import Candidate, Proposer
from inkwell_extract.propose.words import NUMBERS, Words
from inkwell_extract.values.amounts import looks_like_money
from inkwell_extract.values.fields import WantedField

_MAX_CANDIDATES: Final = 400
"""Of one field in one document; a page of items has some 60 amounts."""


def everything(layout: Layout, field: WantedField, words: Words) -> list[Candidate]:
    """Return all values of a field's kind, in reading order; amounts only as money is written."""
    found: list[Candidate] = []
    for row in layout.rows:
        for span in _spans(row, field, words):
            candidate = words.candidate(span, field, Proposer.PAGE)
            if candidate is not None:
                found.append(candidate)
        if len(found) >= _MAX_CANDIDATES:
            break
    return found[:_MAX_CANDIDATES]


def _spans(row: Row, field: WantedField, words: Words) -> Iterator[Span]:
    if field.kind is Kind.TEXT:
        return
    for each in words.every(row, field):
        span = Span(row, each)
        if field.kind not in NUMBERS or looks_like_money(span.text):
            yield span
