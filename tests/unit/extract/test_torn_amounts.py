"""A number whose first digits were not read is no number: what is left of it is another one."""

from decimal import Decimal

import pytest

from inkwell_api.document import Match
from inkwell_api.pipeline import ExtractionSpec
from inkwell_extract.engine import Extractor
from inkwell_extract.evidence import Evidences
from inkwell_extract.page.layout import Layout
from inkwell_extract.values.folding import without_marks
from support.typeset import typeset

TOTAL = ExtractionSpec.model_validate(
    {"schema": {"type": "object", "properties": {"total": {"type": "number"}}}}
)
TORN = [",200.00", ".200,00", "'200.00", ",200"]


@pytest.mark.parametrize("torn", TORN)
def test_what_is_left_of_a_number_is_no_total(torn: str) -> None:
    page = typeset("Northwind Traders Ltd", f"Total amount payable GBP {torn}")
    assert "total" not in Extractor(TOTAL).extract([page]).result


@pytest.mark.parametrize("torn", TORN[:3])
def test_what_is_left_of_a_number_proves_no_other(torn: str) -> None:
    layout = Layout([typeset(f"Total amount payable GBP {torn}")])
    assert Evidences(layout).find(Decimal("200.00")).match is Match.UNGROUNDED


@pytest.mark.parametrize(
    ("text", "bare"),
    [(",45.00", "45.00"), (", 200.00", "200.00"), (":1,200.00", "1,200.00"), (",50", "50")],
)
def test_marks_before_a_whole_number_are_left_out(text: str, bare: str) -> None:
    assert without_marks(text, " ,;:#") == bare
