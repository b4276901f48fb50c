import time

import pytest

from inkwell_api.document import Severity
from inkwell_extract.validation import check, pointer

SCHEMA = {
    "type": "object",
    "required": ["invoice_number", "total"],
    "properties": {
        "invoice_number": {"type": "string", "pattern": "^[A-Z]"},
        "total": {"type": "number", "minimum": 0},
        "issue_date": {"type": "string", "format": "date"},
        "lines": {"type": "array", "items": {"type": "object", "required": ["name"]}},
    },
}


def test_a_result_of_the_schema_has_no_findings() -> None:
    assert check({"invoice_number": "A1", "total": 3, "issue_date": "2024-01-31"}, SCHEMA) == ()


@pytest.mark.parametrize(
    ("result", "places"),
    [
        ({"invoice_number": "A1"}, {""}),
        ({"invoice_number": "a1", "total": 3}, {"/invoice_number"}),
        ({"invoice_number": "A1", "total": "secret"}, {"/total"}),
        ({"invoice_number": "A1", "total": -1, "issue_date": "31.1."}, {"/total", "/issue_date"}),
        ({"invoice_number": "A1", "total": 1, "lines": [{"name": "x"}, {}]}, {"/lines/1"}),
    ],
)
def test_what_breaks_the_schema_is_found_and_its_value_not_told(
    result: dict[str, object], places: set[str]
) -> None:
    findings = check(result, SCHEMA)
    assert {finding.pointer for finding in findings} == places
    assert all(f.name == "schema" and f.severity is Severity.ERROR for f in findings)
    assert not any("secret" in finding.message for finding in findings)


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "http://127.0.0.1:1/schema.json"},
        {"$ref": "#/$defs/none"},
        {"type": "nonsense"},
        {"$defs": {"a": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"},
        {"properties": {"total": {"pattern": "(a)\\1"}}},
    ],
)
def test_a_schema_that_cannot_be_applied_is_a_finding_and_fetches_nothing(
    schema: dict[str, object],
) -> None:
    [finding] = check({"total": "aa"}, schema)
    assert finding.name == "schema-unusable"


def test_a_hostile_pattern_of_the_schema_takes_linear_time() -> None:
    schema = {"properties": {"a": {"pattern": "^(a+)+$"}}, "patternProperties": {"(x+)+y": {}}}
    started = time.monotonic()
    assert check({"a": "a" * 50 + "!", "x" * 60: 1}, schema)
    assert time.monotonic() - started < 2


def test_pointers_are_escaped() -> None:
    assert pointer(("a/b", 0, "c~d")) == "/a~1b/0/c~0d"
    assert pointer(()) == ""
