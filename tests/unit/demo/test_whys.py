"""The demonstration shows what else a value might have been, and why it is not."""

from dataclasses import asdict
from typing import Any

from inkwell_api.document import ExtractedField, Origin
from inkwell_api.explanation import Reason, Why
from inkwell_api.field_status import Alternative
from inkwell_demo.demonstration.whys import candidates, contested
from inkwell_gateway.models import FieldModel
from support.screen import shown

_WIDE = 200
OTHER = Alternative("1300", 0.12, why=Why(("page",), (Reason("bare", -1.0),)))
TAKEN = Why(
    ("label", "page"),
    (
        Reason("label", 5.0),
        Reason("sums_agree", 4.0),
        Reason("below_larger", -1.5),
        Reason("late", 0.1),
    ),
)


def served(**more: Any) -> dict[str, Any]:
    """Return a field as the API serves it."""
    field = ExtractedField("1200", Origin.RULE, confidence=0.85, **more)
    return FieldModel.model_validate(asdict(field)).model_dump(mode="json")


def test_the_value_that_won_comes_first_with_its_probability_and_reasons() -> None:
    fields = {"/total": served(alternatives=(OTHER,), why=TAKEN)}
    picture = " ".join(shown(candidates(fields), _WIDE).split())
    assert picture.index("1200") < picture.index("1300")
    assert "0.85 label, page +5.0 words that" in picture
    assert "0.12 page -1.0 a number without" in picture


def test_only_the_loudest_reasons_are_shown() -> None:
    picture = shown(candidates({"/total": served(why=TAKEN)}), _WIDE)
    assert "-1.5" in picture
    assert "+0.1" not in picture


def test_a_result_of_before_reasons_were_kept_has_nothing_to_tell() -> None:
    assert contested({"/total": served()}) == []
    assert contested({"/total": {"value": 1}}) == []
