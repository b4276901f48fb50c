"""The shape of a vocabulary: what one language calls the known fields. Pure.

Patterns are RE2 over folded text (`values.folding.fold`: lower case, no accents). A word that some
languages share stands in one vocabulary; all vocabularies are looked for in every document.
"""

# ruff: noqa: RUF001 -- dashes, quotation marks and apostrophes as people type them

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from inkwell_extract.labels.label import Label

NUMBER: Final = r"(?:no|nr|num|nbr|number|nummer|numero|n°|nº|#)"
"""What stands for "number", whatever the language of the words beside it."""

RAISED_NUMBER: Final = r"n\s?[°º®*\"'”’“?]{1,2}"
"""What OCR makes of the small raised letter of n°."""

ANY_NUMBER: Final = rf"(?:{NUMBER}|{RAISED_NUMBER})"


@dataclass(frozen=True, slots=True)
class FieldWords:
    """What one language, or all of them, call one field.

    Attributes:
        names: properties that mean it, without ``_`` and in lower case, parted by spaces.
        labels: what announces it, in words of this language alone.
        phrases: what announces it, of the one weight that `known` gives to those of all languages.
        first: words that begin a label whose end may be of another language.
        last: words that end such a label.
        but_not: pattern of words that make it another field.
        unless: pattern of words that make it this field after all.
        never: pattern of words that make it another field whatever else stands there.
    """

    names: str = ""
    labels: tuple[Label, ...] = ()
    phrases: str = ""
    first: str = ""
    last: str = ""
    but_not: str = ""
    unless: str = ""
    never: str = ""


_NOTHING: Final = FieldWords()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What one language calls the known fields; what it says nothing of is empty.

    Attributes:
        tendered: what was handed over at a till.
        change: what was handed back.
        rounding: what was added to or taken from a sum that is paid in coins.
        paid: what was paid before the document was written.
        charges: what is added to the net sum beside the tax.
        discount: what is taken off it.
        customer_side: words that stand above a customer's name, and never above a seller's.
        other_document: words that make a number or date another document's.
    """

    invoice_number: FieldWords = _NOTHING
    issue_date: FieldWords = _NOTHING
    due_date: FieldWords = _NOTHING
    total: FieldWords = _NOTHING
    subtotal: FieldWords = _NOTHING
    tax: FieldWords = _NOTHING
    order_number: FieldWords = _NOTHING
    customer_number: FieldWords = _NOTHING
    vat_number: FieldWords = _NOTHING
    currency: FieldWords = _NOTHING
    vendor: FieldWords = _NOTHING
    tendered: FieldWords = _NOTHING
    change: FieldWords = _NOTHING
    rounding: FieldWords = _NOTHING
    paid: FieldWords = _NOTHING
    charges: FieldWords = _NOTHING
    discount: FieldWords = _NOTHING
    customer_side: str = ""
    other_document: str = ""


def merge(words: Iterable[FieldWords]) -> FieldWords:
    """Return what all languages together call one field."""
    each = tuple(words)
    return FieldWords(
        names=" ".join(part.names for part in each),
        labels=tuple(label for part in each for label in part.labels),
        phrases=either(part.phrases for part in each),
        first=either(part.first for part in each),
        last=either(part.last for part in each),
        but_not=either(part.but_not for part in each),
        unless=either(part.unless for part in each),
        never=either(part.never for part in each),
    )


def either(patterns: Iterable[str]) -> str:
    """Return the pattern that matches what one of them does; empty ones do not count."""
    return "|".join(pattern for pattern in patterns if pattern)
