"""Whose an object is, from its mark alone."""

from typing import Any

import pytest

from inkwell_api.conditions import Reason
from inkwell_api.tenant import RetainedData
from inkwell_operator.model.ownership import (
    Claim,
    Mark,
    Ownership,
    judge,
    may_remove,
    parse_mark,
    refusal,
)

OURS = Mark("acme", "here", "uid-1")
EARLIER = Mark("acme", "here", "uid-0")
ELSEWHERE = Mark("acme", "staging", "uid-9")
OLD_FORM = Mark("acme")


@pytest.mark.parametrize("facts", ["", "7:0123abcd", "a b"])
@pytest.mark.parametrize("mark", [OURS, OLD_FORM])
def test_a_mark_is_read_back_with_what_follows_it(mark: Mark, facts: str) -> None:
    assert parse_mark(f"{mark.to_text()} {facts}".rstrip()) == (mark, facts)


@pytest.mark.parametrize("text", [None, "", "somebody's schema", "inkwell.dev/tenant= x"])
def test_other_remarks_are_no_mark(text: str | None) -> None:
    assert parse_mark(text) == (None, "")


@pytest.mark.parametrize(
    ("found", "changes", "ownership"),
    [
        (OURS, {}, Ownership.OURS),
        (OLD_FORM, {}, Ownership.REMARK),
        (None, {}, Ownership.FOREIGN),
        (None, {"adopts": True}, Ownership.ADOPT),
        (ELSEWHERE, {}, Ownership.FOREIGN),
        (ELSEWHERE, {"adopts": True, "takes_back": True}, Ownership.FOREIGN),
        (Mark("globex", "here", "uid-1"), {"adopts": True}, Ownership.FOREIGN),
        (EARLIER, {}, Ownership.RETAINED),
        (EARLIER, {"adopts": True}, Ownership.RETAINED),
        (EARLIER, {"retained": RetainedData.REUSE}, Ownership.REMARK),
        (EARLIER, {"retained": RetainedData.ERASE}, Ownership.ERASE),
        (EARLIER, {"takes_back": True}, Ownership.REMARK),
    ],
)
def test_what_an_object_is_to_a_tenant(
    found: Mark | None, changes: dict[str, Any], ownership: Ownership
) -> None:
    assert judge(Claim(OURS, **changes), found) is ownership


@pytest.mark.parametrize(
    ("found", "is_removed"),
    [(OURS, True), (OLD_FORM, True), (None, False), (ELSEWHERE, False), (EARLIER, False)],
)
def test_a_deletion_removes_what_is_this_very_tenants(
    found: Mark | None, *, is_removed: bool
) -> None:
    assert may_remove(Claim(OURS, adopts=True), found) is is_removed


def test_a_refusal_names_the_object_and_what_to_do() -> None:
    claim = Claim(OURS)
    foreign = refusal(Ownership.FOREIGN, "schema tenant_acme", "PostgreSQL", claim, "3 tables")
    assert foreign.reason is Reason.NAME_TAKEN
    assert "schema tenant_acme exists in PostgreSQL (3 tables)" in foreign.message
    assert "spec.adopt" in foreign.message
    retained = refusal(Ownership.RETAINED, "schema tenant_acme", "PostgreSQL", claim)
    assert retained.reason is Reason.RETAINED_DATA
    assert "spec.retainedData" in retained.message
