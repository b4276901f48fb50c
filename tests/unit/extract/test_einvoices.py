"""Values from e-invoices, and pages that say something else."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from inkwell_api.document import Extraction, Match, Origin, Page, PageRoute, PageSource, Severity
from inkwell_api.einvoice import EInvoice, XmlFault
from inkwell_api.pipeline import ExtractionSpec
from inkwell_extract.engine import Extractor
from support.einvoices import CII, SHOWN, UBL, UBL_CREDIT_NOTE, ZUGFERD_1, read, uploaded
from support.typeset import typeset

TEXT = {"type": "string"}
DATE = {"type": "string", "format": "date"}
NUMBER = {"type": "number"}
LINES = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "position": {"type": "integer"},
            "article_number": TEXT,
            "description": TEXT,
            "quantity": NUMBER,
            "unit_code": TEXT,
            "unit_price": NUMBER,
            "tax_rate": NUMBER,
            "amount": NUMBER,
        },
    },
}
FIELDS: dict[str, Any] = {
    "invoice_number": TEXT,
    "issue_date": DATE,
    "due_date": DATE,
    "total": NUMBER,
    "subtotal": NUMBER,
    "tax": NUMBER,
    "currency": TEXT,
    "vendor": TEXT,
    "vat_number": TEXT,
    "order_number": TEXT,
    "customer_number": TEXT,
}
RESULT = {
    "invoice_number": "RE-2025/117",
    "issue_date": "2025-05-12",
    "due_date": "2025-06-11",
    "total": Decimal("235.62"),
    "subtotal": 198,
    "tax": Decimal("37.62"),
    "currency": "EUR",
    "vendor": "Holz und Brett GmbH",
    "vat_number": "DE123456789",
    "order_number": "PO-9",
    "customer_number": "K-31",
}
LINE = {
    "position": 1,
    "article_number": "BR-7",
    "description": "Oak board",
    "quantity": 20,
    "unit_code": "H87",
    "unit_price": Decimal("9.9"),
    "tax_rate": 19,
    "amount": 198,
}


def extract(pages: Sequence[Page], fields: dict[str, Any] | None = None) -> Extraction:
    """Return what is extracted by the engine Rules."""
    schema = {"type": "object", "properties": FIELDS if fields is None else fields}
    return Extractor(ExtractionSpec.model_validate({"schema": schema})).extract(pages)


def page(*invoices: EInvoice, lines: Sequence[str] = SHOWN) -> Page:
    """Return a page of a PDF that has e-invoices attached."""
    return replace(typeset(*lines), einvoices=invoices)


def errors(extraction: Extraction) -> list[tuple[str, str]]:
    """Return name and pointer of each error."""
    assert all(f.severity is Severity.ERROR for f in extraction.findings)
    return [(finding.name, finding.pointer) for finding in extraction.findings]


@pytest.mark.parametrize("xml", [CII, UBL, UBL_CREDIT_NOTE, ZUGFERD_1])
def test_xml_on_its_own_gives_every_known_field_with_its_place_in_the_xml(xml: str) -> None:
    extraction = extract([uploaded(xml)], FIELDS | {"line_items": LINES})
    assert extraction.result == RESULT | {"line_items": [LINE]}
    assert errors(extraction) == []
    assert {field.origin for field in extraction.fields.values()} == {Origin.XML}
    assert all(field.evidence.path.startswith("/") for field in extraction.fields.values())
    assert {field.evidence.match for field in extraction.fields.values()} <= {
        Match.EXACT,
        Match.NORMALISED,
    }
    number = extraction.fields["/invoice_number"].evidence
    assert (number.match, number.page, number.text) == (Match.EXACT, None, "RE-2025/117")
    assert extraction.pages == (PageRoute(1, PageSource.XML),)


def test_an_attached_einvoice_gives_values_that_also_say_where_the_page_shows_them() -> None:
    extraction = extract([page(read(CII))], FIELDS | {"items": LINES})
    assert extraction.result == RESULT | {"items": [LINE]}
    assert errors(extraction) == []
    total = extraction.fields["/total"]
    assert (total.origin, total.evidence.page, total.evidence.text) == (Origin.XML, 1, "EUR 235.62")
    assert total.evidence.path.endswith("/ram:GrandTotalAmount")
    assert extraction.pages == (PageRoute(1, PageSource.TEXT_LAYER),)


@pytest.mark.parametrize(
    ("stated", "instead", "pointer"),
    [
        (">235.62<", ">9235.62<", "/total"),
        # The other value stands on the page too, as another thing.
        (">235.62<", ">198.00<", "/total"),
        (">RE-2025/117<", ">RE-2025/118<", "/invoice_number"),
        (">RE-2025/117<", ">K-31<", "/invoice_number"),
        (">20250512<", ">20250611<", "/issue_date"),
        (">20250512<", ">20250513<", "/issue_date"),
        (">DE123456789<", ">DE987654321<", "/vat_number"),
        (">EUR<", ">USD<", "/currency"),
        ("Holz und\n          Brett GmbH", "Somebody Else Ltd", "/vendor"),
    ],
)
def test_an_einvoice_that_contradicts_the_page_goes_to_a_person(
    stated: str, instead: str, pointer: str
) -> None:
    assert stated in CII
    extraction = extract([page(read(CII.replace(stated, instead)))])
    assert ("xml-differs", pointer) in errors(extraction)


def test_a_name_that_was_read_in_part_is_no_contradiction() -> None:
    lines = ("Seller: Holz und", "Brett GmbH", *SHOWN[1:])
    assert extract([page(lines=lines)]).result["vendor"] in {"Holz und", "Brett GmbH"}
    extraction = extract([page(read(CII), lines=lines)], {"vendor": TEXT})
    assert (errors(extraction), extraction.result) == ([], {"vendor": "Holz und Brett GmbH"})


def test_the_vat_number_of_the_other_party_is_no_contradiction() -> None:
    lines = ("VAT ID: DE234567890", *SHOWN)
    assert extract([page(lines=lines)]).result["vat_number"] == "DE234567890"
    extraction = extract([page(read(CII), lines=lines)], {"vat_number": TEXT})
    assert (errors(extraction), extraction.result) == ([], {"vat_number": "DE123456789"})


def test_line_items_that_the_page_does_not_show_go_to_a_person() -> None:
    xml = CII.replace(">9.9000<", ">7.7700<")
    assert errors(extract([page(read(xml))], FIELDS | {"items": LINES})) == [
        ("xml-differs", "/items")
    ]


def test_two_einvoices_that_differ_are_both_left_aside() -> None:
    other = read(CII.replace(">235.62<", ">9235.62<"), "xrechnung.xml")
    extraction = extract([page(read(CII), other)])
    assert errors(extraction) == [("xml-ambiguous", "")]
    assert extraction.fields["/total"].origin is Origin.RULE
    assert errors(extract([page(read(CII), read(CII, "xrechnung.xml"))])) == []


def test_an_einvoice_that_cannot_be_used_goes_to_a_person_with_what_the_page_says() -> None:
    extraction = extract([page(EInvoice("factur-x.xml", fault=XmlFault.DAMAGED))])
    assert errors(extraction) == [("xml-unusable", "")]
    assert extraction.result["total"] == Decimal("235.62")
    [finding] = extraction.findings
    assert finding.message == "the attached factur-x.xml is damaged, or no XML"


def test_a_blank_page_with_an_einvoice_is_no_document_of_its_own() -> None:
    extraction = extract([page(read(CII), lines=())])
    assert ("no-text", "") in errors(extraction)
    assert ("xml-differs", "/total") in errors(extraction)


def test_line_items_with_a_property_that_nobody_knows_are_left_to_others() -> None:
    own = {"type": "array", "items": {"type": "object", "properties": {"colour": TEXT}}}
    mixed = {
        "type": "array",
        "items": {"type": "object", "properties": {"colour": TEXT, "amount": NUMBER}},
    }
    assert extract([uploaded(CII)], {"items": own, "lines": mixed}).result == {}


def test_the_amount_due_is_what_is_left_to_pay_and_the_total_is_not() -> None:
    extraction = extract([uploaded(CII)], {"amount_due": NUMBER, "total": NUMBER})
    assert extraction.result == {"amount_due": 200, "total": Decimal("235.62")}


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1,5", "12 EUR", "0x10", "--3", ""])
def test_an_amount_that_is_no_number_of_xml_is_not_stated(amount: str) -> None:
    xml = CII.replace(">235.62<", f">{amount}<")
    assert extract([uploaded(xml)], {"total": NUMBER}).result == {}


@pytest.mark.parametrize(
    ("amount", "value"),
    [("45.500", 45.5), ("1234.567", Decimal("1234.567")), ("-12.00", -12), ("7", 7)],
)
def test_an_amount_of_xml_has_a_point_for_its_decimals(amount: str, value: Decimal) -> None:
    xml = CII.replace(">235.62<", f">{amount}<")
    assert extract([uploaded(xml)], {"total": NUMBER}).result == {"total": value}


@pytest.mark.parametrize("day", ["20251345", "2025-02-30", "05/12/2025", "202505"])
def test_a_date_that_is_none_is_not_stated(day: str) -> None:
    xml = CII.replace(">20250512<", f">{day}<")
    assert extract([uploaded(xml)], {"issue_date": DATE}).result == {}
