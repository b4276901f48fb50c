"""The tables of docs/accuracy.md: calibration, routes and aims."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bench.accuracy.aims import aims_table, least_right, wrong_of_archived
from bench.accuracy.calibration import bins, calibration_error, calibration_table
from bench.accuracy.documents import Document, Source, example
from bench.accuracy.measured import Measured
from bench.accuracy.outcomes import Outcome, Verdict
from bench.accuracy.routes import route_table, seconds_a_page

MANIFEST = Path(__file__).resolve().parents[3] / "manifests" / "examples" / "acme.yaml"
RIGHT = Outcome(
    "a",
    {"total": Verdict.RIGHT},
    is_archived=True,
    confidence=0.9,
    seconds=0.4,
    confidences={"total": 0.9},
    route="text layer",
    pages=2,
)
WRONG = replace(RIGHT, verdicts={"total": Verdict.WRONG})
OF_OCR = replace(RIGHT, route="OCR", seconds=3.0, pages=1)


def nothing() -> Iterator[Document]:
    return iter(())


def measured(name: str, *outcomes: Outcome) -> Measured:
    source = Source(name, example(MANIFEST, "invoices"), nothing, is_tuned_on=False)
    return Measured(source, outcomes)


def test_values_of_one_confidence_stand_in_one_bin() -> None:
    [found] = [each for each in bins([RIGHT, WRONG]) if each is not None]
    assert (found.values, found.right) == (2, 0.5)
    assert found.confidence == pytest.approx(0.9)


def test_a_confidence_of_one_is_in_the_last_bin() -> None:
    assert bins([replace(RIGHT, confidences={"total": 1.0})])[-1] is not None


def test_the_error_of_calibration_is_how_far_confidence_is_from_what_is_right() -> None:
    assert calibration_error([RIGHT]) == pytest.approx(0.1)
    assert calibration_error([RIGHT, WRONG]) == pytest.approx(0.4)
    assert calibration_error([replace(RIGHT, confidences={})]) is None


def test_values_without_a_known_truth_are_not_counted() -> None:
    assert calibration_error([replace(RIGHT, confidences={"net": 0.5})]) is None


def test_a_source_without_confidences_has_no_row() -> None:
    found = list(calibration_table([measured("a", replace(RIGHT, confidences={}))]))
    assert not any(line.startswith("| a |") for line in found)


def test_a_page_costs_what_all_pages_cost_by_their_number() -> None:
    assert seconds_a_page([RIGHT, OF_OCR]) == pytest.approx(3.4 / 3)
    assert seconds_a_page([]) is None


def test_a_source_has_a_row_for_each_route_that_its_documents_took() -> None:
    rows = list(route_table([measured("a", RIGHT, OF_OCR, replace(RIGHT, route=""))]))[2:]
    assert [row.split(" | ")[0] for row in rows] == ["| OCR", "| text layer"]
    assert rows[1].endswith("| 2 | 0.20 |")


def test_an_aim_for_several_fields_is_measured_by_the_worst() -> None:
    both = replace(RIGHT, verdicts={"total": Verdict.RIGHT, "seller": Verdict.ABSENT})
    assert least_right(("total", "seller"), [both]) == 0
    assert least_right(("seller",), [RIGHT]) is None


def test_what_was_archived_wrongly_is_counted_of_what_was_archived() -> None:
    assert wrong_of_archived([RIGHT, WRONG, replace(WRONG, is_archived=False)]) == 50
    assert wrong_of_archived([replace(WRONG, is_archived=False)]) is None


def test_an_aim_says_whether_it_is_met() -> None:
    rows = list(aims_table([measured("receipts, odd", RIGHT, WRONG, OF_OCR)]))
    [total] = [row for row in rows if "total right" in row]
    [cost] = [row for row in rows if "CPU-s" in row]
    assert total.endswith("| ≥ 88 % | 66.7 % | **not met** |")
    assert cost.endswith("| ≤ 3 | 0.76 | met |")
