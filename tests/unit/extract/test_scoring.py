import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from inkwell_api.pipeline import ExtractionSpec
from inkwell_extract.engine import Extractor
from inkwell_extract.score.features import FEATURES, Features, vector
from inkwell_extract.score.scorer import RuleScorer
from inkwell_extract.score.weights import WEIGHTS
from support.typeset import typeset


@dataclass
class First:
    """A scorer that likes what stands below a certain word, and keeps what it was shown."""

    word: str
    seen: list[Features] = field(default_factory=list)

    def score(self, field: str, candidates: Sequence[Features]) -> Sequence[float]:
        """Return 9 for what stands below the word, and -9 for the rest."""
        # Net sum and tax are judged as well, though nobody wants them: they bear on the total.
        assert field in {"", "total"}
        self.seen += candidates
        return [9.0 if self.word in each.above else -9.0 for each in candidates]


def test_each_feature_has_one_weight_and_a_reason() -> None:
    assert [weight.feature for weight in WEIGHTS] == list(FEATURES)
    assert all(weight.reason for weight in WEIGHTS)


def test_the_rule_scorer_adds_up_weights() -> None:
    weights = {weight.feature: weight.weight for weight in WEIGHTS}
    known = {"label": 3.5, "beside": 1.0, "below_larger": 1.0}
    [score] = RuleScorer().score("total", [Features(vector(known))])
    assert math.isclose(score, 3.5 + weights["beside"] + weights["below_larger"])


def test_a_feature_that_nobody_knows_is_refused() -> None:
    with pytest.raises(KeyError):
        vector({"weather": 1.0})


def test_another_scorer_may_take_the_place_of_the_rules() -> None:
    spec = ExtractionSpec.model_validate({"schema": {"properties": {"total": {"type": "number"}}}})
    scorer = First("costs")
    page = typeset("Total 12.00", "What it costs", "     99.00")
    assert Extractor(spec, scorer=scorer).extract([page]).result == {"total": 99}
    assert {len(each.values) for each in scorer.seen} == {len(FEATURES)}
    assert "total" in {each.left for each in scorer.seen}
