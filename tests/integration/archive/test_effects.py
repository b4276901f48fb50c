"""The effects of one event, with the archive's own logins; and a crash between every two of them."""

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from inkwell_api.document import Finding, Severity
from inkwell_api.events import Event
from inkwell_api.names import EventKind, Stage
from inkwell_api.pipeline import ValidationRule, ValidationSpec
from inkwell_archive.ledger import Ledger, Page
from inkwell_archive.postgres import Pool, open_pool
from inkwell_archive.records import CassandraRecords
from inkwell_archive.relay import Record, Relay
from inkwell_archive.rules import ChildRules
from inkwell_archive.stage import ArchiveStage
from inkwell_worker.cassandra_stores import CassandraExtractions
from inkwell_worker.connections import Connections
from inkwell_worker.stage import Poison, Retryable, Skip, Task, Unavailable
from support.worker_documents import Announcer, Reader, add_row, connections_of, extraction_of
from support.worker_tenant import WorkerTenant

pytestmark = pytest.mark.integration

POSITIVE = ValidationRule(
    name="total-positive", expression="result.total > 0.0", message="it must be above zero"
)


class CrashError(Exception):
    """The process ends here, as far as the code behind it can tell."""


@dataclass
class Room:
    tenant: WorkerTenant
    stage: ArchiveStage
    pool: Pool
    connections: Connections
    extracting: CassandraExtractions

    @property
    def announce(self) -> Announcer:
        return Announcer(self.tenant)

    def extracted(self, result: dict[str, Any], **changes: Any) -> tuple[str, Event]:
        """Make a document with an extraction, and its event."""
        document_id = add_row(self.tenant)
        digest = self.extracting.write(document_id, extraction_of(result, **changes))
        return document_id, self.announce.analyzed(document_id, digest)

    def do(self, event: Event, stage: ArchiveStage | None = None) -> None:
        task = Task(event, 1, datetime.now(UTC))
        assert (stage or self.stage).process(task) is None

    def rows(self, query: str, document_id: str) -> list[tuple[Any, ...]]:
        with self.tenant.postgres() as connection:
            return connection.execute(query.encode(), (document_id,)).fetchall()

    def state(self, document_id: str) -> str:
        ((state,),) = self.rows("SELECT state FROM documents WHERE document_id = %s", document_id)
        return str(state)

    def history(self, document_id: str) -> list[str]:
        query = "SELECT state FROM document_history WHERE document_id = %s ORDER BY number"
        return [state for (state,) in self.rows(query, document_id)]

    def records(self, document_id: str) -> list[Any]:
        with self.tenant.cassandra() as session:
            session.set_keyspace(self.tenant.cassandra_access().keyspace)
            query = "SELECT version, content FROM archive_records WHERE document_id = %s"
            return list(session.execute(query, (uuid.UUID(document_id),)))

    def end(self, document_id: str) -> dict[str, Any]:
        """Return all that a document's events have left, but times."""
        results = (
            "SELECT version, result, findings, extraction_sha256 FROM {} WHERE document_id = %s"
        )
        outbox = "SELECT event_id, record #>> '{event,state}' FROM outbox WHERE record #>> '{event,document_id}' = %s"
        return {
            "state": self.state(document_id),
            "history": self.history(document_id),
            "results": self.rows(results.format("results"), document_id),
            "versions": self.rows(results.format("result_history"), document_id),
            "outbox": self.rows(outbox, document_id),
            "records": [record.version for record in self.records(document_id)],
        }


@pytest.fixture(scope="module")
def room(tenant: WorkerTenant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    own = connections_of(tenant, Stage.ARCHIVE, tmp_path_factory.mktemp("archive"))
    other = connections_of(tenant, Stage.EXTRACT, tmp_path_factory.mktemp("extract"))
    pool = open_pool(own, tenant.postgres_access(), 3)
    rules = ChildRules([POSITIVE])
    stage = ArchiveStage(
        ledger=Ledger(pool),
        extractions=own.extractions(),
        records=CassandraRecords(own.cassandra()),
        validation=ValidationSpec(rules=[POSITIVE]),
        rules=rules,
        committed=lambda: None,
    )
    yield Room(tenant, stage, pool, own, CassandraExtractions(other.cassandra()))
    rules.close()
    pool.close()
    own.close()
    other.close()


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
    room.extracting.write(document_id, extraction_of({"total": 2.0}))
    with pytest.raises(Skip, match="superseded"):
        room.do(event)
    assert room.state(document_id) == "UPLOADED"


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


class CrashingRecords:
    def __init__(self, room: Room, *, is_before: bool) -> None:
        self._room = room
        self._is_before = is_before

    def write(self, *values: Any) -> None:
        if not self._is_before:
            self._room.stage.records.write(*values)
        raise CrashError


def crash(*_: object, **__: object) -> None:
    raise CrashError


@pytest.mark.parametrize(
    "seam",
    ["before the record", "after the record", "walk", "keep", "announce", "after the commit"],
)
def test_a_crash_between_any_two_effects_has_the_same_end(
    room: Room, seam: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    document_id, event = room.extracted({"total": 3.0})
    stage = room.stage
    with monkeypatch.context() as broken:
        match seam:
            case "before the record" | "after the record":
                records = CrashingRecords(room, is_before=seam.startswith("before"))
                stage = replace(stage, records=records)
            case "after the commit":
                stage = replace(stage, committed=crash)
            case method:
                broken.setattr(Page, method, crash)
        with pytest.raises(CrashError):
            room.do(event, stage)
    try:
        room.do(event)
    except Skip as skip:
        assert (skip.cause, seam) == ("duplicate", "after the commit")
    end = room.end(document_id)
    assert end["history"] == ["RECOGNIZED", "ANALYZED", "ARCHIVED"]
    assert [version for version, *_ in end["versions"]] == [1]
    assert len(end["outbox"]) == 1
    assert end["records"] == [1]


@dataclass
class CrashingProducer:
    room: Room
    is_before: bool

    def send_all(self, records: Sequence[Record]) -> None:
        if not self.is_before:
            self.room.connections.producer().send_all(records)
        raise Unavailable("crash", "it ends here")


def test_the_outbox_reaches_kafka_in_order_whatever_crashes(room: Room) -> None:
    documents = []
    for number in range(5):
        document_id, event = room.extracted({"total": number + 1.0})
        room.do(event)
        documents.append(document_id)
    topic = room.tenant.topic(EventKind.ARCHIVED)
    for is_before in (True, False):
        with pytest.raises(Unavailable):
            Relay(room.pool, CrashingProducer(room, is_before), topic).drain()
    relay = Relay(room.pool, room.connections.producer(), topic)
    assert relay.drain() >= 5
    assert relay.drain() == 0
    relay.tidy()
    reader = Reader(room.tenant, EventKind.ARCHIVED)
    try:
        events = [e for e in reader.read() if e.document_id in documents]
    finally:
        reader.close()
    assert {event.document_id for event in events} == set(documents)
    assert len({event.event_id for event in events}) == 5
    assert all(b"traceparent" not in h and "traceparent" in h for h in reader.headers)


def test_only_one_relay_works_at_a_time(room: Room) -> None:
    _, event = room.extracted({"total": 1.0})
    room.do(event)
    topic = room.tenant.topic(EventKind.ARCHIVED)
    second = Relay(room.pool, room.connections.producer(), topic)
    found: list[int] = []

    class Producer:
        def send_all(self, records: Sequence[Record]) -> None:
            found.append(second.drain())
            room.connections.producer().send_all(records)

    assert Relay(room.pool, Producer(), topic).drain() >= 1
    assert found == [0]


def test_a_wrong_password_is_no_fault_of_the_document(room: Room, tmp_path: Path) -> None:
    own = connections_of(room.tenant, Stage.ARCHIVE, tmp_path)
    (tmp_path / "password").write_text("wrong")
    pool = open_pool(own, room.tenant.postgres_access(), 1)
    _, event = room.extracted({"total": 1.0})
    stage = replace(room.stage, ledger=Ledger(pool))
    with pytest.raises(Unavailable):
        room.do(event, stage)
    (tmp_path / "password").write_text(room.tenant.passwords[Stage.ARCHIVE])
    room.do(event, stage)
    pool.close()
