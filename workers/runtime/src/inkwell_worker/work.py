"""One try of one record: decode, let the stage work, produce, and decide what a failure means.

Runs in worker threads.
"""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import structlog
from typing_extensions import override

from inkwell_api.events import DeadLetter, Event
from inkwell_api.stage_env import StageEnv
from inkwell_worker import tracing
from inkwell_worker.backlog import Backlog, Entry
from inkwell_worker.connections import Connections
from inkwell_worker.deadletter import ATTEMPT_HEADER, CAUSE_HEADER, STAGE_HEADER, dead_letter
from inkwell_worker.metrics import StageMetrics
from inkwell_worker.retry import BACKEND_BACKOFF, DOCUMENT_BACKOFF
from inkwell_worker.stage import (
    Abandoned,
    Poison,
    Retryable,
    Skip,
    Stage,
    StageError,
    Task,
    Unavailable,
)

log = structlog.get_logger(__name__)

STRIKES_PER_ATTEMPT: Final = 10
"""Outages for which a document pays one try when it alone meets them while others succeed.

It may be the one that crashes the backend.
"""
DEATHS_PER_ATTEMPT: Final = 2
"""Ends of the process that count as one try: most are no fault of a document."""
_TAKE_SECONDS: Final = 1.0


class Work:
    """What worker threads do with a record, and what is known of outages."""

    def __init__(
        self,
        env: StageEnv,
        stage: Stage,
        connections: Connections,
        backlog: Backlog,
        metrics: StageMetrics,
    ) -> None:
        """Keep what is needed; the producer is opened at the first event."""
        self._env = env
        self._stage = stage
        self._connections = connections
        self._backlog = backlog
        self._metrics = metrics
        self._outages = 0
        self._lock = threading.Lock()
        self.outage = ""

    @property
    def fatal(self) -> str:
        """What only a new process can cure."""
        return self._connections.producer_fatal()

    def do(self, entry: Entry) -> None:
        """See one try through; never raises."""
        begun = time.monotonic()
        with self._metrics.seconds.time():
            outcome = self._try(entry)
        self._metrics.ended(outcome)
        log.info(
            outcome,
            topic=entry.partition.topic,
            partition=entry.partition.number,
            offset=entry.offset,
            attempt=entry.attempts,
            seconds=round(time.monotonic() - begun, 3),
        )
        structlog.contextvars.clear_contextvars()

    def _try(self, entry: Entry) -> str:
        event: Event | None = None
        try:
            self._refuse_deadly(entry)
            event = self._connections.codec().decode(entry.message.value())
            structlog.contextvars.bind_contextvars(document=event.document_id)
            self._process(entry, event)
        except Exception as error:  # noqa: BLE001 -- the one edge of a stage: whatever it raises is charged to its document, not to its neighbours
            return self._failed(entry, event, error)
        else:
            self._recovered()
            self._backlog.finish(entry, succeeded=True)
            return "succeeded"

    def _refuse_deadly(self, entry: Entry) -> None:
        """Give up a record whose tries were all begun and never ended: it kills the process."""
        if entry.attempts > self._env.attempts * DEATHS_PER_ATTEMPT:
            raise Poison("worker-died", "each try ended with the death of the worker process")

    def _process(self, entry: Entry, event: Event) -> None:
        if (event.tenant, event.pipeline) != (self._env.tenant, self._env.pipeline):
            cause = "foreign-event"
            raise Poison(cause, "the event is of another tenant or pipeline")
        trace_parent = tracing.trace_parent_of(entry.message.headers())
        task = Task(event, entry.attempts, datetime.now(UTC), trace_parent)
        result = self._stage.process(task)
        if result is not None:
            headers = [
                (tracing.TRACE_HEADER, tracing.child_of(trace_parent)),
                (ATTEMPT_HEADER, str(entry.attempts)),
            ]
            self._connections.producer().send(self._env.kafka.produces, result, headers)

    def _failed(self, entry: Entry, event: Event | None, error: Exception) -> str:
        match error:
            case Skip():
                self._metrics.skipped(error.cause)
                self._recovered()
                self._backlog.finish(entry, succeeded=True)
                return "skipped"
            case Abandoned():
                self._backlog.postpone(entry, 0.0, counts=False)
                return "abandoned"
            case Unavailable() if not self._has_struck_out(entry):
                return self._outage(entry, error)
            case Poison():
                return self._give_up(entry, event, error)
            case Unavailable() | Retryable():
                return self._again(entry, event, error)
            case _:
                log.error("unexpected", exc_info=_without_text(error))
                unexpected = Retryable(
                    "unexpected", f"the stage failed in an unforeseen way ({type(error).__name__})"
                )
                return self._again(entry, event, unexpected)

    def _again(self, entry: Entry, event: Event | None, error: StageError) -> str:
        if entry.attempts >= self._env.attempts:
            return self._give_up(entry, event, error)
        log.warning("will be tried again", cause=error.cause, detail=error.detail)
        self._backlog.postpone(entry, DOCUMENT_BACKOFF.delay(entry.attempts), counts=True)
        return "retried"

    def _outage(self, entry: Entry, error: Unavailable) -> str:
        with self._lock:
            self._outages += 1
            self.outage = error.cause
            hold = BACKEND_BACKOFF.delay(self._outages)
        entry.outages += 1
        entry.successes_seen = self._backlog.successes
        self._metrics.outage(error.cause)
        log.warning("a backend is away", cause=error.cause, detail=error.detail)
        self._backlog.hold(hold)
        self._backlog.postpone(
            entry, max(hold, DOCUMENT_BACKOFF.delay(entry.outages)), counts=False
        )
        return "outage"

    def _has_struck_out(self, entry: Entry) -> bool:
        if entry.outages and self._backlog.successes > entry.successes_seen:
            entry.strikes += 1
        if entry.strikes < STRIKES_PER_ATTEMPT:
            return False
        entry.strikes = 0
        return True

    def _recovered(self) -> None:
        with self._lock:
            self._outages = 0
            self.outage = ""

    def _give_up(self, entry: Entry, event: Event | None, error: StageError) -> str:
        if isinstance(event, DeadLetter) or entry.partition.topic == self._env.kafka.dead_letters:
            # A dead letter about a dead letter would be consumed here again, without end.
            log.error("a dead letter cannot be noted", cause=error.cause, detail=error.detail)
        else:
            letter = dead_letter(self._env, entry, event, error, datetime.now(UTC))
            trace = tracing.child_of(tracing.trace_parent_of(entry.message.headers()))
            headers = [
                (tracing.TRACE_HEADER, trace),
                (ATTEMPT_HEADER, str(entry.attempts)),
                (CAUSE_HEADER, error.cause),
                (STAGE_HEADER, self._env.stage.value),
            ]
            try:
                self._connections.producer().send(self._env.kafka.dead_letters, letter, headers)
            except (Unavailable, Poison) as away:
                return self._outage(entry, Unavailable("dead-letters-away", str(away)))
            log.error("given up", cause=error.cause, detail=error.detail, attempts=entry.attempts)
        self._metrics.dead_letter(error.cause)
        self._backlog.finish(entry, succeeded=False)
        return "dead"


def _without_text(error: Exception) -> Exception:
    """Keep where an unforeseen error came from, not its text: that may quote the document."""
    return Exception(type(error).__name__).with_traceback(error.__traceback__)


class WorkerThread(threading.Thread):
    """Takes records until the backlog is closed."""

    def __init__(
        self, work: Work, backlog: Backlog, number: int, count_tries: Callable[[], None]
    ) -> None:
        """Prepare; a daemon: a stage that ignores `abandon` must not hold up the end.

        Args:
            work: what is done with a record.
            backlog: where records come from.
            number: for the thread's name.
            count_tries: makes the counts of tries durable; called before each try, so that even a
                record that kills the process at once is given up in the end.
        """
        super().__init__(name=f"worker-{number}", daemon=True)
        self._work = work
        self._backlog = backlog
        self._count_tries = count_tries

    @override
    def run(self) -> None:
        """Take and do."""
        while not self._backlog.is_closed:
            if entry := self._backlog.take(_TAKE_SECONDS):
                self._count_tries()
                self._work.do(entry)
