"""Asks for the rows of a list part by part, in as few questions as context and answer allow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from inkwell_api.document import Finding, Severity
from inkwell_extract.model.ask import CONTEXT_CUT, Proposal, ask_once, most_room
from inkwell_extract.model.joining import Joined
from inkwell_extract.model.llm import Model
from inkwell_extract.model.prompts import Prompt, make_prompt, rows_text
from inkwell_extract.page.listing import Listing
from inkwell_extract.page.rows import Row
from inkwell_worker.stage import Retryable

MOST_PARTS: Final = 16
"""Questions for the lists of one document, with those that are asked again for fewer rows."""

TOKENS_PER_ANSWER: Final = 64
"""Of an answer without its items."""

_TOKENS_PER_VALUE: Final = 12
"""Of a value with its name in JSON, on average of the properties of an item."""

_MOST_FAILURES: Final = 2
"""Parts that fail until no further one is asked: a model that is too slow stays so."""

_FEWEST_ROWS: Final = 4
"""Of a part that is asked again for fewer rows."""

_PART: Final = (
    "The document is a part of a longer one. "
    "Answer all rows of this part, in their order and each once, and no other."
)


@dataclass(slots=True)
class Parts:
    """The questions for the lists of one document.

    Attributes:
        model: whom to ask.
        schema: of the lists alone.
        advice: the tenant's prompt.
        listing: where the items stand.
        joined: takes the answers.
    """

    model: Model
    schema: Mapping[str, Any]
    advice: str
    listing: Listing
    joined: Joined

    def ask(self, rows: Sequence[Row], columns: int) -> None:
        """Ask for all rows, from the top down.

        A part whose question or answer is cut is asked again for half its rows, and the rest in
        parts of that size.

        Args:
            rows: that may belong to the lists.
            columns: properties of an item.

        Raises:
            Unavailable: the endpoint is away.
        """
        left, failures = rows, 0
        most = (most_room(self.model) - TOKENS_PER_ANSWER) // (columns * _TOKENS_PER_VALUE)
        for number in range(1, MOST_PARTS + 1):
            if not left or failures >= _MOST_FAILURES:
                break
            part, prompt = self._next(left, max(most, 1))
            try:
                said = ask_once(self.model, prompt, self.schema, most_room(self.model))
            except Retryable as trouble:
                failures += 1
                said = Proposal({}, (Finding(trouble.cause, Severity.ERROR, trouble.detail),))
            if said.is_cut and len(part) > _FEWEST_ROWS and number < MOST_PARTS:
                most = len(part) // 2
                continue
            self.joined.take(part, said)
            left = left[len(part) :]
        if left:
            self.joined.take(left, Proposal({}, (CONTEXT_CUT,)))

    def _next(self, left: Sequence[Row], most: int) -> tuple[Sequence[Row], Prompt]:
        """Return the first rows, as many as fit into one question, and this question."""
        count = min(most, len(left))
        while True:
            part = left[: self._border(left, count)]
            prompt = self._prompt(part)
            if not prompt.is_cut or count == 1:
                return part, prompt
            count = max(count * 3 // 4, 1)

    def _prompt(self, part: Sequence[Row]) -> Prompt:
        heading = (row for row in self.listing.heading if row.index < part[0].index)
        advice = "\n\n".join(filter(None, (self.advice.strip(), _PART)))
        text, context = rows_text((*heading, *part)), self.model.context_tokens
        return make_prompt(text, self.schema, advice, context, most_room(self.model))

    def _border(self, left: Sequence[Row], count: int) -> int:
        """Return after how many rows a part ends: before an item or a page, if one begins there."""
        if count == len(left):
            return count
        borders = range(count, count // 2, -1)
        items = (n for n in borders if left[n].index in self.listing.starts)
        pages = (n for n in borders if left[n].page != left[n - 1].page)
        return next(items, next(pages, count))
