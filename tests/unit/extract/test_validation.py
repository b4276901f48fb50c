import time
from decimal import Decimal

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


REPEATED = "a" * 40 + "!"
HOSTILE: list[tuple[dict[str, object], dict[str, object]]] = [
    (
        {"patternProperties": {"^(a+)+$": {}}, "additionalProperties": False},
        {REPEATED: 1},
    ),
    (
        {"patternProperties": {"^(a|a)*$": {}}, "unevaluatedProperties": False},
        {REPEATED: 1},
    ),
    ({"propertyNames": {"pattern": "^(a+)+$"}}, {REPEATED: 1}),
    ({"properties": {"a": {"pattern": "(x+x+)+y"}}}, {"a": "x" * 40}),
    ({"properties": {"a": {"contains": {"pattern": "^(a+)+$"}}}}, {"a": [REPEATED]}),
]


@pytest.mark.parametrize(("schema", "result"), HOSTILE)
def test_no_pattern_wherever_it_stands_takes_long(
    schema: dict[str, object], result: dict[str, object]
) -> None:
    started = time.process_time()
    assert check(result, schema)
    assert time.process_time() - started < 1


def chain(length: int, **keywords: object) -> dict[str, object]:
    """Return a schema of definitions each of which refers to the next, twice."""
    definitions: dict[str, object] = {f"d{length}": {"type": "object"}}
    for number in range(length):
        part = {"$ref": f"#/$defs/d{number + 1}"}
        definitions[f"d{number}"] = {"allOf": [part, part], **keywords}
    return {"$defs": definitions, "$ref": "#/$defs/d0"}


def once(length: int) -> dict[str, object]:
    """Return a schema whose definitions each look twice at the next."""
    definitions: dict[str, object] = {f"d{length}": {"type": "object"}}
    for number in range(length):
        part = {"$ref": f"#/$defs/d{number + 1}"}
        definitions[f"d{number}"] = {"allOf": [part], "unevaluatedProperties": False}
    return {"$defs": definitions, "$ref": "#/$defs/d0"}


@pytest.mark.parametrize("schema", [chain(30), chain(12), once(39), once(12)])
def test_references_that_multiply_take_no_time(schema: dict[str, object]) -> None:
    started = time.process_time()
    check({"a": [{"b": number} for number in range(500)]}, schema)
    assert time.process_time() - started < 2


def test_a_nested_schema_ends_no_process() -> None:
    schema: dict[str, object] = {}
    for _ in range(5000):
        schema = {"not": schema}
    [finding] = check({"a": 1}, schema)
    assert finding.name == "schema-unusable"


@pytest.mark.parametrize(
    ("number", "keywords", "holds"),
    [
        ("8.10", {"multipleOf": 0.01}, True),
        ("8.101", {"multipleOf": 0.01}, False),
        ("12345678901234567890.12", {"multipleOf": 0.01}, True),
        ("0.30", {"const": 0.3}, True),
        ("0.1", {"enum": [0.1, 7]}, True),
        ("7.0", {"enum": [0.1, 7]}, True),
        ("0.10000000000000000001", {"maximum": 0.1}, False),
        ("100.00", {"const": 100}, True),
        ("3.0", {"type": "integer"}, True),
        ("3.5", {"type": "integer"}, False),
        ("3.5", {"type": "number", "exclusiveMinimum": 3.5}, False),
    ],
)
def test_numbers_are_compared_digit_by_digit(
    number: str, keywords: dict[str, object], *, holds: bool
) -> None:
    found = check({"a": Decimal(number)}, {"properties": {"a": keywords}})
    assert (not found) is holds


def test_each_absent_field_is_named() -> None:
    found = check({}, SCHEMA)
    assert [finding.message for finding in found] == [
        "required but not found: invoice_number",
        "required but not found: total",
    ]


def test_pointers_are_escaped() -> None:
    assert pointer(("a/b", 0, "c~d")) == "/a~1b/0/c~0d"
    assert pointer(()) == ""
