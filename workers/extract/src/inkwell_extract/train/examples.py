"""Corrected documents as examples: candidates of each field, and which are right. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz

from inkwell_api.document import Page
from inkwell_api.pipeline import ExtractionSpec
from inkwell_extract.labels.known import VENDOR, known_field
from inkwell_extract.page.layout import Layout
from inkwell_extract.propose.confirmed import with_confirmed
from inkwell_extract.propose.document import propose_for
from inkwell_extract.propose.proposals import Proposals
from inkwell_extract.resolve.acceptance import Acceptance
from inkwell_extract.resolve.choices import is_same
from inkwell_extract.resolve.resolved import Resolved
from inkwell_extract.resolve.resolver import Resolver
from inkwell_extract.score.describe import Rivalry, describe
from inkwell_extract.score.facts import gather
from inkwell_extract.score.learned.grams import Floats, text_vectors
from inkwell_extract.score.learned.vectors import COLUMNS, table
from inkwell_extract.score.scorer import RuleScorer, Scorer
from inkwell_extract.values.confirmed import ConfirmedSellers
from inkwell_extract.values.fields import WantedField, wanted_fields
from inkwell_extract.values.folding import letters_and_digits

_SIMILAR: Final = 90.0
"""Likeness in percent from which two names are one seller's."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """A document that a person confirmed or corrected.

    Attributes:
        pages: as they were read.
        values: right values by property; what the document does not say is None or absent.
        group: whose document it is; documents of one group are never on both sides of a test.
    """

    pages: tuple[Page, ...]
    values: Mapping[str, Any]
    group: str


@dataclass(frozen=True, slots=True)
class Example:
    """The candidates of one field in one document.

    Attributes:
        by_rules: the rule scorer's answer for each.
        numbers: their columns.
        words: the words around them as vectors.
        is_right: whether each has the right value.
    """

    by_rules: tuple[float, ...]
    numbers: Floats
    words: Floats
    is_right: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Case:
    """A corrected document, looked at once.

    Attributes:
        group: whose it is.
        values: right values by property.
        fields: the wanted ones.
        layout: its rows.
        proposals: what may be meant, by nobody who knows confirmed sellers.
        examples: by property, where it has candidates and the right value is known.
    """

    group: str
    values: Mapping[str, Any]
    fields: tuple[WantedField, ...]
    layout: Layout
    proposals: Proposals
    examples: Mapping[str, Example]

    @property
    def seller(self) -> str | None:
        """The name of the seller that a person confirmed or gave, or None."""
        wanted = (each.name for each in self.fields if known_field(each.name) is VENDOR)
        given = (self.values.get(name) for name in wanted)
        return next((name for name in given if isinstance(name, str)), None)

    def knowing(self, sellers: ConfirmedSellers) -> "Case":
        """Return the same document, read where these sellers are confirmed."""
        return replace(
            self, proposals=with_confirmed(self.layout, self.proposals, self.fields, sellers)
        )

    def resolved(self, scorer: Scorer) -> dict[str, Resolved]:
        """Return the fields as the extract stage resolves them."""
        resolver = Resolver.of(self.layout, self.proposals, scorer, Acceptance())
        return resolver.resolve(self.fields)

    def shares(self, scorer: Scorer) -> Iterator[tuple[str, float, bool]]:
        """Yield each field that is found, with its share of the odds and whether it is right."""
        found = self.resolved(scorer)
        for field in self.fields:
            if field.name in found and field.name in self.values:
                each = found[field.name]
                yield field.name, each.share, is_right(field, each.value, self.values)


def case_of(document: Corrected, spec: ExtractionSpec) -> Case:
    """Look at a document as the extract stage does, without the model."""
    fields = wanted_fields(spec.result_schema)
    proposed = propose_for(document.pages, fields, spec)
    layout, proposals = proposed.layout, proposed.proposals
    facts = gather(layout, proposals)
    rules = RuleScorer()
    examples = {}
    for field in fields:
        candidates = proposals.fields[field.name]
        if field.name not in document.values or not candidates:
            continue
        rivalry = Rivalry.of(field.kind, known_field(field.name), candidates)
        features = tuple(describe(each, rivalry, facts, layout) for each in candidates)
        by_rules = tuple(rules.score(field.name, features))
        examples[field.name] = Example(
            by_rules,
            table(COLUMNS, features, by_rules),
            text_vectors(features),
            np.array([is_right(field, each.value, document.values) for each in candidates]),
        )
    return Case(document.group, document.values, fields, layout, proposals, examples)


def is_right(field: WantedField, value: Any, truth: Mapping[str, Any]) -> bool:
    """Say whether a value is the one that a person gave.

    A seller's name counts as right with a letter misread: who it is can be told from it.
    """
    true = truth.get(field.name)
    if true is None:
        return False
    if known_field(field.name) is VENDOR:
        pair = letters_and_digits(str(value)), letters_and_digits(str(true))
        return fuzz.ratio(*pair) > _SIMILAR
    return is_same(field.kind, value, true)
