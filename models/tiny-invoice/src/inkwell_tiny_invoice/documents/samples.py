"""One question with its answer, from a seed. The same seed and index give the same sample."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any, Final

from inkwell_extract.model.prompts import make_prompt
from inkwell_tiny_invoice.documents.facts import Facts
from inkwell_tiny_invoice.documents.formats import SYMBOLS
from inkwell_tiny_invoice.documents.invention import invent
from inkwell_tiny_invoice.documents.layouts import layouts
from inkwell_tiny_invoice.documents.naming import free_word, held_out_word, trained_word
from inkwell_tiny_invoice.documents.reading import read
from inkwell_tiny_invoice.documents.schemas import draw_schema, write_answer
from inkwell_tiny_invoice.documents.typeset import Typeset
from inkwell_tiny_invoice.documents.wording import word

DATA_VERSION: Final = 5
"""Goes up with every change that gives other samples for a seed."""

_LANGUAGES: Final = ("en", "en", "de", "de", "fr")
_UNCUT: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Sample:
    """One document, what is asked of it, and what is right.

    Attributes:
        text: of the document, as the extraction stage gives it to the prompt.
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
    language: str
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
    """Return the question about a text, as the extraction stage asks it."""
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
    random = Random(f"{'held out' if is_held_out else 'trained'}/{seed}/{index}")
    language = random.choice(_LANGUAGES)
    is_receipt = random.random() < 0.22
    word_maker = held_out_word if is_held_out else trained_word
    if names > 0 and random.random() < names:
        word_maker = free_word
    facts = invent(random, language, word_maker, is_receipt=is_receipt, is_held_out=is_held_out)
    layout = random.choice(layouts(is_receipt=is_receipt, is_held_out=is_held_out))
    sheet = Typeset()
    layout(sheet, word(facts, random), random)
    schema, asked = draw_schema(random, whole=whole)
    truth = _printed(facts, sheet)
    return Sample(
        text=read(sheet, random, noise),
        schema=schema,
        answer_text=write_answer(truth, asked),
        layout=layout.__name__,
        language=language,
        sheet=sheet,
        truth=truth,
    )


def _printed(facts: Facts, sheet: Typeset) -> dict[str, str | Decimal]:
    """Return what is true of a sheet: a layout may have no place for the currency."""
    truth = facts.truth()
    ways = {facts.currency, SYMBOLS.get(facts.currency, facts.currency)}
    # EUR stands in EURL too.
    printed = re.compile("|".join(rf"(?<![A-Za-z]){re.escape(way)}(?![A-Za-z])" for way in ways))
    if not any(printed.search(item.text) for item in sheet.items):
        truth.pop("currency", None)
    return truth


def held_out(seed: int, count: int) -> Iterator[Sample]:
    """Yield clean samples for evaluation."""
    return (make(seed, index, is_held_out=True) for index in range(count))
