from decimal import Decimal

import pytest

from inkwell_api.document import Severity
from inkwell_api.field_status import FieldStatus
from inkwell_extract.resolve.acceptance import Acceptance
from inkwell_extract.resolve.resolved import MAX_ALTERNATIVES
from support.extracted import extract, findings

TOTAL = {"total": {"type": "number"}}
SUMS = {name: {"type": "number"} for name in ("net", "tax", "total")}


def total(*lines: str) -> object:
    """Return the total that is read, where it is sure, else its status."""
    field = extract(*lines, properties=TOTAL).fields["/total"]
    is_sure = field.status is FieldStatus.OK
    return Decimal(str(field.value)) if is_sure else field.status


def test_two_totals_that_nothing_decides_between_send_the_document_to_a_person() -> None:
    extraction = extract("Total 24.00", "Total 26.00", properties=TOTAL)
    field = extraction.fields["/total"]
    assert field.status is FieldStatus.UNCERTAIN
    assert field.confidence is not None
    assert field.confidence < Acceptance().bar("total").threshold
    assert [str(other.value) for other in field.alternatives] == ["24.00"]
    assert findings(extraction) == [("uncertain", "/total")]
    assert extraction.findings[0].severity is Severity.ERROR


def test_alternatives_say_where_they_stand_and_are_few() -> None:
    lines = [f"Total {amount}.50" for amount in range(20, 30)]
    alternatives = extract(*lines, properties=TOTAL).fields["/total"].alternatives
    assert len(alternatives) == MAX_ALTERNATIVES
    assert all(other.page == 1 and other.box is not None for other in alternatives)
    assert all(other.raw.startswith("2") for other in alternatives)


@pytest.mark.parametrize(
    ("lines", "meant"),
    [
        (("Total 1.190,00 EUR", "Deposit paid 500,00", "Balance due 690,00"), "1190"),
        (("Gesamtbetrag 1.190,00", "Anzahlung 500,00", "Zahlbetrag 690,00"), "1190"),
        (("Total due by 15 July 120.00", "Total due after 15 July 126.00"), "120"),
        (("Total USD 8,400.00", "Total gross weight kg 1,250.00"), "8400"),
        (("Gesamt 84,00", "Bruttogewicht gesamt 125,00 kg"), "84"),
        (("Total 33.92", "Rounding -0.02", "Total rounded 33.90", "Cash 50.00"), "33.90"),
        (("Total sales incl. GST 31.47", "Rounding -0.02", "Total 31.45", "Cash 50.00"), "31.45"),
        (("Amount incl. GST 5.00", "Accepted total 10.00", "Change 5.00"), "5"),
        (("Total 0% supplies 39.01", "Total payable 20.21"), "20.21"),
        (("Total qty 4", "Total 33.90"), "33.90"),
    ],
)
def test_the_total_is_told_from_what_stands_beside_other_totals(
    lines: tuple[str, ...], meant: str
) -> None:
    assert total(*lines) == Decimal(meant)


def test_what_was_handed_over_less_the_change_speaks_against_a_misread_total() -> None:
    assert total("Total 2.25", "Cash 50.00", "Change 27.75") is FieldStatus.UNCERTAIN
    assert total("Total 22.25", "Cash 50.00", "Change 27.75") == Decimal("22.25")


def test_an_amount_without_decimals_among_amounts_that_have_them_is_uncertain() -> None:
    lines = ("Tea 4.00", "Cake 8.00", "Milk 1.20", "Salt 1.10", "Rice 2.00", "Total 1630")
    assert total(*lines) is FieldStatus.UNCERTAIN


def test_the_tax_of_several_rates_is_their_sum_where_it_makes_the_total() -> None:
    lines = ("Subtotal 300.00", "VAT 5% on 100.00 5.00", "VAT 17% on 200.00 34.00", "Total 339.00")
    extraction = extract(*lines)
    tax = extraction.fields["/tax"]
    assert (str(tax.value), tax.status, tax.raw) == ("39.00", FieldStatus.INFERRED, "5.00 34.00")
    assert findings(extraction) == []


def test_the_tax_is_that_of_the_sums_where_rows_of_items_name_theirs_too() -> None:
    extraction = extract(
        "Cabinet  VAT 20%   9.00",
        "Shelf    VAT 20%   1,500.00",
        "Net               1,509.00",
        "VAT                 301.80",
        "Total             1,810.80",
        properties=SUMS,
    )
    assert {name: str(value) for name, value in extraction.result.items()} == {
        "net": "1509.00",
        "tax": "301.80",
        "total": "1810.80",
    }


def test_sums_that_contradict_each_other_make_all_three_uncertain() -> None:
    extraction = extract("Net 100.00", "VAT 20.00", "Total 140.00", properties=SUMS)
    assert findings(extraction) == [
        ("uncertain", "/net"),
        ("uncertain", "/tax"),
        ("uncertain", "/total"),
    ]
    lines = ("Net 100.00", "VAT 20.00", "Shipping 20.00", "Total 140.00")
    with_shipping = extract(*lines, properties=SUMS)
    assert findings(with_shipping) == []


def test_net_days_and_net_weight_are_no_net_sum() -> None:
    assert "net" not in extract("Payment net 30 days", "Net weight 12.50", "Total 24.00").result
    assert extract("Net 20.00", "VAT 4.00", "Total 24.00").result["net"] == 20


def test_a_date_before_the_date_of_issue_is_not_when_it_is_due() -> None:
    extraction = extract("Invoice date 12 May 2025", "Due on 2 May 2024", "Due date 11 June 2025")
    assert extraction.result["issue_date"] == "2025-05-12"
    assert extraction.result["due_date"] == "2025-06-11"


def test_dates_without_a_label_are_uncertain_when_there_are_two() -> None:
    properties = {"issue_date": {"type": "string", "format": "date"}}
    two = extract("12 May 2025", "Tea 4.00", "3 June 2025", properties=properties)
    assert findings(two) == [("uncertain", "/issue_date")]
    assert findings(extract("12 May 2025", "Tea 4.00", properties=properties)) == []


def test_words_of_one_field_are_no_other_s_value() -> None:
    properties = {"number": {"type": "string"}, "invoice_number": {"type": "string"}}
    extraction = extract("Invoice number: 4711", properties=properties)
    assert extraction.result == {"invoice_number": "4711"}


def test_a_seller_without_a_legal_form_is_shown_to_a_person() -> None:
    extraction = extract("Blue Lagoon", "12 May 2025", "Total 4.00")
    assert extraction.result["seller"] == "Blue Lagoon"
    assert findings(extraction) == [("uncertain", "/seller")]


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (("99 Speed Mart S/B", "Total 4.00"), "99 Speed Mart S/B"),
        (("Gardenia Bakeries", "(KL) Sdn Bhd", "Total 4.00"), "Gardenia Bakeries (KL) Sdn Bhd"),
        (("Huber Enterprise (Nord) GmbH", "Total 4.00"), "Huber Enterprise (Nord) GmbH"),
        (("Welcome", "Tea House Pte Ltd", "Company no 77", "Total 4.00"), "Tea House Pte Ltd"),
    ],
)
def test_a_firm_at_the_top_is_the_seller(lines: tuple[str, ...], name: str) -> None:
    extraction = extract(*lines)
    assert extraction.result["seller"] == name
    assert ("uncertain", "/seller") not in findings(extraction)


def test_the_taxes_of_india_are_read_whole_or_as_the_sum_of_their_halves() -> None:
    whole = extract("Taxable amount 118000.00", "IGST 18% 21240.00", "Grand Total 139240.00")
    assert whole.result["tax"] == Decimal(21240)
    halves = ("Taxable amount 1000.00", "CGST 9% 90.00", "SGST 9% 90.00", "Total 1180.00")
    assert extract(*halves).result["tax"] == Decimal(180)


def test_half_a_tax_of_india_is_never_sure() -> None:
    field = extract("CGST 9% 90.00", "SGST 9% 90.00", "Total 1180.00").fields.get("/tax")
    assert field is None or field.status is FieldStatus.UNCERTAIN
