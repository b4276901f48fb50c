import math
import re
from collections.abc import Sequence
from decimal import Decimal

from inkwell_api.field_status import FieldStatus
from inkwell_api.pipeline import ExtractionSpec, ValidationSpec
from inkwell_extract.engine import Extractor
from inkwell_extract.resolve.acceptance import Acceptance, Bar
from inkwell_extract.score.calibration import Calibration, Step, steps_of
from inkwell_extract.score.cold_start import COLD_START
from inkwell_extract.score.features import Features
from inkwell_extract.score.weights import NOTHING
from inkwell_extract.train.calibrating import calibrate, expected_error
from support.typeset import typeset

AS_IT_IS = Calibration(1.0, 0.0, (Step(0.9, 500, 1), Step(0.6, 800, 30)))


class Even:
    """A scorer to which one candidate is so likely, if it has no rival."""

    def __init__(self, share: float) -> None:
        """Keep the share of the odds."""
        self.odds = math.log(share / (1 - share))

    def score(self, field: str, candidates: Sequence[Features]) -> Sequence[float]:
        """Return the same for all."""
        del field
        return [NOTHING + self.odds for _ in candidates]


def status(share: float, **validation: object) -> tuple[FieldStatus, list[str]]:
    """Return the status of a value with this share, and what findings say."""
    schema = {"properties": {"paid_out": {"type": "number"}}}
    spec = ExtractionSpec.model_validate({"schema": schema})
    asked = Acceptance.of(ValidationSpec.model_validate(validation), {"paid_out": AS_IT_IS})
    extractor = Extractor(spec, scorer=Even(share), acceptance=asked)
    extraction = extractor.extract([typeset("Paid out: 12.50")])
    assert extraction.result == {"paid_out": Decimal("12.50")}
    messages = [each.message for each in extraction.findings if each.pointer == "/paid_out"]
    return extraction.fields["/paid_out"].status, messages


def test_a_value_at_the_threshold_of_the_error_rate_needs_no_person() -> None:
    assert status(0.91) == (FieldStatus.OK, [])


def test_a_value_below_it_goes_to_a_person_with_field_confidence_and_threshold() -> None:
    found, [message] = status(0.89)
    assert found is FieldStatus.UNCERTAIN
    assert re.search(r"confidence of paid_out is 0\.89, and 0\.90 is asked$", message)


def test_whoever_takes_more_errors_archives_more() -> None:
    assert status(0.7)[0] is FieldStatus.UNCERTAIN
    assert status(0.7, acceptance={"maxErrorRate": "5%"})[0] is FieldStatus.OK


def test_a_rate_that_no_threshold_was_seen_to_keep_asks_it_of_each_value() -> None:
    assert status(0.995, acceptance={"maxErrorRate": "0.1%"})[0] is FieldStatus.UNCERTAIN
    assert status(0.9995, acceptance={"maxErrorRate": "0.1%"})[0] is FieldStatus.OK


def test_a_field_s_own_confidence_stands_in_place_of_the_rate() -> None:
    strict = [{"field": "paid_out", "minConfidence": "95%"}]
    lenient = [{"field": "paid_out", "minConfidence": "50%"}]
    assert status(0.91, fields=strict)[0] is FieldStatus.UNCERTAIN
    assert status(0.6, fields=lenient)[0] is FieldStatus.OK


def test_grounding_alone_asks_no_confidence() -> None:
    assert status(0.91, fields=[{"field": "paid_out", "grounding": "inferred"}])[0] == "ok"


def test_a_few_right_ones_are_no_proof_of_two_in_a_hundred() -> None:
    of_twenty = steps_of([(0.9, True)] * 20)
    of_thirty = steps_of([(0.9, True)] * 30)
    assert Calibration(1, 0, of_twenty).threshold(0.02) is None
    assert Calibration(1, 0, of_thirty).threshold(0.02) == 0.9


def test_the_threshold_is_the_lowest_that_keeps_the_rate() -> None:
    judged = [(0.9, True)] * 60 + [(0.8, True)] * 60 + [(0.7, False)] * 10 + [(0.6, True)] * 3
    calibration = Calibration(1, 0, steps_of(judged))
    assert calibration.threshold(0.02) == 0.8
    assert calibration.threshold(0.10) == 0.6


def test_values_of_one_confidence_are_accepted_together() -> None:
    [step] = steps_of([(0.9, True), (0.9, False), (0.9, True)])
    assert (step.accepted, step.wrong) == (3, 1)


def test_calibration_learns_that_shares_say_too_much_and_keeps_their_order() -> None:
    judged = [(0.99, number % 4 != 0) for number in range(200)]
    judged += [(0.6, number % 2 == 0) for number in range(200)]
    found = calibrate(judged)
    assert abs(found.confidence(0.99) - 0.75) < 0.03
    assert abs(found.confidence(0.6) - 0.5) < 0.03
    assert found.confidence(0.2) < found.confidence(0.6) < found.confidence(0.99)
    assert expected_error(found, judged) < 0.03 < expected_error(AS_IT_IS, judged)


def test_three_labels_make_nothing_surer_than_it_says() -> None:
    found = calibrate([(0.9, True)] * 3)
    assert 0.8 < found.confidence(0.9) < 0.9


def test_before_any_correction_each_value_must_itself_be_sure() -> None:
    assert Acceptance().bar("total") == Bar(COLD_START, 0.95)
    assert Acceptance(max_error_rate=0.04).bar("total") == Bar(COLD_START, 0.9)


def test_what_was_counted_of_the_cold_start_keeps_the_order_of_shares() -> None:
    confidences = [COLD_START.confidence(share / 10) for share in range(11)]
    assert confidences == sorted(confidences)
