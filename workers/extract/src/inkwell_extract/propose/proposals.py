"""All proposers asked for all fields, and for the amounts that help to judge them. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from inkwell_api.invoice_template import InvoiceTemplate
from inkwell_api.pipeline import FieldRule
from inkwell_extract.labels.known import (
    CHANGE,
    CHARGES,
    DISCOUNT,
    INVOICE_NUMBER,
    ISSUE_DATE,
    PAID,
    ROUNDING,
    SUBTOTAL,
    TAX,
    TENDERED,
    TOTAL,
    VENDOR,
    known_field,
)
from inkwell_extract.labels.label import Kind, KnownField, Label
from inkwell_extract.page.layout import Layout
from inkwell_extract.propose.candidate import Candidate
from inkwell_extract.propose.everything import everything
from inkwell_extract.propose.labelled import Search
from inkwell_extract.propose.names import names
from inkwell_extract.propose.own_patterns import by_patterns
from inkwell_extract.propose.sums import tax_of_several_rates
from inkwell_extract.propose.templates import by_templates
from inkwell_extract.propose.words import Words
from inkwell_extract.values.conventions import Conventions
from inkwell_extract.values.fields import WantedField
from inkwell_extract.values.folding import fold

HELPING_SUMS: Final = (TOTAL, SUBTOTAL, TAX, TENDERED, CHANGE, ROUNDING, PAID, CHARGES, DISCOUNT)
"""What stands below the items of a document."""

_HELPING: Final = (*HELPING_SUMS, ISSUE_DATE, INVOICE_NUMBER)


@dataclass(frozen=True, slots=True)
class Proposals:
    """What is proposed for one document.

    Attributes:
        fields: by property, what it may be.
        helping: by known field, what labels announce as it, wanted or not.
        amounts: every amount of the document that is written as money.
    """

    fields: Mapping[str, tuple[Candidate, ...]]
    helping: Mapping[KnownField, tuple[Candidate, ...]]
    amounts: tuple[Candidate, ...]


def propose(
    layout: Layout,
    fields: Sequence[WantedField],
    rules: Sequence[FieldRule],
    conventions: Conventions,
    templates: Sequence[InvoiceTemplate] = (),
) -> Proposals:
    """Ask patterns, templates, labels and the page itself."""
    words = Words(conventions)
    search = Search(layout, words)
    helping = {
        known: tuple(search.candidates(WantedField("", "", known.kind, is_text=False), known))
        for known in _HELPING
    }
    proposers = _Proposers(layout, words, search, helping)
    patterns = {rule.field: tuple(rule.patterns) for rule in rules}
    templated = by_templates(layout, fields, templates, conventions)
    return Proposals(
        fields={
            field.name: (
                *proposers.of(field, patterns.get(field.name)),
                *templated.get(field.name, ()),
            )
            for field in fields
        },
        helping=helping,
        amounts=tuple(everything(layout, WantedField("", "", Kind.NUMBER, is_text=False), words)),
    )


@dataclass(frozen=True, slots=True)
class _Proposers:
    """All proposers, ready for one document."""

    layout: Layout
    words: Words
    search: Search
    helping: Mapping[KnownField, Sequence[Candidate]]

    def of(self, field: WantedField, patterns: Sequence[str] | None) -> Iterator[Candidate]:
        """Yield what a field may be; `patterns` are the tenant's own, None where there are none."""
        own = list(by_patterns(self.layout, field, patterns or (), self.words.conventions))
        # The first match of the first pattern is what the tenant means.
        yield from [c for c in own if not c.of_other][:1] or own[:1]
        known = known_field(field.name)
        if known is None:
            # Whoever wrote patterns for a field of their own means these and no others.
            if patterns is None:
                yield from self.search.candidates(field, by_its_own_name(field))
            return
        labelled = self.search.candidates(field, known)
        if known is VENDOR:
            yield from names(self.layout, field, labelled)
            return
        yield from labelled
        yield from everything(self.layout, field, self.words)
        if known is TAX:
            yield from tax_of_several_rates(field, self.helping)


def by_its_own_name(field: WantedField) -> KnownField:
    """Return the field that has the property's title and name for labels."""
    spellings = {fold(field.title), fold(field.name.replace("_", " "))} - {""}
    labels = tuple(
        Label(r"\b" + r"[\s_-]*".join(map(_escape, spelling.split())) + r"\b", 3.0)
        for spelling in sorted(spellings)
    )
    is_identifier = field.name.endswith(("_number", "_no", "_id", "_nr"))
    return KnownField(frozenset(), field.kind, labels, is_identifier=is_identifier)


def _escape(text: str) -> str:
    return "".join(c if c.isalnum() else "\\" + c for c in text)
