"""A value that may be meant by a field: the one type between proposing, scoring and resolving."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from inkwell_api.explanation import UNTOLD, Why
from inkwell_extract.page.rows import Span
from inkwell_extract.values.fields import as_decimal


class Proposer(StrEnum):
    """Who proposed a value.

    Attributes:
        PATTERN: a pattern of the tenant's, of a rule or of a template.
        LABEL: it stands beside or below words that announce the field.
        PAGE: it stands on the page, and is of the field's kind.
        SUM: amounts that stand on the page add up to it.
        TABLE: it stands in a table of line items.
        MODEL: the model answered it.
    """

    PATTERN = "pattern"
    LABEL = "label"
    PAGE = "page"
    SUM = "sum"
    TABLE = "table"
    MODEL = "model"


class Heard(StrEnum):
    """What a second reader of the page says of a value.

    Attributes:
        NOTHING: there is no second reading, or nothing to compare in this place.
        SAME: it reads the same.
        OTHER: it reads something else in the same place.
        ALONE: it alone proposes the value.
    """

    NOTHING = "nothing"
    SAME = "same"
    OTHER = "other"
    ALONE = "alone"


@dataclass(frozen=True, slots=True)
class Clue:
    """What announces a value.

    Attributes:
        text: the words from the start of the label's cell to its end, folded.
        weight: how surely they announce the field, above 0.
        is_beside: whether the value stands right of them, or below.
        gap: between them and the value: 0 when near, 1 when at the far end of the row.
        in_a_sentence: whether they stand in a sentence, and not where a form puts labels.
    """

    text: str
    weight: float
    is_beside: bool
    gap: float = 0.0
    in_a_sentence: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value that may be meant.

    Attributes:
        field: the property, or the name of a field that helps to judge others.
        value: in the type of the schema.
        spans: the words that it was read from; none when nobody knows where it stands.
        proposer: who proposed it.
        raw: the words as they stand on the page, or as the model said them.
        clue: what announces it, where something does.
        goes_on: whether the words go on where the value ends, so that it may be cut short.
        of_other: whether words before it make it a value of another document, named in this one.
        in_a_sentence: whether it was matched in a sentence, and not where a form puts labels.
        heard: what a second reader says of it.
        confirmed: in how many documents people confirmed this name as the seller's.
        why: what speaks for and against it, once that was asked.
    """

    field: str
    value: Any
    spans: tuple[Span, ...]
    proposer: Proposer
    raw: str
    clue: Clue | None = None
    goes_on: bool = False
    of_other: bool = False
    in_a_sentence: bool = False
    heard: Heard = Heard.NOTHING
    confirmed: int = 0
    why: Why = UNTOLD

    @property
    def amount(self) -> Decimal | None:
        """The value as a number, also where the schema wants it as text; None when it is none."""
        number = as_decimal(self.value)
        if number is not None or not isinstance(self.value, str):
            return number
        try:
            number = Decimal(self.value)
        except InvalidOperation:
            return None
        return number if number.is_finite() else None

    def shares_words_with(self, other: "Candidate") -> bool:
        """Say whether both were read from at least one same word."""
        return any(
            mine.row.index == theirs.row.index
            and mine.words.start < theirs.words.stop
            and theirs.words.start < mine.words.stop
            for mine in self.spans
            for theirs in other.spans
        )
