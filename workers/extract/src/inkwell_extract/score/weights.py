"""What each feature weighs for the rule scorer: one table, in log-odds. Data only.

A weight is added for each unit of its feature. `NOTHING` is what it weighs that a document does
not have the field: a candidate is likelier than that by ``exp(sum - NOTHING)``.
"""

from dataclasses import dataclass
from typing import Final

NOTHING: Final = 1.0


@dataclass(frozen=True, slots=True)
class Weight:
    """What a feature weighs.

    Attributes:
        feature: one of `features.FEATURES`.
        weight: log-odds for each unit.
        reason: what the feature is, and why it weighs that much.
    """

    feature: str
    weight: float
    reason: str


WEIGHTS: Final = (
    Weight("pattern", 9.0, "a pattern of the tenant's matched: it outweighs all that we guess"),
    Weight("label", 1.0, "how surely the label announces the field, as its vocabulary says"),
    Weight("beside", 0.5, "the value stands right of its label: surer than below it"),
    Weight("announced", 0.5, "a label announces the value at all"),
    Weight("gap", -0.5, "a wide gap parts label and value: it may be of another column"),
    Weight("unannounced", -3.0, "an amount without a label: sums alone may speak for it"),
    Weight("model_only", 0.5, "only the model says so: below NOTHING, so it is never sure"),
    Weight("money", 0.5, "written as money is: two decimals or a currency"),
    Weight("bare", -1.0, "a number without decimals or currency: a count as likely"),
    Weight("odd_format", -3.0, "no decimals where other amounts have them: OCR lost the mark"),
    Weight("lost_mark", -6.0, "the same digits stand elsewhere with a decimal mark: OCR lost it"),
    Weight("negative", -1.0, "below zero: seldom meant"),
    Weight("zero", -2.0, "zero: seldom meant where another amount is announced too"),
    Weight("late", 0.05, "of equals, the sum that comes last, or the date that comes first"),
    Weight("goes_on", -7.5, "the words go on where the value ends: it is cut short"),
    Weight("cut_short", -2.5, "another candidate begins with it and goes on: its short form"),
    Weight("in_a_sentence", -4.5, "its label stands in a sentence, which may name any document"),
    Weight("summed", 3.5, "several labelled amounts add up to it, and it to the total"),
    Weight("other_field", -8.0, "words before it make it another field's or another document's"),
    Weight("below_larger", -1.5, "a larger amount stands on the page: totals are the largest"),
    Weight("settled", 4.0, "what was handed over less what was handed back"),
    Weight("unsettled", -3.5, "not what was handed over less what was handed back"),
    Weight("rounded", 3.0, "another total after the rounding that is printed: what is paid"),
    Weight("before_rounding", -2.0, "a total before the rounding that is printed"),
    Weight("left_to_pay", -3.0, "a total less what was paid before: no total of the document"),
    Weight("before_payment", 2.0, "what is left to pay and what was paid add up to it"),
    Weight("items_sum", 1.5, "the amounts above add up to it"),
    Weight("confirmed", 8.0, "people confirmed this name as a seller's: once counts half of often"),
    Weight("firm", 3.0, "a name with a legal form"),
    Weight("trade", 1.5, "a word for a trade, such as bakery: names of firms have them"),
    Weight("registered", 2.0, "the number that a firm is registered by stands behind or below it"),
    Weight("owner", -3.5, "who owns the shop: the shop's own name above is as likely the seller"),
    Weight("heads", 0.8, "the first name of the document: sellers print theirs above all else"),
    Weight("scrap", -2.5, "small letters alone, or fewer than four: a note, or a part of a logo"),
    Weight("top", 1.8, "how near the document's top a name stands: sellers print theirs first"),
    Weight("domain", 2.0, "an address of mail or web on the page holds the name"),
    Weight("title", -6.0, "a word for the document itself, such as invoice, is no name"),
    Weight("address", -3.0, "a word of an address, or a postal code, is no name"),
    Weight("undated", 1.0, "a date without a label: of a receipt it is the usual form"),
    Weight("timed", 1.5, "a time of day stands beside a date: it is the moment of the sale"),
    Weight("first", 0.5, "the first date of the document"),
    Weight("only", 2.0, "no other date stands on the document"),
    Weight("beside_total", 3.0, "a currency in the row of the total"),
    Weight("frequent", 4.0, "share of a currency among all that the document names"),
    Weight("same_heard", 1.0, "a second reader reads the same in this place"),
    Weight("other_heard", -2.5, "a second reader reads something else in this place"),
    Weight("alone_heard", -3.5, "only the second reader reads it: the first one is the better"),
    Weight("faint", -1.5, "a word of it that OCR was hardly sure of"),
    Weight("rank", 0.0, "share of the page's amounts that are below it: for what is learned alone"),
)
"""Weights of the cold start, made by hand; a learned ranker takes their place at `Scorer`."""
