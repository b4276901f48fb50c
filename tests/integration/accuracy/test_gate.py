"""No change archives more wrong values, or fewer documents, than the last that was recorded.

`make accuracy-gate` records what is measured; whoever runs it says why in the commit.
"""

from collections.abc import Sequence
from functools import cache

import pytest

from bench.accuracy import gate
from bench.accuracy.gate import Collection, Counts
from inkwell_demo.real_invoices import DATA_VARIABLE
from inkwell_extract.engine import Extractor
from inkwell_extract.score.features import FEATURES, Features
from inkwell_extract.score.weights import WEIGHTS

RECORDED = gate.recorded()
MUTANT = "cases"


class Mutant:
    """The table of weights with one of them turned round."""

    def __init__(self, feature: str) -> None:
        weights = {each.feature: each.weight for each in WEIGHTS}
        weights[feature] = -weights[feature]
        self._weights = [weights[name] for name in FEATURES]

    def score(self, field: str, candidates: Sequence[Features]) -> Sequence[float]:
        del field
        return [
            sum(weight * value for weight, value in zip(self._weights, each.values, strict=True))
            for each in candidates
        ]


@cache
def _collection(name: str) -> Collection:
    return Collection.of(gate.sources()[name])


@pytest.mark.parametrize("name", RECORDED)
def test_no_more_wrong_values_are_archived_and_no_fewer_documents(name: str) -> None:
    if name not in gate.sources():
        pytest.skip(f"no real invoices; set {DATA_VARIABLE} to a folder that has `invoices`")
    found = _collection(name)
    counts = found.counts(Extractor(found.source.pipeline.extraction))
    assert list(counts.worse_than(RECORDED[name])) == []


def test_a_weight_that_goes_wrong_is_caught() -> None:
    found = _collection(MUTANT)
    mutant = Mutant("in_a_sentence")
    counts = found.counts(Extractor(found.source.pipeline.extraction, scorer=mutant))
    assert counts.wrong_and_archived > RECORDED[MUTANT].wrong_and_archived
    assert list(counts.worse_than(RECORDED[MUTANT]))


def test_what_got_worse_is_told_and_what_got_better_is_not() -> None:
    assert list(Counts(9, 5, 0).worse_than(Counts(10, 5, 0)))
    assert not list(Counts(10, 6, 0).worse_than(Counts(10, 5, 1)))
