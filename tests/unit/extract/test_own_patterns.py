from typing import Any

from inkwell_api.field_status import FieldStatus
from support.extracted import extract, findings

NUMBER = r"(?i)invoice[\s-]*(?:no|#)[\s.:#]*([A-Z0-9/-]*[0-9][A-Z0-9/-]*)"


def number(*lines: str, pattern: str = NUMBER) -> Any:
    """Return the invoice number that a tenant's pattern, or else a label, finds."""
    rules = [{"field": "invoice_number", "patterns": [pattern]}]
    return extract(*lines, rules=rules).result.get("invoice_number")


def test_a_pattern_does_not_run_from_a_heading_into_the_first_cell_of_the_next_row() -> None:
    assert number("Date             Invoice #", "28/05/2025       7781") == "7781"


def test_a_pattern_does_not_run_from_the_end_of_a_row_into_an_address() -> None:
    lines = ("Acme Ltd                    Invoice No", "12 High Street              INV-7781")
    assert number(*lines) == "INV-7781"


def test_a_pattern_may_run_into_what_stands_below() -> None:
    assert number("Invoice no    Customer", "A-77          4711") == "A-77"


def test_a_pattern_that_names_a_line_break_may_run_over_it() -> None:
    pattern = r"Our number\n(\d+)"
    assert number("Acme Ltd              Our number", "4711", pattern=pattern) == "4711"


def test_a_match_that_is_refused_hides_none_behind_it() -> None:
    lines = ("Acme Ltd                    Invoice no", "12 High Street", "Invoice no: B-9")
    assert number(*lines) == "B-9"


def test_a_number_that_goes_on_behind_a_pattern_is_read_whole_by_its_label() -> None:
    assert number("Invoice no: 2025.0117") == "2025.0117"
    assert number("Invoice no: 74 1234 5678") == "74 1234 5678"


def test_a_number_that_goes_on_behind_a_pattern_is_uncertain_where_no_label_reads_it() -> None:
    rules = [{"field": "reference", "patterns": [r"Ref ([0-9]+)"]}]
    properties = {"reference": {"type": "string"}}
    extraction = extract("Ref 2025_0117", rules=rules, properties=properties)
    assert extraction.fields["/reference"].status is FieldStatus.UNCERTAIN
    assert findings(extraction) == [("uncertain", "/reference")]


def test_a_pattern_that_names_what_follows_has_said_where_its_value_ends() -> None:
    rules = [{"field": "reference", "patterns": [r"Ref ([0-9]+)_"]}]
    properties = {"reference": {"type": "string"}}
    extraction = extract("Ref 2025_0117", rules=rules, properties=properties)
    assert (extraction.result, findings(extraction)) == ({"reference": "2025"}, [])


def test_the_number_of_another_document_is_not_this_one_s() -> None:
    lines = ("Credit note no: CN-2031", "Original invoice no: INV-20871")
    assert number(*lines) == "CN-2031"
    lines = ("Credit note no: CN-2031", "We credit what was billed by invoice no. INV-20871")
    assert number(*lines) == "CN-2031"


def test_a_pattern_that_matches_the_date_is_uncertain() -> None:
    rules = [{"field": "invoice_number", "patterns": [r"Date: (\S+)"]}]
    extraction = extract("Invoice date: 12/05/2025", "Due Date: 14/06/2025", rules=rules)
    assert extraction.result["issue_date"] == "2025-05-12"
    assert findings(extraction) == [("uncertain", "/invoice_number")]
