"""Receipts of tills: what was paid, and sums of which the tax is a part."""

from decimal import Decimal

import pytest

from inkwell_api.document import Extraction
from inkwell_api.field_status import FieldStatus
from inkwell_api.pipeline import Engine, ExtractionSpec
from inkwell_extract.engine import Extractor
from inkwell_extract.values.amounts import parse_amount
from support.typeset import typeset

NUMBER = {"type": "number"}


def extract(*lines: str) -> Extraction:
    properties = {"net": NUMBER, "tax": NUMBER, "total": NUMBER, "currency": {"type": "string"}}
    spec = ExtractionSpec.model_validate(
        {"engine": Engine.RULES.value, "schema": {"type": "object", "properties": properties}}
    )
    return Extractor(spec).extract([typeset(*lines)])


def amounts(extraction: Extraction) -> dict[str, str]:
    return {
        name: str(extraction.result[name])
        for name in ("net", "tax", "total")
        if name in extraction.result
    }


def test_a_subtotal_that_holds_the_tax_is_no_net_sum() -> None:
    extraction = extract(
        "Subtotal            30.00",
        "Total               30.00",
        "Cash                50.00",
        "Change              20.00",
        "Summary    Amount   Tax",
        "S 6%        28.30   1.70",
    )
    assert amounts(extraction) == {"net": "28.30", "tax": "1.70", "total": "30.00"}
    assert extraction.fields["/net"].status is FieldStatus.OK


def test_what_was_paid_is_the_total_before_its_rounding_where_no_other_is_printed() -> None:
    extraction = extract(
        "Total (GST incl)    13.78",
        "Cash                20.00",
        "Rounding             0.02",
        "Change               6.20",
    )
    assert amounts(extraction)["total"] == "13.78"
    assert extraction.fields["/total"].status is FieldStatus.OK


def test_what_was_paid_is_the_total_after_its_rounding_where_it_is_printed() -> None:
    extraction = extract(
        "Total Sales (incl. GST)   45.34",
        "Rounding adjustment         .01",
        "Rounding                  45.35",
        "Credit                    45.35",
        "Change                      .00",
    )
    assert amounts(extraction)["total"] == "45.35"


def test_a_sum_of_one_rate_s_supplies_is_no_total() -> None:
    extraction = extract(
        "Total 0% supplies:               7.61",
        "Total 6% supplies (excl. GST):  24.00",
        "GST:                             1.44",
        "Total 6% supplies (incl. GST):  25.44",
        "Total payable:                  33.05",
    )
    assert amounts(extraction)["total"] == "33.05"
    assert extraction.fields["/total"].status is FieldStatus.OK


def test_an_amount_whose_decimal_mark_was_lost_is_not_the_total() -> None:
    extraction = extract(
        "Total           RM 8817", "Visa            RM 8817", "Total Gross RM 88.17"
    )
    assert amounts(extraction)["total"] == "88.17"


def test_a_tax_of_nothing_beside_another_is_not_the_tax() -> None:
    extraction = extract("Z - 0% GST   0.00", "S - 6% GST   1.78", "Total       31.45")
    assert amounts(extraction)["tax"] == "1.78"


def test_a_letter_for_a_rate_of_tax_is_no_currency() -> None:
    extraction = extract("Bread  4.45  SR", "Milk  10.07  SR", "Total (RM)  14.52", "Cash RM 14.52")
    assert extraction.result["currency"] == "MYR"


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        (".05", "0.05"),
        ("RM.05", "0.05"),
        ("RMO.05", "0.05"),
        ("CR 120.00", "-120.00"),
        ("DR 120.00", "120.00"),
        ("120.00 CR", "-120.00"),
    ],
)
def test_amounts_of_tills_and_accounts_are_read(text: str, amount: str) -> None:
    assert parse_amount(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["CR 12.00 CR", "0182:53", "..05"])
def test_what_is_no_amount_is_not_read(text: str) -> None:
    assert parse_amount(text) is None
