"""The figures of docs/accuracy.md are what they say."""

from datetime import date
from decimal import Decimal

import pytest

from bench.accuracy.documents import day_of, receipt_truth
from bench.accuracy.measures import Point, Share, auroc, risk_coverage
from bench.accuracy.outcomes import Outcome, Verdict, judge


def _outcome(confidence: float, verdict: Verdict, *, is_archived: bool = True) -> Outcome:
    return Outcome("", {"total": verdict}, is_archived, confidence, 0.0)


def test_a_value_is_right_wrong_or_absent() -> None:
    truth = {"total": "20.00", "issue_date": "2019-01-23", "seller": "S.H.H. MOTOR SDN. BHD."}
    found = {"total": Decimal(20), "issue_date": "2019-01-22", "seller": "SHH M0TOR SDN BHD"}
    assert judge(found, truth) == {
        "total": Verdict.RIGHT,
        "issue_date": Verdict.WRONG,
        "seller": Verdict.RIGHT,
    }
    assert judge({}, truth) == dict.fromkeys(truth, Verdict.ABSENT)
    assert judge({"seller": "OTHER SDN BHD"}, truth)["seller"] is Verdict.WRONG


def test_what_a_document_is_known_not_to_say_is_wrong_where_it_is_given() -> None:
    assert judge({}, {"due_date": None}) == {"due_date": Verdict.RIGHT}
    assert judge({"due_date": "2024-01-02"}, {"due_date": None}) == {"due_date": Verdict.WRONG}


def test_an_absent_value_is_not_wrong_and_a_wrong_one_counts_where_it_was_archived() -> None:
    assert not _outcome(1, Verdict.ABSENT).is_wrong
    assert _outcome(1, Verdict.WRONG).is_wrong_and_archived
    assert not _outcome(1, Verdict.WRONG, is_archived=False).is_wrong_and_archived


def test_intervals_are_the_exact_ones() -> None:
    # 0 of 91 still allows 4.0 %, two-sided: 1 - (0.025) ** (1 / 91).
    low, high = Share(0, 91).interval
    assert low == 0
    assert high == pytest.approx(100 * (1 - 0.025 ** (1 / 91)))
    assert Share(0, 0).interval == (0.0, 100.0)


def test_risk_grows_with_the_documents_that_are_less_sure() -> None:
    outcomes = [
        _outcome(0.5, Verdict.WRONG),
        _outcome(0.9, Verdict.RIGHT),
        _outcome(0.9, Verdict.RIGHT),
        _outcome(0.1, Verdict.RIGHT),
    ]
    assert risk_coverage(outcomes) == [
        Point(0.5, 0.0, 0.9),
        Point(0.75, 1 / 3, 0.5),
        Point(1.0, 0.25, 0.1),
    ]


def test_the_rank_of_confidence_is_one_where_it_tells_all_and_a_half_where_it_tells_nothing() -> (
    None
):
    right, wrong = Verdict.RIGHT, Verdict.WRONG
    assert auroc([_outcome(0.9, right), _outcome(0.8, right), _outcome(0.1, wrong)]) == 1.0
    assert auroc([_outcome(0.5, right), _outcome(0.5, wrong)]) == 0.5
    assert auroc([_outcome(0.5, right)]) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("03/04/2018", date(2018, 4, 3)),
        ("03-04-18", date(2018, 4, 3)),
        ("12 MAR 2018", date(2018, 3, 12)),
        ("2018-04-03", date(2018, 4, 3)),
        ("20180403", date(2018, 4, 3)),
    ],
)
def test_days_of_receipts_stand_before_months(text: str, day: date) -> None:
    assert day_of(text) == day


def test_the_truth_of_a_receipt_is_named_as_the_pipeline_names_it() -> None:
    golden = {"company": "A SDN BHD", "date": "3/4/2018", "address": "KL", "total": "RM 9.10"}
    assert receipt_truth(golden) == {
        "seller": "A SDN BHD",
        "issue_date": "2018-04-03",
        "total": "9.10",
    }
