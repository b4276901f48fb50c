"""The resolved fields and the rest of the model's answer put into one result. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from inkwell_api.document import Evidence, ExtractedField, Finding, Match, Origin, Severity
from inkwell_api.field_status import Alternative, FieldStatus
from inkwell_api.pipeline import Engine, ExtractionSpec
from inkwell_extract.evidence import Evidences
from inkwell_extract.labels.known import known_field
from inkwell_extract.model.ask import leaves
from inkwell_extract.page.rows import Span
from inkwell_extract.propose.candidate import Candidate, Proposer
from inkwell_extract.propose.xml import PathOfValue, Stated
from inkwell_extract.resolve.line_items import ListedItems
from inkwell_extract.resolve.resolved import Resolved
from inkwell_extract.validation import pointer

_MESSAGES: Final = {
    FieldStatus.UNCERTAIN: "other values are nearly as likely, or something contradicts this one",
    FieldStatus.AMBIGUOUS: "the same words can be read as another value",
}
_ROUND: Final = 4


@dataclass(frozen=True, slots=True)
class Assembled:
    """A result, and what is known of its scalars.

    Attributes:
        result: in the shape of the schema.
        fields: by JSON Pointer.
        left_out: properties that only the model answered, and that nothing on the page confirms.
    """

    result: dict[str, Any]
    fields: dict[str, ExtractedField]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """What there is to put together, the surest last.

    Attributes:
        found: fields as they were resolved.
        answer: all that the model answered.
        stated: what an e-invoice states: it goes before both.
        grounded: where each stated value stands.
        items: lists that are taken from a table of the page, and not from the model.
    """

    found: Mapping[str, Resolved]
    answer: Mapping[str, Any]
    stated: Stated
    grounded: Mapping[PathOfValue, Evidence]
    items: Mapping[str, ListedItems] = field(default_factory=dict)

    def item(self, path: PathOfValue) -> Resolved | None:
        """Return what a table says of one value of its items, or None."""
        match path:
            case (str(name), int(number), str(column)) if name in self.items:
                return self.items[name].items[number].get(column)
            case _:
                return None


def assemble(given: Given, spec: ExtractionSpec, evidences: Evidences) -> Assembled:
    """Return resolved fields with what else was answered and stated, and where all stands."""
    required = spec.result_schema.get("required", ())
    open_ = {n: each for n, each in given.found.items() if n not in given.stated.result}
    left_out = tuple(
        name
        for name, each in open_.items()
        if spec.engine is Engine.HYBRID and _is_guess(each) and name not in required
    )
    kept = {name: each for name, each in open_.items() if name not in left_out}
    result = {name: value for name, value in given.answer.items() if name not in left_out}
    result |= {name: each.value for name, each in kept.items()}
    result |= {name: _rows(each) for name, each in given.items.items() if each.items}
    result |= given.stated.result
    fields = {}
    for path, value in leaves(result):
        own = kept.get(str(path[0])) if len(path) == 1 else given.item(path)
        if path in given.grounded:
            fields[pointer(path)] = _plain(value, Origin.XML, given.grounded[path])
        elif own is not None:
            fields[pointer(path)] = _field(own, evidences, path)
        else:
            fields[pointer(path)] = _plain(value, Origin.MODEL, evidences.find(value, (), path))
    return Assembled(result, fields, left_out)


def findings_of(assembled: Assembled, found: Mapping[str, Resolved]) -> Iterator[Finding]:
    """Yield a finding for each value that a person must look at, or that was left out."""
    reasons = {pointer((name,)): _reason(name, each) for name, each in found.items()}
    for place, value in assembled.fields.items():
        # What evidence calls ambiguous is the archive's finding, by the pipeline's own severity.
        if value.status in _MESSAGES and value.evidence.match is not Match.AMBIGUOUS:
            message = reasons.get(place) or _MESSAGES[value.status]
            yield Finding(value.status.value, Severity.ERROR, message, place)
    for name in assembled.left_out:
        message = "the model's answer was left out: nothing on the page confirms it"
        yield Finding("unconfirmed", Severity.WARNING, message, pointer((name,)))


def is_open_to_orders(assembled: Assembled, found: Mapping[str, Resolved]) -> bool:
    """Say whether a result has a value that words on the page could have ordered.

    Such is what only the model says, and what stands beside nothing but the property's own name:
    an answer that is printed on the page has that too.
    """
    proven = {
        pointer((name,))
        for name, each in found.items()
        if each.candidate.spans
        and (known_field(name) is not None or each.candidate.proposer is Proposer.PATTERN)
    }
    return any(
        field.origin is not Origin.XML and place not in proven
        for place, field in assembled.fields.items()
    )


def _reason(name: str, each: Resolved) -> str:
    """Return by how much a value is less sure than is asked, or nothing where it is sure enough."""
    if not each.is_below:
        return ""
    return (
        f"{_MESSAGES.get(each.status, '')}: confidence of {name} is {each.confidence:.2f}, "
        f"and {each.threshold:.2f} is asked"
    )


def _is_guess(resolved: Resolved) -> bool:
    """Say whether only a model speaks for a value, though labels of the field are known."""
    candidate = resolved.candidate
    return candidate.proposer is Proposer.MODEL and known_field(candidate.field) is not None


def _rows(listed: ListedItems) -> list[dict[str, Any]]:
    return [{name: each.value for name, each in item.items()} for item in listed.items]


def _field(resolved: Resolved, evidences: Evidences, path: PathOfValue) -> ExtractedField:
    candidate = resolved.candidate
    evidence = evidences.find(candidate.value, candidate.spans, path)
    is_model = candidate.proposer is Proposer.MODEL
    return ExtractedField(
        value=candidate.value,
        origin=Origin.MODEL if is_model else Origin.RULE,
        evidence=evidence,
        status=_status(resolved.status, evidence),
        confidence=round(resolved.confidence, _ROUND),
        raw=evidence.text or candidate.raw,
        alternatives=tuple(
            _alternative(other, confidence) for other, confidence in resolved.alternatives
        ),
        why=candidate.why,
    )


def _plain(value: Any, origin: Origin, evidence: Evidence) -> ExtractedField:
    """Return a value that had no rivals."""
    return ExtractedField(
        value, origin, evidence, _status(FieldStatus.OK, evidence), raw=evidence.text
    )


def _status(status: FieldStatus, evidence: Evidence) -> FieldStatus:
    if status is not FieldStatus.OK:
        return status
    match evidence.match:
        case Match.UNGROUNDED:
            return FieldStatus.UNGROUNDED
        case Match.AMBIGUOUS:
            return FieldStatus.AMBIGUOUS
        case _:
            return FieldStatus.OK


def _alternative(candidate: Candidate, confidence: float) -> Alternative:
    first: Span | None = next(iter(candidate.spans), None)
    return Alternative(
        value=candidate.value,
        confidence=round(confidence, _ROUND),
        raw=candidate.raw,
        page=first.row.page if first else None,
        box=first.box if first else None,
        why=candidate.why,
    )
