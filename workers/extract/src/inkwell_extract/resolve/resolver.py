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
from inkwell_extract.resolve.joint import MAX_CHOICES, Assignment, assignments, shares
from inkwell_extract.resolve.order import Arithmetic, arithmetic, dates_together, shortlist
from inkwell_extract.resolve.resolved import Resolved, resolved
from inkwell_extract.score.describe import Rivalry, describe
from inkwell_extract.score.facts import Facts, gather
from inkwell_extract.score.scorer import Scorer
from inkwell_extract.score.weights import NOTHING
from inkwell_extract.values.fields import WantedField

_PRESENT: Final = -2.0
"""Score from which a candidate is worth showing at all, sure or not."""

_LIKELY: Final = 0.85
"""Share of the odds from which a value that is seldom printed is shown, or is taken for absent."""

_SUMS: Final = (TOTAL, SUBTOTAL, TAX)
_SELDOM_PRINTED: Final = frozenset({SUBTOTAL, TAX, DUE_DATE})
"""Fields that a document is likelier not to have than to have where labels hardly speak for any."""

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
        sums = arithmetic(self.proposals, self.facts.settled)
        together = self._together(fields, judged, _SUMS, sums.together)
        together |= self._together(fields, judged, _DAYS, dates_together)
        found = {name: each for name, each in together.items() if each is not None}
        found = _doubt_sums(fields, found, sums, self.facts)
        rest = [field for field in fields if field.name not in together]
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
    ) -> dict[str, Resolved | None]:
        """Resolve fields that must fit each other; None is what the document does not have.

        One that is not wanted helps all the same.
        """
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
        short = shortlist(slots) if group is _SUMS else [slot[:MAX_CHOICES] for slot in slots]
        weighed = assignments(short, together)
        best = weighed[0][1]
        found: dict[str, Resolved | None] = {}
        for place, known in enumerate(group):
            if known not in wanted:
                continue
            likely = list(shares(weighed, place))
            chosen = best[place]
            if chosen is None and known not in _SELDOM_PRINTED:
                chosen = next(iter(slots[place]), None)
            is_shown = chosen is not None and _is_worth_showing(chosen, likely)
            bar = self.acceptance.bar(wanted[known])
            found[wanted[known]] = resolved(chosen, likely, bar) if chosen and is_shown else None
        return found


def _is_worth_showing(chosen: Choice, likely: Sequence[tuple[Choice | None, float]]) -> bool:
    """Say whether a person should see a value, sure or not.

    One that sums alone speak for has to be sure; one that its label would make likely and sums rule
    out for sure is none.
    """
    share = next(share for choice, share in likely if choice is chosen)
    absent = next(share for choice, share in likely if choice is None)
    if chosen.score < _PRESENT:
        return share >= _LIKELY
    return chosen.score <= NOTHING or absent < _LIKELY


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
    doubted = names if total is None or not facts.is_settled(total) else names[1:]
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
