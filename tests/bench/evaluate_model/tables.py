"""Counts what is right and prints it as Markdown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.evaluate_model.documents import FIELDS, Case, is_right


@dataclass(slots=True)
class Row:
    """One kind of documents, read by one engine."""

    right: dict[str, int] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    whole: int = 0
    documents: int = 0
    seconds: float = 0.0

    @property
    def share(self) -> float:
        """Share of all fields that are exactly right, in percent."""
        return 100 * sum(self.right.values()) / max(1, sum(self.asked.values()))

    def cells(self) -> Iterator[str]:
        """Yield the share of each field, of all fields and of faultless documents, and the time."""
        for name in FIELDS:
            asked = self.asked.get(name)
            yield f"{100 * self.right.get(name, 0) / asked:.1f}" if asked else "-"
        yield f"{self.share:.1f}"
        yield f"{100 * self.whole / max(1, self.documents):.0f}"
        yield f"{self.seconds / max(1, self.documents):.2f}"


class Table:
    """All rows, and every wrong value."""

    def __init__(self) -> None:
        """Count nothing yet."""
        self._rows: dict[tuple[str, str], Row] = {}
        self.wrong: list[str] = []

    def add(self, case: Case, engine: str, result: Mapping[str, Any], seconds: float) -> None:
        """Count one document."""
        row = self._rows.setdefault((case.kind, engine), Row())
        row.documents += 1
        row.seconds += seconds
        faults = 0
        for name in case.asked:
            row.asked[name] = row.asked.get(name, 0) + 1
            if is_right(result, case.truth, name):
                row.right[name] = row.right.get(name, 0) + 1
                continue
            faults += 1
            said, true = result.get(name, "nothing"), case.truth.get(name, "nothing")
            self.wrong.append(f"{case.kind}: {engine}: {case.name}: {name}: {said!r}, not {true!r}")
        row.whole += not faults

    def markdown(self) -> Iterator[str]:
        """Yield the lines of the table: percent of documents in which a field is exactly right."""
        heads = ("documents", "number", "engine", *FIELDS, "all fields", "faultless", "s each")
        yield "| " + " | ".join(heads) + " |"
        yield "| --- | ---: | --- |" + " ---: |" * (len(FIELDS) + 3)
        for (kind, engine), row in sorted(self._rows.items()):
            yield f"| {kind} | {row.documents} | {engine} | {' | '.join(row.cells())} |"
