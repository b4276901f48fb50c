"""What a stage is: a value in, a value out. The runner does everything else.

A stage holds no consumer, producer, environment or clock. What it writes (`stores`) is a
deterministic overwrite, so the runner may hand it the same event again at any time: after a crash,
a rebalance or a failed try.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from inkwell_api.events import Event

DIGEST: Final = "digest"
"""The cause where what is stored is not what the event says: forged, or a write was lost."""


@dataclass(frozen=True, slots=True)
class Task:
    """One try of one event.

    Attributes:
        event: what was consumed; of a type that the stage's topics carry.
        attempt: from 1; also counts tries that ended with the death of an earlier process.
        now: when the try began, in UTC; for the `occurred_at` of the event that comes out.
        trace_parent: W3C trace context of the event, or empty.
    """

    event: Event
    attempt: int
    now: datetime
    trace_parent: str = ""


class Stage(Protocol):
    """Turns one event into the next.

    `process` runs in worker threads, several at once; `abandon` runs in the main thread.
    """

    def process(self, task: Task) -> Event | None:
        """Do the work of one event; its effects are durable when this returns.

        Returns:
            The event to produce (the runner waits for its confirmation), or None when there is
                none.

        Raises:
            Poison: the document can never be processed; it becomes a dead letter at once.
            Retryable: this try failed, another may not; after `StageEnv.attempts` tries it becomes
                a dead letter.
            Unavailable: a backend is away; tried again for as long as it takes, at no cost to the
                document.
            Skip: there is nothing to do for this event any more.
            Abandoned: `abandon` was called.
        """

    def abandon(self) -> None:
        """Make every running `process` raise `Abandoned` within two seconds: the worker stops."""


class StageError(Exception):
    """Why a try ended without a result.

    Args:
        cause: a stable lower-case word with dashes, such as ``encrypted-pdf``; a metric label, so
            of few values.
        detail: one sentence for a person; never document text, file names or secrets.
    """

    def __init__(self, cause: str, detail: str) -> None:
        """Keep cause and detail."""
        super().__init__(f"{cause}: {detail}")
        self.cause = cause
        self.detail = detail


class Poison(StageError):
    """The document itself can never be processed."""


class Retryable(StageError):
    """This try failed, another may not: a timeout, a crashed child.

    It counts against `StageEnv.attempts`.
    """


class Unavailable(StageError):
    """A backend is away: Cassandra, PostgreSQL, Kafka, the registry or a model.

    The try is not charged to the document (for the exception see `work.STRIKES_PER_ATTEMPT`).
    """


class Skip(StageError):
    """The event asks for nothing (any more), for instance because the document was erased."""


class Abandoned(StageError):
    """The process is stopping; the event stays unfinished and is consumed again later."""

    def __init__(self) -> None:
        """Say that the process stops."""
        super().__init__("abandoned", "the worker is stopping")
