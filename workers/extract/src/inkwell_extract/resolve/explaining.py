"""Why each value was taken, and others were not: told of what was resolved. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from inkwell_api.explanation import Reason, Why
from inkwell_extract.labels.known import (
    DUE_DATE,
    ISSUE_DATE,
    SUBTOTAL,
    TAX,
    TOTAL,
    known_field,
)
from inkwell_extract.labels.label import KnownField
from inkwell_extract.propose.candidate import Candidate
from inkwell_extract.resolve.choices import Choice
from inkwell_extract.resolve.order import Arithmetic, arithmetic, dates_together
from inkwell_extract.resolve.resolved import Resolved
from inkwell_extract.resolve.resolver import Resolver
from inkwell_extract.score.describe import Rivalry, describe
from inkwell_extract.score.reasons import reasons
from inkwell_extract.values.fields import WantedField

MAX_REASONS: Final = 5
"""Of each value: a result is kept for years, and nobody reads the twentieth reason."""

_SUMS: Final = (TOTAL, SUBTOTAL, TAX)
_DAYS: Final = (ISSUE_DATE, DUE_DATE)
_WORTH_SAYING: Final = 0.1
_DIGITS: Final = 2


@dataclass(frozen=True, slots=True)
class _Explainer:
    """Tells the reasons of one document's values.

    Attributes:
        resolver: that chose them.
        chosen: by known field, what was.
        sums: what may stand between its net sum and its total.
    """

    resolver: Resolver
    chosen: Mapping[KnownField, Candidate]
    sums: Arithmetic

    def told(self, candidate: Candidate, field: WantedField, rivalry: Rivalry) -> Candidate:
        """Return a candidate with what speaks for and against it."""
        resolver = self.resolver
        features = describe(candidate, rivalry, resolver.facts, resolver.layout)
        found = [
            *reasons(field.name, features, resolver.scorer),
            *self._together(candidate, rivalry.known),
        ]
        loudest = sorted(found, key=lambda reason: -abs(reason.log_odds))[:MAX_REASONS]
        proposers = {c.proposer for c in rivalry.candidates if c.value == candidate.value}
        return replace(
            candidate,
            why=Why(
                tuple(sorted(proposers | {candidate.proposer})),
                tuple(
                    Reason(reason.feature, round(reason.log_odds, _DIGITS))
                    for reason in loudest
                    if abs(reason.log_odds) >= _WORTH_SAYING
                ),
            ),
        )

    def _together(self, candidate: Candidate, known: KnownField | None) -> Iterator[Reason]:
        """Yield what the other values, as they were chosen, say of a candidate."""
        if known in _SUMS:
            log_odds = self.sums.together(self._with(candidate, known, _SUMS))
            if log_odds:
                yield Reason("sums_agree" if log_odds > 0 else "sums_disagree", log_odds)
        if known in _DAYS and (log_odds := dates_together(self._with(candidate, known, _DAYS))):
            yield Reason("order_of_days", log_odds)

    def _with(
        self, candidate: Candidate, known: KnownField, group: Sequence[KnownField]
    ) -> tuple[Choice | None, ...]:
        values = [candidate if each is known else self.chosen.get(each) for each in group]
        return tuple(None if each is None else Choice(each, 0.0, (each,)) for each in values)


def explained(
    found: Mapping[str, Resolved], fields: Sequence[WantedField], resolver: Resolver
) -> dict[str, Resolved]:
    """Return the same values, each candidate with what speaks for and against it."""
    chosen = {
        known: found[field.name].candidate
        for field in fields
        if field.name in found and (known := known_field(field.name)) is not None
    }
    explainer = _Explainer(resolver, chosen, arithmetic(resolver.proposals, resolver.facts.settled))
    told = {}
    for field in fields:
        if field.name not in found:
            continue
        one = found[field.name]
        candidates = resolver.proposals.fields[field.name]
        rivalry = Rivalry.of(field.kind, known_field(field.name), candidates)
        told[field.name] = replace(
            one,
            candidate=explainer.told(one.candidate, field, rivalry),
            alternatives=tuple(
                (explainer.told(other, field, rivalry), confidence)
                for other, confidence in one.alternatives
            ),
        )
    return told
