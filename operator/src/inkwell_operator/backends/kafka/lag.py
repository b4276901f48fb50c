"""How many records wait for each consumer group, as far as that can be known. Pure.

What cannot be read (a topic with an error, a partition without a leader, a group without a
coordinator) is unknown, never zero: work that nobody counted would be put to sleep. One such topic
spoils no other's figure.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Partition: TypeAlias = tuple[str, int]
"""A topic and the number of one of its partitions."""
Lag: TypeAlias = Mapping[str, Mapping[str, int | None]]
"""By group and topic, how many records wait; None where that is not known."""


@dataclass(frozen=True, slots=True)
class Offsets:
    """What was read to count by; whatever is not in it could not be read.

    Attributes:
        partitions: numbers of each topic's partitions; a topic with an error is not in it.
        oldest: offset of the oldest record of each partition.
        newest: offset that the next record will have.
        committed: by group, where it goes on reading; what it never read is not in it.
    """

    partitions: Mapping[str, Collection[int]]
    oldest: Mapping[Partition, int]
    newest: Mapping[Partition, int]
    committed: Mapping[str, Mapping[Partition, int]]


def lag_of(groups: Mapping[str, Collection[str]], offsets: Offsets) -> Lag:
    """Return for each group and topic how many records it has yet to read.

    A partition that the group never read counts from its oldest record.
    """
    return {
        group: {topic: _waiting(offsets, group, topic) for topic in topics}
        for group, topics in groups.items()
    }


def _waiting(offsets: Offsets, group: str, topic: str) -> int | None:
    numbers = offsets.partitions.get(topic)
    committed = offsets.committed.get(group)
    if not numbers or committed is None:
        return None
    waiting = 0
    for number in numbers:
        partition = topic, number
        if partition not in offsets.oldest or partition not in offsets.newest:
            return None
        start = max(committed.get(partition, 0), offsets.oldest[partition])
        waiting += max(offsets.newest[partition] - start, 0)
    return waiting
