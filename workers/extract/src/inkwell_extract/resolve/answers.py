"""The model's answers beside what the page says. Pure.

What a model says adds to what patterns, labels and sums say and takes nothing from it: how far a
model is to be trusted is not known before it is measured. So an answer alone is never sure, and
one for a field that rules read is an alternative at most.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from inkwell_api.field_status import FieldStatus
from inkwell_extract.labels.known import known_field
from inkwell_extract.propose.candidate import Candidate, Proposer
from inkwell_extract.resolve.choices import is_same
from inkwell_extract.resolve.resolved import MAX_ALTERNATIVES, Resolved
from inkwell_extract.values.fields import WantedField

_ALONE: Final = 0.35
"""Confidence of what only a model says, below that of no value at all."""


def answered(name: str, value: Any) -> Resolved:
    """Return what a model alone says of a field that has no rivals to be measured by."""
    candidate = Candidate(name, value, (), Proposer.MODEL, str(value))
    status = FieldStatus.UNCERTAIN if known_field(name) else FieldStatus.OK
    return Resolved(candidate, status, _ALONE, _ALONE)


def added(
    found: Mapping[str, Resolved], answers: Mapping[str, Any], fields: Sequence[WantedField]
) -> dict[str, Resolved]:
    """Return what rules found, with answers for what they left open, and as alternatives."""
    merged = dict(found)
    for field in fields:
        if field.name not in answers:
            continue
        own, said = found.get(field.name), answered(field.name, answers[field.name])
        merged[field.name] = said if own is None else _with_alternative(own, said, field)
    return merged


def witnessed(
    found: Mapping[str, Resolved], answers: Mapping[str, Any], fields: Sequence[WantedField]
) -> dict[str, Resolved]:
    """Return the model's answers, each as sure as the page makes it."""
    merged = {}
    for field in fields:
        if field.name not in answers:
            continue
        said, own = answered(field.name, answers[field.name]), found.get(field.name)
        if own is None:
            merged[field.name] = said
        elif is_same(field.kind, own.value, said.value):
            shown = own.candidate
            there = replace(said.candidate, spans=shown.spans, raw=shown.raw, why=shown.why)
            merged[field.name] = replace(own, candidate=there)
        else:
            merged[field.name] = _with_alternative(said, own, field).doubted()
    return merged


def _with_alternative(one: Resolved, other: Resolved, field: WantedField) -> Resolved:
    known = (one.value, *(candidate.value for candidate, _ in one.alternatives))
    if any(is_same(field.kind, value, other.value) for value in known):
        return one
    return replace(
        one,
        alternatives=(
            *one.alternatives[: MAX_ALTERNATIVES - 1],
            (other.candidate, other.confidence),
        ),
    )
