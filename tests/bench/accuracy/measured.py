"""What was measured, as the page takes it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.accuracy.documents import Source
from bench.accuracy.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Measured:
    """A source and what became of its documents."""

    source: Source
    outcomes: Sequence[Outcome]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page that another bench writes: its title and its text in Markdown."""

    title: str
    text: str
