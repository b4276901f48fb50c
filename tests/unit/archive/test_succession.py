"""A later result takes the place of an earlier one only where it is better for sure."""

from decimal import Decimal
from typing import Any

import pytest

from inkwell_api.document import DocumentState, Severity
from inkwell_api.field_status import FieldStatus
from inkwell_archive.succession import Standing, takes_over

ERROR, WARNING = Severity.ERROR, Severity.WARNING
KEPT = {"total": Decimal("12.50"), "lines": [{"name": "a"}]}
MORE = KEPT | {"seller": "Acme"}
ROWS = KEPT | {"lines": [{"name": "a"}, {"name": "b"}]}


@pytest.mark.parametrize(
    ("later", "severities", "is_better"),
    [
        (MORE, [], True),
        (ROWS, [], True),
        (MORE, [WARNING], True),
        (KEPT, [], False),
        (MORE, [ERROR], False),
        (MORE | {"total": Decimal("99.50")}, [], False),
        ({"total": Decimal("12.50"), "lines": [], "seller": "Acme", "x": 1}, [], False),
        ({}, [], False),
    ],
)
def test_what_was_archived_stays_unless_all_of_it_is_said_and_more(
    later: dict[str, Any],
    severities: list[str],
    *,
    is_better: bool,
) -> None:
    kept, other = Standing.of(KEPT, []), Standing.of(later, severities)
    assert takes_over(other, kept, DocumentState.ARCHIVED) is is_better


@pytest.mark.parametrize(
    ("later", "errors", "is_better"),
    [
        (KEPT, 0, True),
        (KEPT, 1, True),
        ({}, 1, True),
        (KEPT, 2, False),
        (MORE, 2, True),
        ({}, 2, False),
        (MORE, 3, False),
    ],
)
def test_what_waits_for_a_person_gives_way_to_what_is_less_in_doubt(
    later: dict[str, Any],
    errors: int,
    *,
    is_better: bool,
) -> None:
    kept, other = Standing.of(KEPT, [ERROR, ERROR]), Standing.of(later, [ERROR] * errors)
    assert takes_over(other, kept, DocumentState.NEEDS_REVIEW) is is_better


@pytest.mark.parametrize("state", [DocumentState.ARCHIVED, DocumentState.NEEDS_REVIEW])
def test_what_a_person_gave_is_never_replaced(state: DocumentState) -> None:
    kept = Standing.of(KEPT, [ERROR], [FieldStatus.OK, FieldStatus.CORRECTED])
    assert not takes_over(Standing.of(MORE, []), kept, state)
