"""Brings the outbox to Kafka: in order, confirmed, then marked.

A crash in between repeats events with the same ids.

One process of a pipeline relays at a time, since two of them that skip each other's locked rows
would mix up the order of one document's events. It holds the lock of the pipeline's row in
`outbox_relay`, which row security lets no other login lock: an advisory lock could be held by any
login of the database.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

import psycopg
import structlog
from prometheus_client import Counter
from psycopg.rows import DictRow

from inkwell_api.events import Archived, Event
from inkwell_archive.postgres import Pool, transaction
from inkwell_worker.retry import BACKEND_BACKOFF
from inkwell_worker.stage import StageError
from inkwell_worker.tracing import TRACE_HEADER, child_of

log = structlog.get_logger(__name__)

BATCH: Final = 100
IDLE_SECONDS: Final = 30.0
_HOUSEKEEPING_ROUNDS: Final = 120
_RELAYED: Final = Counter(
    "inkwell_archive_relayed_total", "Events brought from the outbox to Kafka.", ("topic",)
)

Record = tuple[str, Event, Sequence[tuple[str, str]]]


class Producer(Protocol):
    """What the relay needs of the producer."""

    def send_all(self, records: Sequence[Record]) -> None:
        """Produce in order and return when all are confirmed."""


@dataclass
class Relay:
    """A thread that empties the outbox of one pipeline."""

    pool: Pool
    producer: Producer
    topic: str
    pipeline: str
    _woken: threading.Event = field(default_factory=threading.Event)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _has_turn: bool = False
    """Whether the row in `outbox_relay` is known to be there."""

    def start(self) -> None:
        """Begin."""
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Look into the outbox now."""
        self._woken.set()

    def stop(self) -> None:
        """Empty the outbox once more and end; two seconds at most."""
        self._stopping.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join(2.0)

    def _run(self) -> None:
        failures = rounds = 0
        while True:
            is_last = self._stopping.is_set()
            self._woken.clear()
            try:
                while self.drain() == BATCH:
                    pass
                if rounds % _HOUSEKEEPING_ROUNDS == 0:
                    self.prune()
                failures = 0
            except StageError as error:
                failures += 1
                log.warning("relay waits", cause=error.cause, detail=error.detail)
            if is_last:
                return
            rounds += 1
            if failures:
                self._stopping.wait(BACKEND_BACKOFF.delay(failures))
            else:
                self._woken.wait(IDLE_SECONDS)

    def drain(self) -> int:
        """Relay one batch and return how many events it had; none while another process relays."""
        if not self._has_turn:
            self._make_turn()
        with transaction(self.pool) as connection:
            if not self._holds_turn(connection):
                return 0
            rows = connection.execute(
                "SELECT number, message FROM outbox"
                " WHERE pipeline = %s AND published_at IS NULL ORDER BY number LIMIT %s",
                (self.pipeline, BATCH),
            ).fetchall()
            if not rows:
                return 0
            self.producer.send_all([self._record(row["message"]) for row in rows])
            numbers = [row["number"] for row in rows]
            connection.execute(
                "UPDATE outbox SET published_at = now() WHERE pipeline = %s AND number = ANY(%s)",
                (self.pipeline, numbers),
            )
        _RELAYED.labels(self.topic).inc(len(rows))
        return len(rows)

    def _make_turn(self) -> None:
        """Make the row to lock, in a transaction of its own so that no other process waits."""
        with transaction(self.pool) as connection:
            connection.execute(
                "INSERT INTO outbox_relay (pipeline) VALUES (%s) ON CONFLICT DO NOTHING",
                (self.pipeline,),
            )
        self._has_turn = True

    def _holds_turn(self, connection: psycopg.Connection[DictRow]) -> bool:
        """Lock the pipeline's row until the transaction ends; False while another process does."""
        locked = connection.execute(
            "SELECT FROM outbox_relay WHERE pipeline = %s FOR UPDATE SKIP LOCKED", (self.pipeline,)
        )
        self._has_turn = locked.rowcount > 0  # else it is made again, in case it is not there
        return self._has_turn

    def prune(self) -> None:
        """Delete what no redelivery can need: published events after 7 days, the inbox after 90."""
        with transaction(self.pool) as connection:
            connection.execute("SELECT forget_what_was_relayed()")

    def _record(self, message: dict[str, Any]) -> Record:
        event = message["event"]
        archived = Archived.from_record(
            event | {"occurred_at": datetime.fromisoformat(event["occurred_at"])}
        )
        return self.topic, archived, [(TRACE_HEADER, child_of(message["trace_parent"]))]
