"""What a reviewer should know of an extraction. Pure, apart from the `Checks` it is given."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from inkwell_api.document import Extraction, Finding, Match, Severity
from inkwell_api.pipeline import RuleSeverity, ValidationSpec

UNGROUNDED = "ungrounded"
AMBIGUOUS = "ambiguous"


class Checks(Protocol):
    """Evaluates the tenant's validation rules (CEL) on a result."""

    def check(self, result: dict[str, Any]) -> tuple[Finding, ...]:
        """Return a finding for each rule that does not hold or cannot be evaluated, in order."""


def findings(extraction: Extraction, spec: ValidationSpec, checks: Checks) -> tuple[Finding, ...]:
    """Return what extraction, evidence and rules say, without repetition."""
    found = (
        *extraction.findings,
        *unproven(extraction, spec.ungrounded),
        *checks.check(extraction.result),
    )
    return tuple(dict.fromkeys(found))


def has_errors(found: Sequence[Finding]) -> bool:
    """Say whether a person must look at the document."""
    return any(finding.severity == Severity.ERROR for finding in found)


def unproven(extraction: Extraction, severity: RuleSeverity) -> Iterator[Finding]:
    """Yield a finding for each value of the result that no page says, or not this value alone."""
    for pointer in scalars(extraction.result):
        field = extraction.fields.get(pointer)
        match = Match.UNGROUNDED if field is None else field.evidence.match
        if match == Match.UNGROUNDED:
            yield Finding(
                UNGROUNDED, Severity(severity.value), "the value was not found on any page", pointer
            )
        elif match == Match.AMBIGUOUS:
            yield Finding(
                AMBIGUOUS,
                Severity(severity.value),
                "the words on the page may mean another value as well",
                pointer,
            )


def scalars(value: Any, pointer: str = "") -> Iterator[str]:
    """Yield the JSON Pointer of each string, number and boolean in `value`, in its order."""
    match value:
        case dict():
            for name, item in value.items():
                yield from scalars(item, f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}")
        case list():
            for number, item in enumerate(value):
                yield from scalars(item, f"{pointer}/{number}")
        case None:
            return
        case _:
            yield pointer
