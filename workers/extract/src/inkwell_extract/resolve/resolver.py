"""From scored candidates to one value a field: the likeliest as a whole. Pure."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from inkwell_api.field_status import FieldStatus
from inkwell_extract.labels.known import (
    DUE_DATE,
    ISSUE_DATE,
    SUBTOTAL,
    TAX,
    TOTAL,
    known_field,
)
from inkwell_extract.labels.label import Kind, KnownField
from inkwell_extract.page.layout import Layout
from inkwell_extract.propose.candidate import Candidate, Proposer
from inkwell_extract.propose.proposals import Proposals
from inkwell_extract.resolve.acceptance import Acceptance
from inkwell_extract.resolve.choices import Choice, choices
from inkwell_extract.resolve.joint import Assignment, assignments, shares
from inkwell_extract.resolve.order import Arithmetic, arithmetic, dates_together
from inkwell_extract.resolve.resolved import Resolved, resolved
from inkwell_extract.score.describe import Rivalry, describe
from inkwell_extract.score.facts import Facts, gather
from inkwell_extract.score.scorer import Scorer
from inkwell_extract.score.weights import NOTHING
from inkwell_extract.values.fields import WantedField

_PRESENT: Final = -2.0
"""Score from which a candidate is worth showing at all, sure or not."""

_SUMS: Final = (TOTAL, SUBTOTAL, TAX)
_DAYS: Final = (ISSUE_DATE, DUE_DATE)


@dataclass(frozen=True, slots=True)
class Resolver:
    """Resolves the fields of one document.

    Attributes:
        layout: the document.
        proposals: what may be meant.
        scorer: how likely each is.
        acceptance: how sure a value must be.
        facts: what the document says of all of them.
    """

    layout: Layout
    proposals: Proposals
    scorer: Scorer
    acceptance: Acceptance
    facts: Facts

    @classmethod
    def of(
        cls, layout: Layout, proposals: Proposals, scorer: Scorer, acceptance: Acceptance
    ) -> "Resolver":
        """Look at the document once for all fields."""
        return cls(layout, proposals, scorer, acceptance, gather(layout, proposals))

    def resolve(self, fields: Sequence[WantedField]) -> dict[str, Resolved]:
        """Return the fields that something speaks for."""
        judged = {
            field.name: self.choices(
                field.name, field.kind, known_field(field.name), self.proposals.fields[field.name]
            )
            for field in fields
        }
        sums = arithmetic(self.proposals)
        found: dict[str, Resolved] = {}
        found |= self._together(fields, judged, _SUMS, sums.together)
        found |= self._together(fields, judged, _DAYS, dates_together)
        found = _doubt_sums(fields, found, sums, self.facts)
        rest = [field for field in fields if field.name not in found]
        found |= dict(_one_by_one(rest, judged, found, self.acceptance))
        return {field.name: found[field.name] for field in fields if field.name in found}

    def choices(
        self,
        field: str,
        kind: Kind,
        known: KnownField | None,
        candidates: Sequence[Candidate],
    ) -> list[Choice]:
        """Return the values that candidates of a field have, likeliest first."""
        rivalry = Rivalry.of(kind, known, candidates)
        features = [
            describe(candidate, rivalry, self.facts, self.layout) for candidate in candidates
        ]
        return choices(kind, candidates, self.scorer.score(field, features))

    def _together(
        self,
        fields: Sequence[WantedField],
        judged: Mapping[str, list[Choice]],
        group: Sequence[KnownField],
        together: Callable[[Assignment], float],
    ) -> dict[str, Resolved]:
        """Resolve fields that must fit each other; one that is not wanted helps all the same."""
        wanted = {
            known: field.name
            for field in reversed(fields)
            if (known := known_field(field.name)) in group
        }
        if not wanted:
            return {}
        slots = [
            judged[wanted[known]]
            if known in wanted
            else self.choices("", known.kind, known, self.proposals.helping.get(known, ()))
            for known in group
        ]
        weighed = assignments(slots, together)
        best = weighed[0][1]
        found = {}
        for place, known in enumerate(group):
            chosen = best[place] or next(iter(slots[place]), None)
            if known in wanted and chosen is not None and chosen.score >= _PRESENT:
                bar = self.acceptance.bar(wanted[known])
                found[wanted[known]] = resolved(chosen, list(shares(weighed, place)), bar)
        return found


def _doubt_sums(
    fields: Sequence[WantedField],
    found: Mapping[str, Resolved],
    sums: Arithmetic,
    facts: Facts,
) -> dict[str, Resolved]:
    """Doubt a total, net sum and tax that do not add up, where all three are wanted and found."""
    names = [
        next((f.name for f in fields if f.name in found and known_field(f.name) is known), None)
        for known in _SUMS
    ]
    if None in names:
        return dict(found)
    three = [found[name] for name in names if name is not None]
    assignment = tuple(Choice(each.candidate, 0.0, (each.candidate,)) for each in three)
    if sums.verdict(assignment) is not False:
        return dict(found)
    total = three[0].candidate.amount
    doubted = names if total not in facts.settled else names[1:]
    return {name: each.doubted() if name in doubted else each for name, each in found.items()}


def _one_by_one(
    fields: Sequence[WantedField],
    judged: Mapping[str, Sequence[Choice]],
    taken: Mapping[str, Resolved],
    acceptance: Acceptance,
) -> Iterator[tuple[str, Resolved]]:
    """Resolve fields that stand for themselves, the surest first.

    Words that are one field's value for sure are no other's, but for a currency beside its amount
    and for what the tenant's own patterns say.
    """
    certain = [each.candidate for each in taken.values() if each.status is FieldStatus.OK]
    for field in sorted(fields, key=lambda field: -_highest(judged[field.name])):
        free = [
            option
            for option in judged[field.name]
            if field.kind is Kind.CURRENCY
            or option.candidate.proposer is Proposer.PATTERN
            or not any(map(option.candidate.shares_words_with, certain))
        ]
        if not free or free[0].score < _PRESENT:
            continue
        one = resolved(free[0], _softmax(free), acceptance.bar(field.name))
        if field.kind is not Kind.CURRENCY and _is_taken(one.candidate, certain):
            one = one.doubted()
        if one.status is FieldStatus.OK and field.kind is not Kind.CURRENCY:
            certain.append(one.candidate)
        yield field.name, one


def _is_taken(candidate: Candidate, certain: Sequence[Candidate]) -> bool:
    """Say whether a value of the tenant's pattern is another field's that no pattern read."""
    return any(
        candidate.shares_words_with(other)
        for other in certain
        if other.proposer is not Proposer.PATTERN
    )


def _softmax(options: Sequence[Choice]) -> list[tuple[Choice | None, float]]:
    highest = max(options[0].score, NOTHING)
    odds: list[tuple[Choice | None, float]] = [
        (option, math.exp(option.score - highest)) for option in options
    ]
    odds.append((None, math.exp(NOTHING - highest)))
    total = sum(share for _, share in odds)
    return [(option, share / total) for option, share in odds]


def _highest(options: Sequence[Choice]) -> float:
    return options[0].score if options else float("-inf")
