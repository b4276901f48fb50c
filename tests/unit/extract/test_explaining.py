"""Each value says what spoke for and against it, and so does what it might have been."""

from collections.abc import Sequence

import pytest

from inkwell_api.explanation import SAYS
from inkwell_api.extraction_codec import encode_extraction
from inkwell_api.pipeline import ExtractionSpec
from inkwell_extract.engine import Extractor
from inkwell_extract.resolve.explaining import MAX_REASONS
from inkwell_extract.score.features import FEATURES, Features, vector
from inkwell_extract.score.reasons import reasons
from inkwell_extract.score.scorer import RuleScorer
from support.extracted import PROPERTIES, extract
from support.typeset import typeset

INVOICE = (
    "Invoice INV-20871",
    "Date 2025-05-12   Due 2025-06-11",
    "Net 1000.00",
    "VAT 200.00",
    "Total 1200.00",
    "Paid before 12.00",
)
CANDIDATE = Features(vector({"label": 5.0, "beside": 1.0, "below_larger": 1.0}), "total", "")


class WordsAlone:
    """Judges by the words left of a value alone, as no table of weights can."""

    def score(self, field: str, candidates: Sequence[Features]) -> Sequence[float]:
        del field
        return [3.0 if each.left == "total" else 0.0 for each in candidates]


def heard(extraction_field: str, *lines: str) -> dict[str, float]:
    """Return the reasons of a value that was taken."""
    why = extract(*lines).fields[extraction_field].why
    return {reason.feature: reason.log_odds for reason in why.reasons}


def test_a_feature_of_a_table_of_weights_adds_its_weight_for_each_unit() -> None:
    found = {each.feature: each.log_odds for each in reasons("total", CANDIDATE, RuleScorer())}
    assert found == pytest.approx({"label": 5.0, "beside": 0.5, "below_larger": -1.5})


def test_a_scorer_without_weights_is_explained_by_what_it_loses() -> None:
    [reason] = reasons("total", CANDIDATE, WordsAlone())
    assert (reason.feature, reason.log_odds) == ("words_beside", 3.0)


def test_a_total_says_that_its_label_and_the_sums_speak_for_it() -> None:
    found = heard("/total", *INVOICE)
    assert found["sums_agree"] > 0
    assert found["label"] > 0


def test_a_sum_that_contradicts_the_others_says_so() -> None:
    assert heard("/total", "Net 1000.00", "VAT 200.00", "Total 1300.00")["sums_disagree"] < 0


def test_a_date_that_would_be_due_before_it_was_issued_says_so() -> None:
    made = extract("Invoice date 2025-05-12", "Invoice date 2025-03-01", "Due date 2025-04-11")
    said = [
        reason.feature
        for each in made.fields["/issue_date"].alternatives
        for reason in each.why.reasons
    ]
    assert "order_of_days" in said


def test_who_proposed_a_value_is_told() -> None:
    pattern = {"field": "total", "patterns": ["Total ([0-9.]+)"]}
    field = extract(*INVOICE, rules=[pattern]).fields["/total"]
    assert "pattern" in field.why.proposers
    assert "label" in extract(*INVOICE).fields["/total"].why.proposers


def test_what_a_value_might_have_been_says_why_too() -> None:
    field = extract("Total 24.00", "Total 26.00").fields["/total"]
    [other] = field.alternatives
    assert "below_larger" in [reason.feature for reason in other.why.reasons]


def test_reasons_are_few_the_loudest_first_and_of_no_document_text() -> None:
    for field in extract(*INVOICE).fields.values():
        loudness = [abs(reason.log_odds) for reason in field.why.reasons]
        assert len(loudness) <= MAX_REASONS
        assert loudness == sorted(loudness, reverse=True)
        assert {reason.feature for reason in field.why.reasons} <= SAYS.keys()


def test_a_value_is_explained_as_its_own_scorer_sees_it() -> None:
    schema = {"type": "object", "properties": {"total": PROPERTIES["total"]}}
    extractor = Extractor(ExtractionSpec.model_validate({"schema": schema}), scorer=WordsAlone())
    field = extractor.extract([typeset("Total 24.00")]).fields["/total"]
    assert [reason.feature for reason in field.why.reasons] == ["words_beside"]


def test_the_same_pages_give_the_same_text_with_its_reasons() -> None:
    assert encode_extraction(extract(*INVOICE)) == encode_extraction(extract(*INVOICE))


def test_every_feature_is_told_in_words() -> None:
    assert set(FEATURES) <= SAYS.keys()
