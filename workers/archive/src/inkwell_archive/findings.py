"""What a reviewer should know of an extraction. Pure, apart from the `Checks` it is given."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, Protocol

from inkwell_api.document import Extraction, Finding, Match, Severity
from inkwell_archive.grounding import Groundings

UNGROUNDED: Final = "ungrounded"
AMBIGUOUS: Final = "ambiguous"

_DOUBTS: Final = {
    Match.UNGROUNDED: (UNGROUNDED, "the value was not found on any page"),
    Match.AMBIGUOUS: (AMBIGUOUS, "the words on the page may mean another value as well"),
}


class Checks(Protocol):
    """Evaluates the tenant's validation rules (CEL) on a result."""

    def check(self, result: dict[str, Any]) -> tuple[Finding, ...]:
        """Return a finding for each rule that does not hold or cannot be evaluated, in order."""


def findings(extraction: Extraction, groundings: Groundings, checks: Checks) -> tuple[Finding, ...]:
    """Return what extraction, evidence and rules say, without repetition."""
    found = (
        *extraction.findings,
        *unproven(extraction, groundings),
        *checks.check(extraction.result),
    )
    return tuple(dict.fromkeys(found))


def has_errors(found: Sequence[Finding]) -> bool:
    """Say whether a person must look at the document."""
    return any(finding.severity == Severity.ERROR for finding in found)


def unproven(extraction: Extraction, groundings: Groundings) -> Iterator[Finding]:
    """Yield a finding for each value that has to stand on a page and does not, or not alone."""
    severity = Severity(groundings.validation.ungrounded.value)
    for path in scalars(extraction.result):
        pointer = _pointer(path)
        field = extraction.fields.get(pointer)
        match = Match.UNGROUNDED if field is None else field.evidence.match
        if match not in _DOUBTS:
            continue
        if groundings.is_required([part for part in path if isinstance(part, str)]):
            name, message = _DOUBTS[match]
            yield Finding(name, severity, message, pointer)


def scalars(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of each string, number and boolean in `value`, in its order."""
    match value:
        case dict():
            for name, item in value.items():
                yield from scalars(item, (*path, name))
        case list():
            for number, item in enumerate(value):
                yield from scalars(item, (*path, number))
        case None:
            return
        case _:
            yield path


def _pointer(path: tuple[str | int, ...]) -> str:
    """Return the JSON Pointer (RFC 6901) of a path."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)
