"""A field's candidates as a table of numbers: named, so that a new feature breaks no old model.

Pure.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from inkwell_extract.score.features import FEATURES, Features
from inkwell_extract.score.learned.grams import Floats

LEFT_OUT: Final = frozenset({"confirmed", "faint", "frequent"})
"""Features that are not learned from. Measured on receipts, how surely OCR read a word is worth
nothing for ranking, and how often a value is repeated misleads on new vendors. That a name is
confirmed the very documents that are learned from would say of themselves."""

BEST_BY_RULES: Final = "best by rules"
COLUMNS: Final = (*(name for name in FEATURES if name not in LEFT_OUT), BEST_BY_RULES)
"""What is learned from today; a model keeps the names that it was trained with."""

_PLACE: Final = {name: index for index, name in enumerate(FEATURES)}


def table(
    names: Sequence[str], candidates: Sequence[Features], by_rules: Sequence[float]
) -> Floats:
    """Return a row for each candidate and a column for each name.

    Args:
        names: of columns, as a model was trained with them; one that nobody knows any more is 0.
        candidates: all of a field in one document.
        by_rules: the rule scorer's answer for each.
    """
    rows = np.zeros((len(candidates), len(names)), dtype=np.float32)
    best = max(by_rules, default=0.0)
    for column, name in enumerate(names):
        if name in _PLACE:
            rows[:, column] = [each.values[_PLACE[name]] for each in candidates]
        elif name == BEST_BY_RULES:
            rows[:, column] = [float(score == best) for score in by_rules]
    return rows
