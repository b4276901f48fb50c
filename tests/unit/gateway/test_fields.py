from dataclasses import asdict

from inkwell_api.document import UNGROUNDED, Box, ExtractedField, Origin
from inkwell_api.explanation import Reason, Why
from inkwell_api.field_status import Alternative, FieldStatus
from inkwell_gateway.models import DocumentResult, FieldModel, WhyModel


def test_a_field_is_served_with_its_status_and_what_else_it_might_have_been() -> None:
    other = Alternative(14, 0.4, "14,00", 2, Box(0.1, 0.2, 0.3, 0.4))
    field = ExtractedField(
        12,
        Origin.RULE,
        status=FieldStatus.UNCERTAIN,
        confidence=0.5,
        raw="12",
        alternatives=(other,),
    )
    served = FieldModel.model_validate(asdict(field)).model_dump(mode="json")
    assert (served["status"], served["confidence"], served["raw"]) == ("uncertain", 0.5, "12")
    [alternative] = served["alternatives"]
    assert (alternative["value"], alternative["page"], alternative["box"]["top"]) == (14, 2, 0.2)


def test_a_field_of_an_older_result_is_served_as_ok() -> None:
    stored = {"value": 1, "origin": "RULE", "evidence": asdict(UNGROUNDED)}
    served = FieldModel.model_validate(stored)
    assert (served.status, served.confidence, served.alternatives) == (FieldStatus.OK, None, [])
    assert served.why == WhyModel()


def test_a_value_is_served_with_what_spoke_for_and_against_it_in_words() -> None:
    why = Why(("label", "page"), (Reason("sums_agree", 4.0), Reason("of_tomorrow", -0.5)))
    stored = asdict(ExtractedField(1, Origin.RULE, why=why))
    served = FieldModel.model_validate(stored).model_dump(mode="json")["why"]
    assert served["proposers"] == ["label", "page"]
    assert served["reasons"][0] == {
        "feature": "sums_agree",
        "log_odds": 4.0,
        "says": "net sum, tax and total agree",
    }
    assert served["reasons"][1]["says"] == "of tomorrow"


def test_the_api_s_description_tells_of_all_states_of_a_field() -> None:
    schema = DocumentResult.model_json_schema(mode="serialization")["$defs"]
    assert schema["FieldStatus"]["enum"] == [status.value for status in FieldStatus]
    assert {"status", "confidence", "raw", "alternatives", "why"} <= set(
        schema["FieldModel"]["properties"]
    )
    assert {"feature", "log_odds", "says"} == set(schema["ReasonModel"]["properties"])
