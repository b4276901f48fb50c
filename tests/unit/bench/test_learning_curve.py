import pytest

from bench.accuracy.outcomes import Outcome, Verdict
from bench.learning.curve import FIELDS, Measured, Point, calibration_error, table


def measured(*, is_right: bool, is_archived: bool, is_seen: bool, confidence: float) -> Measured:
    """Return a receipt with a total that is right or not."""
    verdicts = dict.fromkeys(FIELDS, Verdict.RIGHT)
    if not is_right:
        verdicts["total"] = Verdict.WRONG
    outcome = Outcome("x", verdicts, is_archived, confidence, 0.02)
    return Measured(outcome, is_seen, ((confidence, is_right),))


FOUND = (
    measured(is_right=True, is_archived=True, is_seen=True, confidence=0.9),
    measured(is_right=True, is_archived=True, is_seen=False, confidence=0.9),
    measured(is_right=False, is_archived=True, is_seen=False, confidence=0.8),
    measured(is_right=False, is_archived=False, is_seen=False, confidence=0.3),
)


def test_a_row_for_all_and_one_for_each_kind_of_vendor() -> None:
    rows = table([Point(20, FOUND)]).splitlines()[2:]
    assert [row.split(" | ")[1] for row in rows] == [
        "all, 4",
        "of vendors seen, 1",
        "of vendors never seen, 3",
    ]


def test_a_row_tells_what_is_right_and_what_was_archived_wrongly() -> None:
    [row, *_] = table([Point(20, FOUND)]).splitlines()[2:]
    cells = row.strip("| ").split(" | ")
    assert cells[:5] == ["20", "all, 4", "2 (50 %)", "4 (100 %)", "4 (100 %)"]
    assert cells[5:7] == ["3 (75 %)", "1"]
    assert cells[7].startswith("33.3 (0.8 to 90.6")
    assert cells[8:] == ["1.00", "0.225", "20"]


def test_without_corrections_no_vendor_was_seen() -> None:
    point = Point(0, FOUND[1:])
    assert len(table([point]).splitlines()) == 3


def test_confidence_that_is_as_high_as_what_is_right_has_no_error() -> None:
    assert calibration_error([(0.75, True)] * 3 + [(0.75, False)]) == pytest.approx(0)
    assert calibration_error([(0.9, False)]) == pytest.approx(0.9)
    assert calibration_error([]) == 0
