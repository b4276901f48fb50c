from typing import Any

import pytest

from inkwell_api.document import Extraction, Match
from inkwell_api.field_status import FieldStatus
from support.extracted import PROPERTIES, extract_pages, findings
from support.typeset import typeset

TEMPLATE: dict[str, Any] = {
    "issuer": "Coolblue B.V.",
    "keywords": ["Coolblue B.V.", "KvK Rotterdam"],
    "exclude_keywords": ["Creditnota"],
    "fields": {
        "amount": r"Eindbedrag\s+€\s+(\d+,\d+)",
        "date": {"parser": "regex", "regex": r"Van:\s+(\d{1,2}-\d{1,2}-\d{4})", "type": "date"},
        "invoice_number": r"Kenmerk:\s+(\d+)",
    },
    "options": {"date_formats": ["%m-%d-%Y"], "decimal_separator": ",", "currency": "EUR"},
}
PAGE = (
    "Coolblue B.V.          KvK Rotterdam",
    "Kenmerk: 993548900     Van: 04-03-2014",
    "Eindbedrag € 717,97",
)


def extract(*lines: str, **changes: Any) -> Extraction:
    """Return what the template, with some of its parts changed, finds on a page."""
    return extract_pages(
        [typeset(*lines)],
        templates=[TEMPLATE | changes],
        properties=PROPERTIES | {"currency": {"type": "string"}},
    )


def test_a_template_finds_its_fields_with_their_places() -> None:
    extraction = extract(*PAGE)
    assert extraction.result["invoice_number"] == "993548900"
    assert extraction.result["issue_date"] == "2014-04-03"
    assert str(extraction.result["total"]) == "717.97"
    assert extraction.result["seller"] == "Coolblue B.V."
    number = extraction.fields["/invoice_number"]
    assert (number.status, number.evidence.match) == (FieldStatus.OK, Match.EXACT)
    assert number.evidence.page == 1


def test_a_document_of_another_issuer_is_not_read_by_it() -> None:
    assert "invoice_number" not in extract("Other Ltd", *PAGE[1:]).result
    assert "invoice_number" not in extract(*PAGE, "Creditnota").result


def test_a_value_keeps_its_place_whatever_is_done_to_the_text() -> None:
    options = {"lowercase": True, "remove_accents": True, "replace": [["kenmerk", "my number"]]}
    fields = {"invoice_number": r"my number: (\d+)"}
    keywords = ["coolblue b.v."]
    extraction = extract(*PAGE, options=options, fields=fields, keywords=keywords)
    assert extraction.fields["/invoice_number"].evidence.text == "993548900"


def test_the_last_of_several_matches_is_taken_where_the_template_says_so() -> None:
    field = {"parser": "regex", "regex": r"Kenmerk: (\d+)", "group": "last"}
    extraction = extract(*PAGE, "Kenmerk: 12", fields={"invoice_number": field})
    assert extraction.result["invoice_number"] == "12"


def test_a_value_that_a_template_states_counts_where_the_page_has_it() -> None:
    fields = {"static_invoice_number": "993548900"}
    assert extract(*PAGE, fields=fields).result["invoice_number"] == "993548900"
    fields = {"static_invoice_number": "4711"}
    assert extract(*PAGE, fields=fields).result.get("invoice_number") != "4711"


@pytest.mark.parametrize(
    "changes",
    [
        {"fields": {"amount": r"(?<=EUR )\d+"}},
        {"fields": {"amount": r"(\w)\1"}},
        {"lines": {"start": "a", "end": "b", "line": "c"}},
        {"fields": {"lines": {"parser": "lines", "start": "a", "end": "b", "line": "c"}}},
        {"options": {"replace": [["(", ""]]}},
        {"keywords": []},
    ],
)
def test_what_cannot_be_applied_is_told_of_and_not_applied_in_part(changes: Any) -> None:
    extraction = extract(*PAGE, **changes)
    assert ("template-unusable", "") in findings(extraction)
    assert "invoice_number" not in extraction.result


def test_replacements_that_feed_each_other_end() -> None:
    options = {"replace": [["e", "e" * 400]] * 20}
    assert extract(*PAGE, options=options, keywords=["Coolblu"]).findings is not None


@pytest.mark.parametrize("format_", ["%d%d-%m-%Y", "%d-%m-%Y%", "%d-%m-%Y%Q", "%d-%m-%Y %H:%M"])
def test_a_date_format_that_is_none_leaves_the_date_to_the_document(format_: str) -> None:
    extraction = extract(*PAGE, options={"date_formats": [format_]})
    assert "issue_date" in extraction.result


@pytest.mark.parametrize("format_", ["%d.%m.", "%m/%Y", "%H:%M", "." * 400])
def test_a_date_format_that_leaves_a_part_open_reads_nothing(format_: str) -> None:
    """`strptime` would say the year 1900, and a template outweighs all that the page says."""
    extraction = extract(
        "Coolblue B.V.", "Datum 12.05.", fields={"date": r"Datum (\S+)"}, keywords=["Coolblue"],
        options={"date_formats": [format_]},
    )  # fmt: skip
    assert "issue_date" not in extraction.result
    assert "template-unusable" in {finding.name for finding in extraction.findings}


def test_a_field_without_a_group_is_its_whole_match() -> None:
    fields = {"invoice_number": [r"NoSuch", r"9935\d+"]}
    assert extract(*PAGE, fields=fields).result["invoice_number"] == "993548900"
