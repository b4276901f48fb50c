"""What is known of a candidate, as numbers: the seam between proposing and judging. Pure.

A scorer sees a flat vector, `FEATURES` names its places, and the words around the value. A learned
ranker takes both as they are; the rule scorer weighs the numbers alone.
"""

from dataclasses import dataclass
from typing import Final

FEATURES: Final = (
    "pattern",
    "label",
    "beside",
    "announced",
    "gap",
    "unannounced",
    "model_only",
    "money",
    "bare",
    "odd_format",
    "lost_mark",
    "negative",
    "zero",
    "late",
    "goes_on",
    "cut_short",
    "in_a_sentence",
    "summed",
    "other_field",
    "below_larger",
    "settled",
    "unsettled",
    "rounded",
    "before_rounding",
    "left_to_pay",
    "before_payment",
    "items_sum",
    "confirmed",
    "firm",
    "trade",
    "registered",
    "owner",
    "heads",
    "scrap",
    "top",
    "domain",
    "title",
    "address",
    "undated",
    "timed",
    "first",
    "only",
    "beside_total",
    "frequent",
    "same_heard",
    "other_heard",
    "alone_heard",
    "faint",
    "rank",
)
"""Names of the places of a vector; `weights` says what each means and weighs."""

_PLACE: Final = {name: index for index, name in enumerate(FEATURES)}


@dataclass(frozen=True, slots=True)
class Features:
    """A candidate as a scorer sees it.

    Attributes:
        values: one number for each of `FEATURES`.
        left: words of its row before it, folded.
        above: words of the row above, over it, folded.
        own: its own words, folded, where it is a text.
    """

    values: tuple[float, ...]
    left: str = ""
    above: str = ""
    own: str = ""

    def __getitem__(self, name: str) -> float:
        """Return the number of a feature."""
        return self.values[_PLACE[name]]


def vector(known: dict[str, float]) -> tuple[float, ...]:
    """Return the flat vector of what is known; the rest is 0.

    Raises:
        KeyError: a name is none of `FEATURES`.
    """
    values = [0.0] * len(FEATURES)
    for name, value in known.items():
        values[_PLACE[name]] = value
    return tuple(values)
