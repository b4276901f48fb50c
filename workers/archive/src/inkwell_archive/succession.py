"""Whether a result may take the place of an earlier one of the same document. Pure.

A document may be extracted again without anybody's wish: its event comes twice, or a worker dies
between writing an extraction and announcing it. A model then answers otherwise, and other is not
better. So what was accepted stays, unless the later result says all of it and more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from inkwell_api.document import DocumentState, Severity
from inkwell_api.field_status import FieldStatus
from inkwell_archive.findings import scalars

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a version of a result says, and how much of it is in doubt.

    Attributes:
        values: its scalars, by their paths.
        errors: how many findings want a person.
        is_corrected: whether a person gave one of its values.
    """

    values: Mapping[Path, Any]
    errors: int
    is_corrected: bool = False

    @classmethod
    def of(
        cls,
        result: Mapping[str, Any],
        severities: Iterable[str],
        statuses: Iterable[str] = (),
    ) -> "Standing":
        """Return the standing of a result.

        Args:
            result: its values.
            severities: of its findings.
            statuses: of its fields.
        """
        return cls(
            values={path: _at(result, path) for path in scalars(result)},
            errors=sum(severity == Severity.ERROR for severity in severities),
            is_corrected=FieldStatus.CORRECTED in statuses,
        )


def takes_over(later: Standing, kept: Standing, state: DocumentState) -> bool:
    """Say whether a later result may take the place of the one that is kept.

    Args:
        later: the result that comes now.
        kept: the newest version so far.
        state: of the document.
    """
    if kept.is_corrected:
        return False
    has_more = len(later.values) > len(kept.values)
    if state is DocumentState.ARCHIVED:
        return not later.errors and has_more and kept.values.items() <= later.values.items()
    return later.errors < kept.errors or (later.errors == kept.errors and has_more)


def _at(value: Any, path: Path) -> Any:
    for part in path:
        value = value[part]
    return value
