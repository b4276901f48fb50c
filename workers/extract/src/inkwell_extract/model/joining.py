"""Joins the answers to the parts of a list: in order, no item twice, what is missing said. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inkwell_api.document import Finding
from inkwell_extract.model.ask import ANSWER_TOO_LARGE, Proposal, has_too_many, leaves
from inkwell_extract.page.rows import Row
from inkwell_extract.values.conventions import Conventions
from inkwell_extract.values.fields import as_date, as_decimal
from inkwell_extract.values.folding import fold
from inkwell_extract.values.occurrences import numbers_in


@dataclass(slots=True)
class Joined:
    """What was answered to the parts so far.

    Attributes:
        names: of the lists.
        conventions: how the document writes numbers.
        starts: the rows that items begin with, as far as they are known.
    """

    names: Sequence[str]
    conventions: Conventions
    starts: frozenset[int] = frozenset()
    _items: dict[str, list[Any]] = field(default_factory=dict)
    _findings: list[Finding] = field(default_factory=list)
    _unanswered: set[int] = field(default_factory=set)
    _before: Sequence[Row] = ()

    def take(self, part: Sequence[Row], said: Proposal) -> None:
        """Take what was answered to some rows, which follow those that were taken before."""
        answers = {name: self._new(name, part, said.result.get(name)) for name in self.names}
        longer = {name: [*self._items.get(name, ()), *new] for name, new in answers.items()}
        self._findings += said.findings
        if has_too_many(longer):
            self._findings.append(ANSWER_TOO_LARGE)
            answers = {}
        else:
            self._items = longer
        wanted = sum(row.index in self.starts for row in part)
        given = max(map(len, answers.values()), default=0)
        # Without an answer at all, rows of any kind may have been items.
        is_missing = given < wanted or (not said.result and bool(said.findings))
        self._unanswered |= {row.page for row in part} if is_missing else set()
        self._before = part

    def proposal(self) -> Proposal:
        """Return all items, and what was wrong with asking for them."""
        items = {name: rows for name, rows in self._items.items() if rows}
        pages = tuple(sorted(self._unanswered))
        unanswered = dict.fromkeys(self.names, pages) if pages else {}
        return Proposal(items, tuple(dict.fromkeys(self._findings)), unanswered)

    def _new(self, name: str, part: Sequence[Row], answer: Any) -> list[Any]:
        """Return the items that a part adds: one that both sides of a border say counts once.

        Rows that are alike are two items where both sides have one.
        """
        new = answer if isinstance(answer, list) else []
        last = self._items.get(name, [])[-1:]
        is_again = bool(last) and last == new[:1]
        if is_again and not (self._has(part, new[0]) and self._has(self._before, new[0])):
            return new[1:]
        return new

    def _has(self, rows: Sequence[Row], item: Any) -> bool:
        """Say whether numbers and words of an item stand in some rows."""
        numbers = {found.value for row in rows for found in numbers_in(row, self.conventions)}
        text = fold(" ".join(row.text for row in rows))
        return all(
            number in numbers if (number := as_decimal(value)) is not None else fold(value) in text
            for value in _said(item)
        )


def _said(item: Any) -> Iterator[Any]:
    """Yield the numbers and words of an item; a date may be printed in any form."""
    for _, value in leaves(item if isinstance(item, Mapping) else {}):
        if not isinstance(value, bool) and value is not None and as_date(value) is None:
            yield value
