"""Why a value was taken, and another was not: what spoke for and against each, in words."""

from dataclasses import dataclass
from typing import Final

SAYS: Final[dict[str, str]] = {
    "pattern": "a pattern of the pipeline matched it",
    "label": "words that announce the field",
    "beside": "it stands right of its label",
    "announced": "a label announces it",
    "gap": "a wide gap parts it from its label",
    "unannounced": "no label announces it",
    "model_only": "only the model says so",
    "money": "it is written as money is",
    "bare": "a number without decimals or currency",
    "odd_format": "it has no decimals where other amounts have them",
    "lost_mark": "its digits stand elsewhere with a decimal mark",
    "negative": "it is below zero",
    "zero": "it is zero",
    "late": "where it stands on the document",
    "goes_on": "the words go on where it ends",
    "cut_short": "another value begins with it and goes on",
    "in_a_sentence": "it stands in a sentence",
    "summed": "amounts of the page add up to it",
    "other_field": "words before it make it another field's or document's",
    "below_larger": "a larger amount stands on the page",
    "settled": "it is what was handed over less what was handed back",
    "unsettled": "it is not what was handed over less what was handed back",
    "rounded": "it is another total after the rounding that is printed",
    "before_rounding": "it is a total before the rounding that is printed",
    "left_to_pay": "it is a total less what was paid before",
    "before_payment": "what is left to pay and what was paid add up to it",
    "items_sum": "the amounts above add up to it",
    "confirmed": "people confirmed this name as a seller's",
    "firm": "it is a name with a legal form",
    "trade": "it has a word for a trade",
    "registered": "the number that a firm is registered by stands beside it",
    "owner": "it is who owns the shop",
    "heads": "it is the first name of the document",
    "scrap": "it is a note, or a part of a logo",
    "top": "it stands near the top",
    "domain": "an address of mail or web holds it",
    "title": "it has a word for the document itself",
    "address": "it has a word of an address",
    "undated": "a date without a label",
    "timed": "a time of day stands beside it",
    "first": "it is the first date",
    "only": "no other date stands on the document",
    "beside_total": "it stands in the row of the total",
    "frequent": "the document names it often",
    "same_heard": "a second reader reads the same",
    "other_heard": "a second reader reads something else",
    "alone_heard": "only the second reader reads it",
    "faint": "a word of it was hardly read",
    "rank": "how many amounts of the page are below it",
    "words_beside": "the words beside and above it",
    "sums_agree": "net sum, tax and total agree",
    "sums_disagree": "net sum, tax and total do not agree",
    "order_of_days": "it would be due before it was issued",
}
"""What each feature of a candidate says of it, for a person who asks why."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Something that speaks for a value, or against it.

    Attributes:
        feature: its stable name, one of `SAYS`, or of a newer Inkwell.
        log_odds: how much; below 0 it speaks against.
    """

    feature: str
    log_odds: float

    @property
    def says(self) -> str:
        """The same in words."""
        return SAYS.get(self.feature, self.feature.replace("_", " "))


@dataclass(frozen=True, slots=True)
class Why:
    """Why a value is as likely as it is.

    Attributes:
        proposers: who proposed it, such as ``label`` and ``page``.
        reasons: what spoke loudest for and against it, the loudest first; a few at most.
    """

    proposers: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()


UNTOLD: Final = Why()
"""Of a value without rivals, and of what an older Inkwell stored."""
