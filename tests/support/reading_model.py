"""A model that answers from the rows that it sees, with the context and the room that it has."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from inkwell_api.document import Page
from inkwell_extract.model.llm import Answer
from inkwell_extract.model.prompts import Prompt
from inkwell_worker.stage import Retryable
from support.typeset import pages

_ITEM: Final = re.compile(r"^(?P<name>Widget \S+) {3}(?P<amount>\d+\.\d\d)$", re.MULTILINE)
_TOTAL: Final = re.compile(r"^Total {3}(\d+\.\d\d)$", re.MULTILINE)
_NUMBER: Final = re.compile(r"Invoice number: (\S+)")
HEADING: Final = "Description                       Amount"
ROWS_OF_A_PAGE: Final = 34
CHARACTERS_PER_TOKEN: Final = 3


@dataclass
class ReadingModel:
    """Says of each question what its document shows.

    Attributes:
        context_tokens: of question and answer; more is refused.
        fails_at: parts, counted from 0, to which it says nothing.
        says: by part, what it answers instead.
        whole: documents that it was asked for single values or all at once.
        parts: documents that it was asked for rows alone.
    """

    context_tokens: int = 1200
    fails_at: tuple[int, ...] = ()
    says: Mapping[int, str] = field(default_factory=dict)
    whole: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    name: str = "reading"

    def ask(self, prompt: Prompt, schema: Mapping[str, Any], answer_tokens: int) -> Answer:
        """Answer, as far as there is room."""
        wanted = schema["properties"]
        text = prompt.user.partition("\n\n<document-")[2]
        is_part = set(wanted) == {"parts"}
        (self.parts if is_part else self.whole).append(text)
        number = len(self.parts) - 1
        if is_part and number in self.fails_at:
            raise Retryable("model-timeout", "too late")
        if is_part and number in self.says:
            return Answer(self.says[number], is_cut=False, is_context_cut=False)
        room = answer_tokens * CHARACTERS_PER_TOKEN
        content = json.dumps({name: _found(name, text) for name in wanted})
        is_context_cut = prompt.length / CHARACTERS_PER_TOKEN + answer_tokens > self.context_tokens
        return Answer(content[:room], len(content) > room, is_context_cut)


def _found(name: str, text: str) -> Any:
    match name:
        case "parts":
            return [{"name": m["name"], "amount": float(m["amount"])} for m in _ITEM.finditer(text)]
        case "total":
            return next((float(m[1]) for m in _TOTAL.finditer(text)), None)
        case _:
            return next((m[1] for m in _NUMBER.finditer(text)), None)


def widgets(count: int) -> list[dict[str, Any]]:
    """Return items, each another one."""
    return [{"name": f"Widget {n:04}", "amount": n + 0.5} for n in range(1, count + 1)]


def bill(count: int, *, heading: str = HEADING, has_total: bool = True) -> tuple[Page, ...]:
    """Return the pages of an invoice of so many items."""
    return typeset_bill(widgets(count), heading=heading, has_total=has_total)


def typeset_bill(
    items: Sequence[Mapping[str, Any]], *, heading: str = HEADING, has_total: bool = True
) -> tuple[Page, ...]:
    """Return the pages of an invoice of these items."""
    lines = [f"{item['name']}                       {item['amount']:.2f}" for item in items]
    sheets = [lines[n : n + ROWS_OF_A_PAGE] for n in range(0, len(lines), ROWS_OF_A_PAGE)]
    total = sum(item["amount"] for item in items)
    texts = [[heading, *sheet] for sheet in sheets]
    texts[0] = ["Acme Ltd", "Invoice number: INV-17", *texts[0]]
    texts[-1] += [f"Total                             {total:.2f}"] if has_total else []
    return pages(*texts)
