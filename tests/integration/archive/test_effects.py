"""The effects of one event, with the archive's own logins."""

import json
import uuid
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from inkwell_api.document import Finding, PageRoute, PageSource, Reader, Severity
from inkwell_api.names import Stage
from inkwell_api.route import Doubt, RouteReason
from inkwell_worker.stage import Poison, Retryable, Skip
from support.archive_room import Room
from support.worker_documents import add_row, extraction_of

pytestmark = pytest.mark.integration


def test_a_good_result_is_archived_everywhere(room: Room) -> None:
    document_id, event = room.extracted({"total": 12.5})
    room.do(event)
    end = room.end(document_id)
    assert end["history"] == ["RECOGNIZED", "ANALYZED", "ARCHIVED"]
    assert [version for version, *_ in end["results"]] == [1]
    assert end["results"] == end["versions"]
    assert [state for _, state in end["outbox"]] == ["ARCHIVED"]
    (record,) = room.records(document_id)
    assert json.loads(record.content)["extraction"]["result"] == {"total": 12.5}


def test_the_route_of_each_page_stays_with_its_version(room: Room) -> None:
    routes = (
        PageRoute(1, PageSource.TEXT_LAYER, RouteReason.TEXT_IS_SHOWN),
        PageRoute(2, PageSource.OCR, RouteReason.IMAGE, Reader.PADDLE_OCR, (Doubt.TILL_ROLL,)),
    )
    document_id, event = room.extracted({"total": 1.0}, pages=routes)
    room.do(event)
    second = {"source": "OCR", "reason": "image", "reader": "PaddleOCR", "doubts": ["till-roll"]}
    kept = [
        {"number": 1, "source": "TEXT_LAYER", "reason": "text-is-shown"}
        | {"reader": None, "doubts": []},
        {"number": 2} | second,
    ]
    query = "SELECT pages FROM result_history WHERE document_id = %s"
    assert room.rows(query, document_id) == [(kept,)]


def test_a_number_keeps_its_digits_in_every_store(room: Room) -> None:
    digits = "12345678901234567890.10"
    document_id, event = room.extracted({"total": Decimal("8.10"), "account": Decimal(digits)})
    room.do(event)
    (record,) = room.records(document_id)
    assert f'"result":{{"account":{digits},"total":8.10}}' in record.content
    stored = "SELECT result ->> 'account', fields #>> '{/total,value}' FROM results"
    assert room.rows(f"{stored} WHERE document_id = %s", document_id) == [(digits, "8.10")]


@pytest.mark.parametrize(
    ("result", "changes", "finding"),
    [
        ({"total": -1.0}, {}, "total-positive"),
        ({}, {}, "total-positive"),
        ({"total": 1.0}, {"fields": {}}, "ungrounded"),
        ({"total": 1.0}, {"findings": (Finding("schema", Severity.ERROR, "no", ""),)}, "schema"),
    ],
)
def test_errors_send_a_document_to_review(
    room: Room, result: dict[str, Any], changes: dict[str, Any], finding: str
) -> None:
    document_id, event = room.extracted(result, **changes)
    room.do(event)
    end = room.end(document_id)
    assert end["state"] == "NEEDS_REVIEW"
    assert finding in {found["name"] for found in end["results"][0][2]}
    assert [state for _, state in end["outbox"]] == ["NEEDS_REVIEW"]


def test_events_have_their_effect_once_and_in_any_order(room: Room) -> None:
    document_id, event = room.extracted({"total": 1.0})
    room.do(event)
    before = room.end(document_id)
    with pytest.raises(Skip, match="duplicate"):
        room.do(event)
    room.do(room.announce.recognized(document_id))
    room.do(room.announce.dead(document_id, Stage.EXTRACT))
    assert room.end(document_id) == before


def test_a_dead_letter_is_told_and_a_replay_overcomes_it(room: Room) -> None:
    document_id, event = room.extracted({"total": 1.0})
    room.do(room.announce.dead(document_id, Stage.EXTRACT))
    query = (
        "SELECT failure_stage, failure_cause, failure_detail FROM documents WHERE document_id = %s"
    )
    assert room.rows(query, document_id) == [("extract", "encrypted-pdf", "it is encrypted")]
    room.do(room.announce.recognized(document_id))
    assert room.state(document_id) == "FAILED"
    room.do(event)
    assert room.state(document_id) == "ARCHIVED"
    assert room.rows(query, document_id) == [(None, None, None)]


def test_a_better_result_takes_a_document_out_of_review(room: Room) -> None:
    document_id, event = room.extracted({"total": -1.0})
    room.do(event)
    digest = room.extracting.write(document_id, extraction_of({"total": 2.0}))
    room.do(room.announce.analyzed(document_id, digest))
    end = room.end(document_id)
    assert end["state"] == "ARCHIVED"
    assert [version for version, *_ in end["results"]] == [2]
    assert end["records"] == [1, 2]


def test_an_event_of_an_overwritten_extraction_leaves_the_field_to_its_own(room: Room) -> None:
    document_id, event = room.extracted({"total": 1.0})
    digest = room.extracting.write(document_id, extraction_of({"total": 2.0}))
    with pytest.raises(Retryable, match="digest"):
        room.do(event)
    assert room.state(document_id) == "UPLOADED"
    room.do(room.announce.analyzed(document_id, digest))
    before = room.end(document_id)
    with pytest.raises(Skip, match="superseded"):
        room.do(event)
    assert room.end(document_id) == before
    assert [result["total"] for _, result, *_ in before["versions"]] == [2.0]


def test_the_digest_of_the_pages_is_that_of_the_newest_event(room: Room) -> None:
    document_id, event = room.extracted({"total": 1.0})
    room.do(event)
    query = "SELECT pages_sha256 FROM documents WHERE document_id = %s"
    for digest in ("ab" * 32, "cd" * 32, None):
        room.do(room.announce.recognized(document_id, digest))
        assert room.rows(query, document_id) == [(digest,)]
    assert room.state(document_id) == "ARCHIVED"


def test_documents_that_are_gone_are_skipped(room: Room) -> None:
    with pytest.raises(Skip, match="document-gone"):
        room.do(room.announce.recognized(str(uuid.uuid4())))
    document_id = add_row(room.tenant)
    with room.tenant.postgres() as connection:
        connection.execute(
            "UPDATE documents SET state = 'ERASED' WHERE document_id = %s", (document_id,)
        )
    with pytest.raises(Skip, match="document-erased"):
        room.do(room.announce.recognized(document_id))


def test_another_pipelines_document_is_out_of_reach(room: Room) -> None:
    foreign = add_row(room.tenant, pipeline="letters")
    with pytest.raises(Skip, match="document-gone"):
        room.do(room.announce.recognized(foreign))
    event = replace(room.announce.recognized(foreign), pipeline="letters")
    with pytest.raises(Skip, match="document-gone"):
        room.do(event)
    assert room.state(foreign) == "UPLOADED"


def test_a_missing_extraction_may_still_come(room: Room) -> None:
    document_id = add_row(room.tenant)
    with pytest.raises(Retryable, match="extraction-missing"):
        room.do(room.announce.analyzed(document_id, "0" * 64))


def test_a_value_that_postgres_cannot_hold_is_the_documents_own_trouble(room: Room) -> None:
    document_id, event = room.extracted({"total": 1.0, "name": "a\0b"})
    with pytest.raises(Poison, match="unstorable"):
        room.do(event)
    assert room.state(document_id) == "UPLOADED"
