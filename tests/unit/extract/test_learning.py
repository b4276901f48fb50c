import dataclasses
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from inkwell_api.document import Reader, Reading
from inkwell_extract.engine import Extractor
from inkwell_extract.score.features import FEATURES, Features, vector
from inkwell_extract.score.learned import vectors
from inkwell_extract.score.learned.grams import SIZE, Floats, text_vectors
from inkwell_extract.score.learned.opening import open_scorer
from inkwell_extract.score.learned.ranker import MOST, LearnedScorer
from inkwell_extract.score.learned.vectors import BEST_BY_RULES, COLUMNS, LEFT_OUT, table
from inkwell_extract.score.scorer import RuleScorer
from inkwell_extract.train.card import card
from inkwell_extract.train.examples import Corrected, case_of
from inkwell_extract.train.export import write
from inkwell_extract.train.training import TooFewDocuments, folds, train
from support.corrections import SPEC, cases, receipt
from support.typeset import typeset

MADE = "2026-11-27"


def read_by(scorer: RuleScorer | LearnedScorer, number: int) -> object:
    """Return the total that a scorer finds on a receipt."""
    return Extractor(SPEC, scorer=scorer).extract(receipt(number).pages).result.get("total")


def test_what_corrections_taught_reads_a_label_that_no_vocabulary_knows() -> None:
    learned = LearnedScorer(train(cases(24), 0).models)
    unseen = range(100, 110)
    right = [receipt(number).values["total"] for number in unseen]
    assert all(read_by(RuleScorer(), n) != total for n, total in zip(unseen, right, strict=True))
    assert [read_by(learned, number) for number in unseen] == right


def test_a_document_unlike_all_that_was_learned_from_is_read_as_by_the_rules() -> None:
    learned = LearnedScorer(train(cases(24), 0).models)
    page = typeset("Invoice 7", "Net 100.00", "VAT 19.00", "Total 119.00")
    extraction = Extractor(SPEC, scorer=learned).extract([page])
    assert extraction.result == {"total": Decimal("119.00")}


def test_a_field_without_a_model_is_scored_by_the_rules() -> None:
    learned = LearnedScorer(train(cases(20), 0).models)
    candidates = [Features(vector({"label": 2.0}))]
    assert learned.score("net", candidates) == RuleScorer().score("net", candidates)


def test_what_a_pattern_of_the_tenants_matched_keeps_its_score() -> None:
    learned = LearnedScorer(train(cases(20), 0).models)
    candidates = [Features(vector({"pattern": 1.0}), left="total")]
    assert learned.score("total", candidates) == RuleScorer().score("total", candidates)


def test_what_a_second_reader_says_is_learned_from_as_it_is_scored_by() -> None:
    page = typeset("Shop", "Total 50.60")
    other = Reading(Reader.TESSERACT, typeset("Shop", "Total 50.68").words)
    twice = dataclasses.replace(page, reader=Reader.PADDLE_OCR, second_reading=other)
    column = COLUMNS.index("other_heard")
    example = case_of(Corrected((twice,), {"total": Decimal("50.60")}, ""), SPEC).examples["total"]
    assert example.numbers[:, column].any()
    alone = case_of(Corrected((page,), {"total": Decimal("50.60")}, ""), SPEC).examples["total"]
    assert not alone.numbers[:, column].any()


@dataclasses.dataclass(frozen=True)
class Mad:
    """A model that says one thing of all."""

    said: float
    names: tuple[str, ...] = ("label",)

    def additions(self, numbers: Floats, words: Floats) -> Floats:
        """Return the same for each."""
        assert numbers.shape[1] == 1
        assert words.shape[1] == SIZE
        return np.full(len(numbers), self.said, dtype=np.float32)


@pytest.mark.parametrize(
    ("said", "added"),
    [(1e30, MOST), (-1e30, -MOST), (float("nan"), 0.0), (float("inf"), 0.0)],
)
def test_a_model_adds_no_more_than_is_bounded(said: float, added: float) -> None:
    candidates = [Features(vector({"label": 2.0}))]
    [score] = LearnedScorer({"total": Mad(said)}).score("total", candidates)
    assert score == RuleScorer().score("total", candidates)[0] + added


def test_repeats_faint_words_and_confirmed_names_are_not_learned_from() -> None:
    assert {"confirmed", "frequent", "faint"} == LEFT_OUT
    assert not LEFT_OUT & set(COLUMNS)
    assert set(FEATURES) > LEFT_OUT


def test_columns_are_found_by_name_so_that_a_new_feature_breaks_no_old_model(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = ("label", "money", BEST_BY_RULES, "a feature that went")
    before = table(names, [Features(vector({"label": 2.0, "money": 1.0}))], [1.0])
    monkeypatch.setattr(vectors, "_PLACE", {"new": 0, "money": 1, "label": 2})
    after = table(names, [Features((9.0, 1.0, 2.0))], [1.0])
    assert before.tolist() == after.tolist() == [[2.0, 1.0, 1.0, 0.0]]


def test_words_beside_over_and_of_a_candidate_are_told_apart() -> None:
    beside, over, own, none = text_vectors(
        [Features((), left="sum"), Features((), above="sum"), Features((), own="sum"), Features(())]
    )
    assert not np.any(none)
    assert np.dot(beside, over) < np.dot(beside, beside) / 2
    assert np.dot(beside, own) < np.dot(beside, beside) / 2


def test_the_same_documents_and_seed_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        trained = train(cases(20), 3)
        write(tmp_path / name, trained, card(trained, MADE, 3), MADE, 3)
    for file in ("model.onnx", "model.json", "card.md"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_onnx_says_what_was_learned(tmp_path: Path) -> None:
    examined = cases(24)
    trained = train(examined, 0)
    write(tmp_path, trained, "", MADE, 0)
    opened = open_scorer(tmp_path)
    for case in examined:
        example = case.examples["total"]
        mine = trained.models["total"].additions(example.numbers, example.words)
        theirs = opened.scorer.models["total"].additions(example.numbers, example.words)
        assert np.abs(mine - theirs).max() < 1e-5
    assert opened.calibrations == trained.calibrations


def test_fewer_than_twenty_documents_are_refused() -> None:
    with pytest.raises(TooFewDocuments, match="19 documents"):
        train(cases(19), 0)


def test_documents_of_one_vendor_are_refused() -> None:
    one = [case_of(dataclasses.replace(receipt(n), group="one"), SPEC) for n in range(20)]
    with pytest.raises(TooFewDocuments, match="1 groups"):
        train(one, 0)


def test_documents_whose_values_are_nowhere_are_refused() -> None:
    wrong = {"total": Decimal("0.01")}
    lost = [case_of(Corrected(receipt(n).pages, wrong, f"{n}"), SPEC) for n in range(20)]
    with pytest.raises(TooFewDocuments, match="no field"):
        train(lost, 0)


def test_a_vendor_is_never_on_both_sides_of_a_test() -> None:
    groups = [f"vendor {number % 13}" for number in range(60)]
    of_group: dict[str, set[int]] = {}
    for group, fold in zip(groups, folds(groups, 0), strict=True):
        of_group.setdefault(group, set()).add(fold)
    assert all(len(each) == 1 for each in of_group.values())
    assert len(set(folds(groups, 0))) == 5


def test_the_card_tells_counts_figures_and_intervals() -> None:
    text = card(train(cases(24), 0), MADE, 0)
    assert "from 24 corrected documents of 8 groups" in text
    assert "Made on 2026-11-27, seed 0" in text
    assert "| `total` | 24 | 0 | 100.0 (85.8 to 100.0) |" in text
