"""Why each value was taken: its candidates, their probabilities, and what spoke for each."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from rich.markup import escape
from rich.table import Table

from inkwell_demo.demonstration.screen import plain_table

_REASONS: Final = 3
"""The loudest of a candidate that are shown; the API has two more."""

_OTHERS: Final = 2
"""What else a value might have been; the API has up to five."""


def contested(fields: Mapping[str, Any]) -> list[str]:
    """Return the pointers of values that something was weighed for, as the API tells it."""
    return [
        pointer
        for pointer, found in sorted(fields.items())
        if found.get("why", {}).get("proposers")
    ]


def candidates(fields: Mapping[str, Any]) -> Table:
    """Return a row for each candidate of each value; the one that was taken comes first."""
    table = plain_table("field", "candidate", "prob.", "proposed by", "for and against")
    for pointer in contested(fields):
        for row in _rows(pointer.removeprefix("/"), fields[pointer]):
            table.add_row(*row)
    return table


def _rows(name: str, found: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    others = found["alternatives"][:_OTHERS]
    for place, candidate in enumerate((found, *others)):
        colour = "green" if place == 0 else "dim"
        why = candidate["why"]
        yield (
            "" if place else escape(name),
            f"[{colour}]{escape(str(candidate['value']))}[/]",
            f"{candidate['confidence']:.2f}",
            escape(", ".join(why["proposers"])),
            escape("; ".join(map(_reason, why["reasons"][:_REASONS]))),
        )


def _reason(reason: Mapping[str, Any]) -> str:
    return f"{reason['log_odds']:+.1f} {reason['says']}"
