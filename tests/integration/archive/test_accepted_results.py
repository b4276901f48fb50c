"""What was accepted is not replaced by what a later extraction happens to say."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from inkwell_api.document import ExtractedField, Finding, Origin, Severity
from inkwell_api.events import Event
from inkwell_api.field_status import FieldStatus
from inkwell_worker.stage import Skip
from support.archive_room import Room
from support.worker_documents import GROUNDED, extraction_of

pytestmark = pytest.mark.integration

GOOD = {"total": Decimal("8.10"), "number": "A-1"}
CUT = Finding("answer-cut", Severity.ERROR, "the model's answer broke off")


def again(room: Room, document_id: str, result: dict[str, Any], **changes: Any) -> Event:
    """Extract a document once more, and return the event that says so."""
    digest = room.extracting.write(document_id, extraction_of(result, **changes))
    return room.announce.analyzed(document_id, digest)


@pytest.mark.parametrize(
    ("result", "changes"),
    [
        ({"total": Decimal("9.10"), "number": "A-1"}, {}),
        ({"total": Decimal("8.10")}, {}),
        ({"total": Decimal("8.10"), "number": "A-1", "more": "x"}, {"findings": (CUT,)}),
        ({}, {"findings": (CUT,)}),
        ({"total": Decimal("8.10"), "number": "A-1", "more": "x"}, {"fields": {}}),
        (GOOD, {"engine": "LLM", "model": "another"}),
    ],
    ids=["another total", "less", "a cut answer", "nothing", "ungrounded", "the same again"],
)
def test_an_archived_result_stays(
    room: Room, result: dict[str, Any], changes: dict[str, Any]
) -> None:
    document_id, event = room.extracted(GOOD)
    room.do(event)
    before = room.end(document_id)
    later = again(room, document_id, result, **changes)
    for _ in range(2):
        with pytest.raises(Skip, match="result-kept"):
            room.do(later)
    assert room.end(document_id) == before
    assert before["state"] == "ARCHIVED"


def test_a_result_that_says_all_and_more_takes_its_place(room: Room) -> None:
    document_id, event = room.extracted(GOOD)
    room.do(event)
    room.do(again(room, document_id, GOOD | {"more": "x"}))
    end = room.end(document_id)
    assert end["state"] == "ARCHIVED"
    assert [version for version, *_ in end["versions"]] == [1, 2]


def test_a_result_in_review_stays_where_a_later_one_is_more_in_doubt(room: Room) -> None:
    document_id, event = room.extracted({"total": Decimal(-1), "number": "A-1"})
    room.do(event)
    before = room.end(document_id)
    with pytest.raises(Skip, match="result-kept"):
        room.do(again(room, document_id, {"total": Decimal(-1)}, findings=(CUT,)))
    assert room.end(document_id) == before
    assert before["state"] == "NEEDS_REVIEW"


def test_what_a_person_gave_is_not_replaced(room: Room) -> None:
    given = ExtractedField(Decimal(-1), Origin.RULE, GROUNDED, FieldStatus.CORRECTED)
    document_id, event = room.extracted({"total": Decimal(-1)}, fields={"/total": given})
    room.do(event)
    before = room.end(document_id)
    with pytest.raises(Skip, match="result-kept"):
        room.do(again(room, document_id, GOOD))
    assert room.end(document_id) == before


def test_a_failure_after_it_takes_nothing_from_an_accepted_result(room: Room) -> None:
    document_id, event = room.extracted(GOOD)
    room.do(event)
    before = room.end(document_id)
    letter = room.announce.dead(document_id, room.stage.name, "model-timeout")
    room.do(replace(letter, stage="extract"))
    assert room.end(document_id) == before
