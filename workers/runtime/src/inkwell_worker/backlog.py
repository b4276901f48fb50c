"""The unfinished records: which one is next, which wait for a retry, what may be committed.

Shared by the poll loop (adds, drops, commits) and the worker threads (take, finish, postpone). A
record in backoff does not hold up the others of its partition: they are worked on meanwhile, and
the committed offset stays below the lowest unfinished one. How often an unfinished record was tried
travels in the commit's metadata, so that a document which kills its process still runs out of
tries.
"""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from confluent_kafka import Message

MAX_SPAN: Final = 1000
"""Most offsets between a partition's lowest unfinished record and its newest.

It bounds how much is done again after a crash.
"""
_METADATA_RECORDS: Final = 100
"""Records named in a commit's metadata; the broker takes 4096 bytes."""


class Partition(NamedTuple):
    """A partition of a topic."""

    topic: str
    number: int


@dataclass(eq=False, slots=True)
class Entry:
    """One consumed record on its way.

    Attributes:
        message: as consumed.
        partition: where it came from.
        attempts: tries begun, those of earlier processes included.
        outages: tries that ended because a backend was away, in a row.
        strikes: those of the outages during which other documents succeeded.
        due: monotonic time before which it is not tried.
        is_suspect: it was in work when an earlier process died; worked on alone, so that another
            death is charged to it and to no neighbour.
        successes_seen: the backlog's count of successes when it was last postponed by an outage.
    """

    message: Message
    partition: Partition
    attempts: int = 0
    outages: int = 0
    strikes: int = 0
    due: float = 0.0
    successes_seen: int = 0
    is_suspect: bool = False

    @property
    def offset(self) -> int:
        """The record's offset."""
        return self.message.offset() or 0

    @property
    def key(self) -> bytes:
        """The record's key: two records of one key are never worked on at once."""
        return self.message.key() or b""


@dataclass(slots=True)
class _Window:
    """The unfinished records of one assigned partition, by offset."""

    inherited: dict[int, int]
    entries: dict[int, Entry] = field(default_factory=dict)
    position: int | None = None
    committed: tuple[int, str] | None = None

    def commit(self) -> tuple[int, str] | None:
        """Return the lowest unfinished offset and the tries so far; None before any record."""
        if self.position is None:
            return None
        offset = min(self.entries, default=self.position)
        tried = sorted((o, e.attempts) for o, e in self.entries.items() if e.attempts)
        return offset, ",".join(f"{o}:{attempts}" for o, attempts in tried[:_METADATA_RECORDS])


class Commit(NamedTuple):
    """An offset to commit with its metadata."""

    partition: Partition
    offset: int
    metadata: str


def parse_metadata(metadata: str | None) -> dict[int, int]:
    """Return tries by offset from a commit's metadata; what is not ours counts as none."""
    tries: dict[int, int] = {}
    for item in (metadata or "").split(","):
        offset, _, attempts = item.partition(":")
        if offset.isdecimal() and attempts.isdecimal():
            tries[int(offset)] = int(attempts)
    return tries


class Backlog:
    """All windows, and the order of work: oldest due record first, one at a time a key."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Start empty."""
        self._clock = clock
        self._changed = threading.Condition()
        self._windows: dict[Partition, _Window] = {}
        self._waiting: list[Entry] = []
        self._running: list[Entry] = []
        self._held_until = 0.0
        self._closed = False
        self.successes = 0

    def assign(self, partition: Partition, metadata: str | None) -> None:
        """Begin a partition that now belongs to this process."""
        with self._changed:
            self._windows[partition] = _Window(parse_metadata(metadata))

    def drop(self, partitions: Iterable[Partition]) -> None:
        """Forget partitions that belong to another process now.

        Their records that still run are not counted or committed when they end.
        """
        with self._changed:
            for partition in partitions:
                self._windows.pop(partition, None)
            self._waiting = [e for e in self._waiting if e.partition in self._windows]
            self._changed.notify_all()

    def add(self, message: Message) -> None:
        """Add a consumed record; one that is known already stays as it is."""
        partition = Partition(message.topic() or "", message.partition() or 0)
        with self._changed:
            window = self._windows.setdefault(partition, _Window({}))
            entry = Entry(message, partition)
            if entry.offset in window.entries:
                return
            entry.attempts = window.inherited.pop(entry.offset, 0)
            entry.is_suspect = entry.attempts > 0
            window.entries[entry.offset] = entry
            window.position = max(window.position or 0, entry.offset + 1)
            self._waiting.append(entry)
            self._changed.notify()

    def take(self, timeout: float) -> Entry | None:
        """Wait for a record that is due and count a try of it.

        Returns:
            The record, or None after `timeout` seconds or when the backlog is closed.
        """
        deadline = self._clock() + timeout
        with self._changed:
            while not self._closed:
                now = self._clock()
                if entry := self._next(now):
                    self._waiting.remove(entry)
                    self._running.append(entry)
                    entry.attempts += 1
                    return entry
                if now >= deadline:
                    return None
                self._changed.wait(min(deadline, self._wake_up(now)) - now)
        return None

    def _next(self, now: float) -> Entry | None:
        if now < self._held_until:
            return None
        busy = {entry.key for entry in self._running}
        ready = (e for e in self._waiting if e.due <= now and e.key not in busy)
        # Suspects come first and alone: whatever else runs ends before.
        found = min(ready, key=lambda e: (not e.is_suspect, e.due, e.offset), default=None)
        if found is not None and self._running:
            alone = found.is_suspect or any(entry.is_suspect for entry in self._running)
            return None if alone else found
        return found

    def _wake_up(self, now: float) -> float:
        later = [
            max(e.due, self._held_until)
            for e in self._waiting
            if max(e.due, self._held_until) > now
        ]
        return min(later, default=now + 3600)

    def finish(self, entry: Entry, *, succeeded: bool) -> None:
        """Note that all of a record's effects are durable."""
        with self._changed:
            self._running.remove(entry)
            self.successes += succeeded
            window = self._windows.get(entry.partition)
            if window and window.entries.get(entry.offset) is entry:
                del window.entries[entry.offset]
            self._changed.notify_all()

    def postpone(self, entry: Entry, delay: float, *, counts: bool) -> None:
        """Try a record again after `delay` seconds.

        `counts` says whether this try is charged to it.
        """
        with self._changed:
            self._running.remove(entry)
            entry.attempts -= not counts
            entry.is_suspect = False
            entry.due = self._clock() + delay
            window = self._windows.get(entry.partition)
            if window and window.entries.get(entry.offset) is entry:
                self._waiting.append(entry)
            self._changed.notify_all()

    def hold(self, seconds: float) -> None:
        """Hand out nothing for some seconds: a backend is away."""
        with self._changed:
            self._held_until = self._clock() + seconds

    def commits(self) -> list[Commit]:
        """Return what changed since it was last `committed`."""
        with self._changed:
            wanted = [(p, w, w.commit()) for p, w in self._windows.items()]
            return [
                Commit(p, *commit) for p, w, commit in wanted if commit and commit != w.committed
            ]

    def committed(self, commits: Iterable[Commit]) -> None:
        """Note what was sent to the broker."""
        with self._changed:
            for commit in commits:
                if window := self._windows.get(commit.partition):
                    window.committed = (commit.offset, commit.metadata)

    def forget_commits(self) -> None:
        """Commit everything again: the broker refused some commit."""
        with self._changed:
            for window in self._windows.values():
                window.committed = None

    def unfinished(self) -> int:
        """Count the records that wait or run."""
        with self._changed:
            return len(self._waiting) + len(self._running)

    def positions(self) -> dict[Partition, int]:
        """Return by partition the offset up to which everything is finished.

        Partitions without a record so far are left out.
        """
        with self._changed:
            commits = ((p, w.commit()) for p, w in self._windows.items())
            return {p: commit[0] for p, commit in commits if commit}

    def has_wide_window(self) -> bool:
        """Say whether some partition has run too far ahead of its lowest unfinished record."""
        with self._changed:
            return any(
                w.position - min(w.entries) >= MAX_SPAN
                for w in self._windows.values()
                if w.entries and w.position
            )

    @property
    def is_closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    def close(self) -> None:
        """Hand out nothing any more and wake up whoever waits."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
