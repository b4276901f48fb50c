"""Fits what is learned of one field: what to add to the rule scorer's log-odds. Pure.

A linear model of the numbers and of the words around a candidate. It starts as nothing, and each
label moves it a little: with few labels the rules' answer stands, with many the labels'.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack
from typing_extensions import override

from inkwell_extract.score.learned.grams import Floats
from inkwell_extract.score.learned.ranker import FieldModel
from inkwell_extract.score.learned.vectors import COLUMNS
from inkwell_extract.score.weights import NOTHING
from inkwell_extract.train.examples import Example

Doubles = npt.NDArray[np.float64]

STRENGTH: Final = 0.3
"""How hard each weight is held at nothing: of a normal prior with that precision."""

_MOST_STEPS: Final = 200
_TINY: Final = 1e-300


@dataclass(frozen=True, slots=True)
class Linear(FieldModel):
    """What was learned of one field.

    Attributes:
        columns: of the numbers.
        of_numbers: a weight for each.
        of_words: a weight for each place of a vector of words.
    """

    columns: tuple[str, ...]
    of_numbers: Floats
    of_words: Floats

    @property
    @override
    def names(self) -> Sequence[str]:
        return self.columns

    @override
    def additions(self, numbers: Floats, words: Floats) -> Floats:
        found: Floats = numbers @ self.of_numbers + words @ self.of_words
        return found


def fit(examples: Sequence[Example]) -> Linear:
    """Return the likeliest weights, given the rules and then the labels of all examples.

    Each document's candidates share its odds with there being no value, as in the resolver; where
    no candidate is right, that is what was right.
    """
    likelihood = _Likelihood.of(examples)
    start = np.zeros(likelihood.inputs.shape[1])
    options = {"maxiter": _MOST_STEPS}
    found = minimize(likelihood.loss, start, jac=True, method="L-BFGS-B", options=options)
    weights = found.x.astype(np.float32)
    return Linear(COLUMNS, weights[: len(COLUMNS)], weights[len(COLUMNS) :])


@dataclass(frozen=True, slots=True)
class _Likelihood:
    """All candidates of all documents, one below the other.

    Attributes:
        inputs: numbers and words of each, sparse.
        by_rules: the rule scorer's log-odds.
        is_right: whether each is right, as 0 or 1.
        document: the number of each one's document.
        starts: the row of each document's first.
        has_right: whether a document has a right one.
    """

    inputs: Any
    by_rules: Doubles
    is_right: Doubles
    document: npt.NDArray[np.int_]
    starts: npt.NDArray[np.int_]
    has_right: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, examples: Sequence[Example]) -> "_Likelihood":
        counts = np.array([len(each.by_rules) for each in examples])
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
        is_right = np.concatenate([each.is_right for each in examples]).astype(np.float64)
        numbers = csr_matrix(np.concatenate([each.numbers for each in examples]))
        words = csr_matrix(np.concatenate([each.words for each in examples]))
        return cls(
            inputs=hstack([numbers, words]).tocsr().astype(np.float64),
            by_rules=np.concatenate([each.by_rules for each in examples]),
            is_right=is_right,
            document=np.repeat(np.arange(len(examples)), counts),
            starts=starts,
            has_right=np.add.reduceat(is_right, starts) > 0,
        )

    def loss(self, weights: Doubles) -> tuple[float, Doubles]:
        """Return the negative log-likelihood with the prior, and its gradient."""
        scores = self.by_rules + self.inputs @ weights
        highest = np.maximum(np.maximum.reduceat(scores, self.starts), NOTHING)
        odds = np.exp(scores - highest[self.document])
        of_nothing = np.exp(NOTHING - highest)
        of_all = np.add.reduceat(odds, self.starts) + of_nothing
        of_right = np.where(
            self.has_right, np.add.reduceat(odds * self.is_right, self.starts), of_nothing
        )
        of_right = np.maximum(of_right, _TINY)
        share_of_right = np.where(
            self.has_right[self.document], odds * self.is_right / of_right[self.document], 0.0
        )
        gradient = self.inputs.T @ (odds / of_all[self.document] - share_of_right)
        loss = -np.log(of_right / of_all).sum()
        return (
            float(loss + STRENGTH / 2 * weights @ weights),
            gradient + STRENGTH * weights,
        )
