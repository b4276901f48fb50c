"""The scorer of a pipeline's own: the rules' answer, and what corrections taught to add to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np

from inkwell_extract.score.features import Features
from inkwell_extract.score.learned.grams import Floats, text_vectors
from inkwell_extract.score.learned.vectors import table
from inkwell_extract.score.scorer import RuleScorer, Scorer

MOST: Final = 12.0
"""Log-odds that learning adds or takes at most, whatever a model says."""


class FieldModel(Protocol):
    """What was learned of one field."""

    @property
    def names(self) -> Sequence[str]:
        """The columns of numbers that it wants."""

    def additions(self, numbers: Floats, words: Floats) -> Floats:
        """Return the log-odds to add to the rule scorer's, one for each candidate."""


@dataclass(frozen=True, slots=True)
class LearnedScorer:
    """Scores fields by rules and by what was learned of them, and others by rules alone.

    Attributes:
        models: by property.
        rules: the scorer of the cold start.
    """

    models: Mapping[str, FieldModel]
    rules: Scorer = field(default_factory=RuleScorer)

    def score(self, field: str, candidates: Sequence[Features]) -> Sequence[float]:
        """Return log-odds; what the tenant's own pattern matched keeps what the rules give it."""
        by_rules = self.rules.score(field, candidates)
        model = self.models.get(field)
        if model is None or not candidates:
            return by_rules
        numbers = table(model.names, candidates, by_rules)
        learned = np.nan_to_num(
            model.additions(numbers, text_vectors(candidates)), posinf=0.0, neginf=0.0
        )
        return [
            rule if candidate["pattern"] else rule + float(min(max(addition, -MOST), MOST))
            for rule, addition, candidate in zip(by_rules, learned, candidates, strict=True)
        ]
