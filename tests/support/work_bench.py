"""One stage, its backlog and clients of a test's own making: a try without a service."""

import pickle
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

from inkwell_api.events import Event, Recognized, Uploaded
from inkwell_api.names import Stage as StageName
from inkwell_api.stage_env import Address, CassandraAccess, KafkaAccess, StageEnv
from inkwell_worker.backlog import Backlog, Entry
from inkwell_worker.connections import Connections
from inkwell_worker.metrics import StageMetrics
from inkwell_worker.stage import Stage, Task, Unavailable
from inkwell_worker.work import Work

UPLOADED = "acme.invoices.uploaded"
DEAD = "acme.invoices.dead"
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

ENV = StageEnv(
    tenant="acme",
    pipeline="invoices",
    stage=StageName.OCR,
    kafka=KafkaAccess(
        bootstrap_servers="kafka:9093",
        registry_url="http://registry",
        group="acme.invoices.ocr",
        consumes=(UPLOADED,),
        produces="acme.invoices.recognized",
        dead_letters=DEAD,
    ),
    cassandra=CassandraAccess(
        contact_points=(Address(host="cassandra", port=9042),),
        datacenter="datacenter1",
        keyspace="tenant_acme",
    ),
    max_bytes=1,
    max_pages=1,
    attempts=3,
)

EVENT = Uploaded(
    event_id=str(uuid.uuid4()),
    tenant="acme",
    pipeline="invoices",
    document_id=str(uuid.uuid4()),
    occurred_at=datetime.now(UTC),
    sha256="0" * 64,
    size_bytes=1,
    content_type="image/png",
    chunk_count=1,
)

RESULT = Recognized(
    event_id=str(uuid.uuid4()),
    tenant="acme",
    pipeline="invoices",
    document_id=EVENT.document_id,
    occurred_at=datetime.now(UTC),
    sha256="0" * 64,
    page_count=1,
    word_count=1,
    text_layer_pages=0,
    mean_confidence=1.0,
)


@dataclass
class Record:
    event: Event
    source: str = UPLOADED
    number: int = 0

    def topic(self) -> str:
        return self.source

    def partition(self) -> int:
        return 0

    def offset(self) -> int:
        return self.number

    def key(self) -> bytes:
        return self.event.document_id.encode()

    def value(self) -> bytes:
        return pickle.dumps(self.event)

    def headers(self) -> list[tuple[str, bytes]]:
        return [("traceparent", PARENT.encode())]


@dataclass
class Clients:
    """Stands for `Connections`: events are pickled, and what is sent is kept."""

    sent: list[tuple[str, Event, dict[str, str]]] = field(default_factory=list)
    is_away: bool = False

    def codec(self) -> "Clients":
        return self

    def decode(self, value: bytes) -> Event:
        event: Event = pickle.loads(value)  # noqa: S301 -- made here
        return event

    def producer(self) -> "Clients":
        return self

    def producer_fatal(self) -> str:
        return ""

    def send(self, topic: str, event: Event, headers: list[tuple[str, str]]) -> None:
        if self.is_away:
            raise Unavailable("kafka-away", "Kafka is away")
        self.sent.append((topic, event, dict(headers)))


@dataclass
class Scripted:
    """A stage that does what it is told, try by try."""

    script: list[Exception | Event | None]
    seen: list[Task] = field(default_factory=list)

    def process(self, task: Task) -> Event | None:
        self.seen.append(task)
        step = self.script.pop(0)
        if isinstance(step, Exception):
            raise step
        return step

    def abandon(self) -> None:
        """Nothing runs."""


class Bench:
    def __init__(self, *script: Exception | Event | None) -> None:
        self.now = 0.0
        self.backlog = Backlog(lambda: self.now)
        self.clients = Clients()
        self.stage = Scripted(list(script))
        self.run(self.stage)

    def run(self, stage: Stage) -> None:
        clients = cast("Connections", self.clients)
        self.work = Work(ENV, stage, clients, self.backlog, StageMetrics(ENV))

    def put(self, event: Event = EVENT, *, source: str = UPLOADED, number: int = 0) -> None:
        self.backlog.add(Record(event, source, number))  # type: ignore[arg-type]

    def turn(self) -> Entry:
        """Let time pass until a record is due, and try it."""
        for _ in range(100):
            if entry := self.backlog.take(0):
                self.work.do(entry)
                return entry
            self.now += 10
        raise AssertionError("nothing is due")

    @property
    def committed(self) -> int:
        (commit,) = self.backlog.commits()
        return commit.offset
