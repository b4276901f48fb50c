from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from inkwell_worker.backlog import Backlog, Partition, parse_metadata

TOPIC = "acme.invoices.uploaded"
PARTITION = Partition(TOPIC, 0)


@dataclass(frozen=True)
class Record:
    """What the backlog reads of a consumed message."""

    number: int
    name: bytes = b""

    def topic(self) -> str:
        return TOPIC

    def partition(self) -> int:
        return 0

    def offset(self) -> int:
        return self.number

    def key(self) -> bytes:
        return self.name or str(self.number).encode()


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def backlog_of(*records: Record, metadata: str = "") -> tuple[Backlog, Clock]:
    clock = Clock()
    backlog = Backlog(clock)
    backlog.assign(PARTITION, metadata)
    for record in records:
        backlog.add(record)  # type: ignore[arg-type] # the few methods that are used
    return backlog, clock


def test_a_record_in_backoff_does_not_hold_up_its_neighbours() -> None:
    backlog, _ = backlog_of(Record(0), Record(1))
    first = backlog.take(0)
    assert first is not None
    backlog.postpone(first, 30, counts=True)
    second = backlog.take(0)
    assert second is not None
    assert second.offset == 1
    backlog.finish(second, succeeded=True)
    assert backlog.take(0) is None
    (commit,) = backlog.commits()
    assert (commit.offset, commit.metadata) == (0, "0:1")


def test_a_postponed_record_is_due_again_and_remembers_its_tries() -> None:
    backlog, clock = backlog_of(Record(0))
    entry = backlog.take(0)
    assert entry is not None
    backlog.postpone(entry, 30, counts=True)
    clock.now += 31
    again = backlog.take(0)
    assert again is entry
    assert again.attempts == 2


def test_an_outage_costs_no_try() -> None:
    backlog, clock = backlog_of(Record(0))
    entry = backlog.take(0)
    assert entry is not None
    backlog.postpone(entry, 1, counts=False)
    backlog.hold(10)
    clock.now += 5
    assert backlog.take(0) is None
    clock.now += 6
    again = backlog.take(0)
    assert again is not None
    assert again.attempts == 1


def test_tries_that_ended_with_an_earlier_process_count() -> None:
    backlog, _ = backlog_of(Record(7), metadata="7:4,9:1")
    entry = backlog.take(0)
    assert entry is not None
    assert entry.attempts == 5


def test_what_may_have_felled_the_process_is_worked_on_alone() -> None:
    backlog, _ = backlog_of(Record(0), Record(1), Record(2), metadata="0:1,1:1")
    for expected in (0, 1):
        entry = backlog.take(0)
        assert entry is not None
        assert entry.offset == expected
        assert backlog.take(0) is None
        backlog.finish(entry, succeeded=True)
    last = backlog.take(0)
    assert last is not None
    assert last.attempts == 1


def test_two_records_of_one_document_are_never_worked_on_at_once() -> None:
    backlog, _ = backlog_of(Record(0, b"same"), Record(1, b"same"))
    first = backlog.take(0)
    assert first is not None
    assert backlog.take(0) is None
    backlog.finish(first, succeeded=True)
    assert backlog.take(0) is not None


def test_what_ends_after_its_partition_was_lost_is_not_committed() -> None:
    backlog, _ = backlog_of(Record(0))
    entry = backlog.take(0)
    assert entry is not None
    backlog.drop([PARTITION])
    backlog.finish(entry, succeeded=True)
    assert backlog.commits() == []


def test_a_refused_commit_is_sent_again() -> None:
    backlog, _ = backlog_of(Record(0))
    commits = backlog.commits()
    backlog.committed(commits)
    assert backlog.commits() == []
    backlog.forget_commits()
    assert backlog.commits() == commits


@given(st.permutations(range(8)), st.integers(0, 8))
def test_no_offset_is_committed_before_all_below_it_are_finished(
    order: list[int], finished: int
) -> None:
    backlog, _ = backlog_of(*(Record(n) for n in range(8)))
    taken = {}
    while entry := backlog.take(0):
        taken[entry.offset] = entry
    for offset in order[:finished]:
        backlog.finish(taken[offset], succeeded=True)
    (commit,) = backlog.commits()
    assert commit.offset == min(set(range(8)) - set(order[:finished]), default=8)


@given(st.text())
def test_foreign_metadata_counts_as_none(text: str) -> None:
    assert all(isinstance(tries, int) for tries in parse_metadata(text).values())
