"""A crash between every two effects has the same end, and the outbox reaches Kafka all the same."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from inkwell_api.events import Event
from inkwell_api.names import EventKind, Stage
from inkwell_archive.ledger import Ledger, OpenDocument
from inkwell_archive.postgres import open_pool
from inkwell_archive.relay import Record, Relay
from inkwell_archive.stage import ArchiveStage
from inkwell_worker.stage import Skip, Unavailable
from support.archive_room import Room
from support.worker_documents import Reader, connections_of
from support.worker_process import eventually
from support.worker_tenant import PIPELINE

pytestmark = pytest.mark.integration


class CrashError(Exception):
    """The process ends here, as far as the code behind it can tell."""


class CrashingRecords:
    def __init__(self, room: Room, *, is_before: bool) -> None:
        self._room = room
        self._is_before = is_before

    def write(self, *values: Any) -> str:
        if not self._is_before:
            self._room.stage.records.write(*values)
        raise CrashError


def crash(*_: object, **__: object) -> None:
    raise CrashError


@pytest.mark.parametrize(
    "seam",
    [
        "before the record",
        "after the record",
        "advance_to",
        "store_version",
        "publish",
        "after the commit",
    ],
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
                broken.setattr(OpenDocument, method, crash)
        with pytest.raises(CrashError):
            room.do(event, stage)
    if seam == "after the commit":
        with pytest.raises(Skip, match="duplicate"):
            room.do(event)
    else:
        room.do(event)
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
            Relay(room.pool, CrashingProducer(room, is_before), topic, PIPELINE).drain()
    relay = Relay(room.pool, room.connections.producer(), topic, PIPELINE)
    assert relay.drain() >= 5
    assert relay.drain() == 0
    relay.prune()
    reader = Reader(room.tenant, EventKind.ARCHIVED)
    eventually("events", lambda: set(documents) <= {e.document_id for e in reader.read()})
    reader.close()
    events = [event for event in reader.events if event.document_id in documents]
    assert {event.document_id for event in events} == set(documents)
    assert len({event.event_id for event in events}) == 5
    assert all("traceparent" in headers for headers in reader.headers)


def test_only_one_relay_works_at_a_time(room: Room) -> None:
    _, event = room.extracted({"total": 1.0})
    room.do(event)
    topic = room.tenant.topic(EventKind.ARCHIVED)
    second = Relay(room.pool, room.connections.producer(), topic, PIPELINE)
    found: list[int] = []

    class Producer:
        def send_all(self, records: Sequence[Record]) -> None:
            found.append(second.drain())
            room.connections.producer().send_all(records)

    assert Relay(room.pool, Producer(), topic, PIPELINE).drain() >= 1
    assert found == [0]


def is_done(room: Room, event: Event, stage: ArchiveStage) -> bool:
    """Try once, as the runner does while a backend is away."""
    try:
        room.do(event, stage)
    except Unavailable:
        return False
    return True


def test_a_wrong_password_is_no_fault_of_the_document(room: Room, tmp_path: Path) -> None:
    own = connections_of(room.tenant, Stage.ARCHIVE, tmp_path)
    (tmp_path / "password").write_text("wrong")
    pool = open_pool(own, room.tenant.postgres_access(), 1)
    _, event = room.extracted({"total": 1.0})
    stage = replace(room.stage, ledger=Ledger(pool))
    with pytest.raises(Unavailable):
        room.do(event, stage)
    (tmp_path / "password").write_text(room.tenant.passwords[Stage.ARCHIVE])
    eventually("use of the right password", lambda: is_done(room, event, stage))
    pool.close()
