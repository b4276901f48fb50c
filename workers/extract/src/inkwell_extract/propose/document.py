"""What a document may mean to a pipeline: all proposers asked, on all that was read of it. Pure.

Extraction and the training of a scorer ask here, so that what is learned from is what is scored.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from inkwell_api.document import Finding, Page, Severity
from inkwell_api.pipeline import ExtractionSpec, FieldRule
from inkwell_extract.page.layout import Layout
from inkwell_extract.patterns import InvalidPatternError, compiled
from inkwell_extract.propose.confirmed import with_confirmed
from inkwell_extract.propose.proposals import Proposals, propose
from inkwell_extract.propose.second import SecondReading, second_pages
from inkwell_extract.propose.templates import usable_templates
from inkwell_extract.values.confirmed import NOBODY, ConfirmedSellers
from inkwell_extract.values.conventions import Conventions, find_conventions
from inkwell_extract.values.fields import WantedField


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a document may mean.

    Attributes:
        layout: its rows.
        conventions: how it writes numbers, dates and its currency.
        proposals: what each field may be, as far as a second reading goes with what that says.
        findings: patterns and templates of the pipeline that cannot be used.
    """

    layout: Layout
    conventions: Conventions
    proposals: Proposals
    findings: tuple[Finding, ...]


def propose_for(
    pages: Sequence[Page],
    fields: Sequence[WantedField],
    spec: ExtractionSpec,
    sellers: ConfirmedSellers = NOBODY,
) -> Proposed:
    """Ask all proposers what the fields of a pipeline may be in a document."""
    layout = Layout(pages)
    conventions = find_conventions(layout)
    templates, unusable = usable_templates(spec.templates)
    proposer = partial(
        propose,
        fields=fields,
        rules=_usable(spec),
        conventions=conventions,
        templates=templates,
    )
    proposals = proposer(layout)
    if again := second_pages(pages):
        second = Layout(again)
        proposals = SecondReading(layout, second).merge(proposals, proposer(second))
    proposals = with_confirmed(layout, proposals, fields, sellers)
    return Proposed(layout, conventions, proposals, (*_pattern_findings(spec), *unusable))


def _usable(spec: ExtractionSpec) -> list[FieldRule]:
    """Return the rules whose patterns RE2 knows."""
    return [
        rule.model_copy(update={"patterns": [p for p in rule.patterns if _is_pattern(p)]})
        for rule in spec.rules
    ]


def _pattern_findings(spec: ExtractionSpec) -> Iterator[Finding]:
    for rule in spec.rules:
        for number, pattern in enumerate(rule.patterns, start=1):
            if not _is_pattern(pattern):
                message = f"pattern {number} of the rule for {rule.field} is no RE2 expression"
                yield Finding("rule-unusable", Severity.WARNING, message)


def _is_pattern(pattern: str) -> bool:
    try:
        compiled(pattern)
    except InvalidPatternError:
        return False
    return True
