"""One question with its answer, from a seed. The same seed and index give the same sample."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from inkwell_documents.facts import Language
from inkwell_documents.reading import rows
from inkwell_documents.varied import document
from inkwell_documents.varied.typeset import Typeset
from inkwell_extract.model.prompts import make_prompt
from inkwell_tiny_invoice.questions.schemas import draw_schema, write_answer

DATA_VERSION: Final = 5
"""Goes up with every change that gives other samples for a seed."""

_UNCUT: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Sample:
    """One document, what is asked of it, and what is right.

    Attributes:
        text: of the document, as the extract stage gives it to the prompt.
        schema: of the answer.
        answer_text: what the model should write.
        layout: name of the document's layout.
        language: of the document.
        sheet: the document as it was typeset, for rendering.
        truth: everything that the document says, by the eight canonical names.
    """

    text: str
    schema: dict[str, Any]
    answer_text: str
    layout: str
    language: Language
    sheet: Typeset
    truth: Mapping[str, str | Decimal]

    @property
    def answer(self) -> dict[str, Any]:
        """The answer as an object; None stands for what the document does not say."""
        found: dict[str, Any] = json.loads(self.answer_text)
        return found

    @property
    def question(self) -> str:
        """What the model is asked: the user's part of the prompt."""
        return ask(self.text, self.schema)


def ask(text: str, schema: dict[str, Any]) -> str:
    """Return the question about a text, as the extract stage asks it."""
    return make_prompt(text, schema, "", _UNCUT, 0).user


def make(
    seed: int | str,
    index: int,
    *,
    is_held_out: bool,
    noise: float = 0.0,
    names: float = 0.0,
    whole: float = 0.5,
) -> Sample:
    """Make one sample.

    Args:
        seed: of the whole set.
        index: of the sample in it.
        is_held_out: with layouts and names that training never sees.
        noise: greatest share of misread characters.
        names: share of documents whose names are of any letters.
        whole: share of schemas with all eight fields.
    """
    random = document.stream(seed, index, is_held_out=is_held_out)
    drawn = document.draw(random, is_held_out=is_held_out, names=names)
    schema, asked = draw_schema(random, whole=whole)
    return Sample(
        text=rows.read(drawn.sheet, random, noise),
        schema=schema,
        answer_text=write_answer(drawn.truth, asked),
        layout=drawn.layout,
        language=drawn.language,
        sheet=drawn.sheet,
        truth=drawn.truth,
    )


def held_out(seed: int, count: int) -> Iterator[Sample]:
    """Yield clean samples for evaluation."""
    return (make(seed, index, is_held_out=True) for index in range(count))
