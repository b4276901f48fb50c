"""What a text stands for, where it may stand for more than one thing. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """A value that was read from a text, and what else the text may mean.

    Attributes:
        value: the likeliest.
        alternatives: the others, likeliest first; empty where nothing else can be meant.
    """

    value: T
    alternatives: tuple[T, ...] = ()

    @property
    def is_ambiguous(self) -> bool:
        """Whether nothing settles what is meant."""
        return bool(self.alternatives)

    @property
    def values(self) -> tuple[T, ...]:
        """All that may be meant, likeliest first."""
        return (self.value, *self.alternatives)


def reading_of(values: Iterable[T]) -> Reading[T] | None:
    """Return the reading with these values, likeliest first; equal ones count once."""
    distinct = tuple(dict.fromkeys(values))
    return Reading(distinct[0], distinct[1:]) if distinct else None
