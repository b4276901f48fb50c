"""One varied document, from a seed. The same seed and index give the same document."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Final

from inkwell_documents.facts import Facts, Language
from inkwell_documents.varied.invention import invent
from inkwell_documents.varied.layouts import layouts
from inkwell_documents.varied.naming import free_word, held_out_word, trained_word
from inkwell_documents.varied.truth import truth_of
from inkwell_documents.varied.typeset import Typeset
from inkwell_documents.varied.wording import word

_LANGUAGES: Final = (
    Language.ENGLISH,
    Language.ENGLISH,
    Language.GERMAN,
    Language.GERMAN,
    Language.FRENCH,
)


@dataclass(frozen=True, slots=True)
class Document:
    """A document and what is true of it.

    Attributes:
        sheet: as it was typeset; `rendering` draws it, `reading.rows` reads it.
        layout: name of its layout.
        language: that it is written in.
        truth: what it says, by the names of the eight fields.
        facts: all that it was made from, its positions too.
    """

    sheet: Typeset
    layout: str
    language: Language
    truth: Mapping[str, str | Decimal]
    facts: Facts


def stream(seed: int | str, index: int, *, is_held_out: bool) -> Random:
    """Return what all choices of one document are drawn from, and then those of its reading.

    Args:
        seed: of the whole set.
        index: of the document in it; leaving one out changes no other.
        is_held_out: whether the set is held out.
    """
    return Random(f"{'held out' if is_held_out else 'trained'}/{seed}/{index}")


def draw(random: Random, *, is_held_out: bool, names: float = 0.0) -> Document:
    """Make a document of random numbers.

    Args:
        random: where every choice comes from.
        is_held_out: with layouts and names that no document for training has.
        names: share of documents whose names are of any letters, 0 to 1.
    """
    language = random.choice(_LANGUAGES)
    is_receipt = random.random() < 0.22
    word_maker = held_out_word if is_held_out else trained_word
    if names > 0 and random.random() < names:
        word_maker = free_word
    facts = invent(random, language, word_maker, is_receipt=is_receipt, is_held_out=is_held_out)
    layout = random.choice(layouts(is_receipt=is_receipt, is_held_out=is_held_out))
    sheet = Typeset()
    layout(sheet, word(facts, random), random)
    return Document(sheet, layout.__name__, language, truth_of(facts, sheet), facts)


def make(seed: int | str, index: int, *, is_held_out: bool) -> Document:
    """Make the document of a seed and an index."""
    return draw(stream(seed, index, is_held_out=is_held_out), is_held_out=is_held_out)
