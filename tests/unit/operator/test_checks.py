"""What an owner may not write though the API server lets it pass, and what it may not cost."""

import time
from typing import Any

import pytest

from inkwell_api.pipeline import DocumentPipelineSpec
from inkwell_extract import validation
from inkwell_operator.model.checks import check_pipeline
from inkwell_operator.model.errors import InvalidSpec
from support import make


def spec(properties: dict[str, Any], *expressions: str, **keywords: Any) -> DocumentPipelineSpec:
    """Return a pipeline with these fields and rules."""
    schema = {"type": "object", "properties": properties, **keywords}
    rules = [
        {"name": f"rule-{number}", "expression": expression, "message": "m"}
        for number, expression in enumerate(expressions)
    ]
    return make.pipeline_spec(extraction={"schema": schema}, validation={"rules": rules})


def nested(levels: int) -> dict[str, Any]:
    """Return a field within fields."""
    field: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        field = {"type": "object", "properties": {"a": field}}
    return field


LINES = {
    "total": {"type": "number"},
    "seller": {"type": "object", "properties": {"name": {"type": "string"}}},
    "lines": {"type": "array", "items": {"type": "object"}},
    "paid": {"type": "boolean"},
}
ONES = f"[{','.join('1' * 150)}]"


def refusal(wanted: DocumentPipelineSpec) -> str:
    """Return why a pipeline is refused."""
    with pytest.raises(InvalidSpec) as caught:
        check_pipeline(wanted, make.resolved())
    return caught.value.message


@pytest.mark.parametrize("levels", [60, 120, 350, 5000])
def test_a_schema_nested_too_deeply_is_told_so_whatever_its_depth(levels: int) -> None:
    assert "nested more than 40 levels deep" in refusal(spec({"a": nested(levels)}))


def test_a_large_spec_is_refused_before_it_costs_anything() -> None:
    many = {f"field_{number}": {"type": "number"} for number in range(20_000)}
    wanted = spec(many)
    started = time.process_time()
    assert "bytes long as JSON; at most 98304 are possible" in refusal(wanted)
    assert time.process_time() - started < 1


@pytest.mark.parametrize("reference", ["http://169.254.169.254/latest", "#", "#/$defs/nowhere"])
def test_a_reference_leads_to_no_other_place_than_a_definition(reference: str) -> None:
    assert "only #/$defs/<name> of the same schema" in refusal(spec({"a": {"$ref": reference}}))


def test_a_reference_does_not_lead_back_to_itself() -> None:
    loop = {"type": "object", "properties": {"again": {"$ref": "#/$defs/loop"}}}
    endless = spec({"a": {"$ref": "#/$defs/loop"}}, **{"$defs": {"loop": loop}})
    assert "leads back to itself" in refusal(endless)


def test_a_reference_hidden_behind_a_field_that_is_called_like_a_keyword_is_found() -> None:
    fields = {"default": {"$ref": "http://169.254.169.254"}}
    assert "only #/$defs/<name>" in refusal(spec(fields))


def test_a_reference_to_a_definition_works() -> None:
    money = {"$defs": {"money": {"type": "number"}}}
    check_pipeline(spec({"total": {"$ref": "#/$defs/money"}}, **money), make.resolved())


def test_references_that_multiply_are_refused() -> None:
    definitions: dict[str, Any] = {"d0": {"type": "string"}}
    for number in range(1, 25):
        reference = {"$ref": f"#/$defs/d{number - 1}"}
        definitions[f"d{number}"] = {"allOf": [reference, reference]}
    bomb = spec({"a": {"$ref": "#/$defs/d24"}}, **{"$defs": definitions})
    assert "values with its references written out" in refusal(bomb)


@pytest.mark.parametrize("keyword", ["$id", "$anchor", "$dynamicRef"])
def test_no_schema_has_an_address_of_its_own(keyword: str) -> None:
    assert f"uses {keyword}" in refusal(spec({"a": {keyword: "x"}}))


def test_a_format_that_nobody_knows_is_refused() -> None:
    assert "format datum" in refusal(spec({"a": {"type": "string", "format": "datum"}}))
    check_pipeline(spec({"format": {"type": "string", "format": "date"}}), make.resolved())


@pytest.mark.parametrize(
    "pattern", [r"^(?!0)\d+$", r"(?<=a)b", r"(a)\1", "(", r"a{5000}", r"(?P<x>a)(?P=x)"]
)
@pytest.mark.parametrize("keyword", ["pattern", "patternProperties"])
def test_a_pattern_that_no_worker_can_match_is_refused(pattern: str, keyword: str) -> None:
    field = {keyword: pattern if keyword == "pattern" else {pattern: {}}}
    told = refusal(spec({"a": {"type": "string"}, "b": {"items": field}}))
    assert f"spec.extraction.schema has pattern {pattern}" in told
    assert "no RE2 expression" in told


@pytest.mark.parametrize(
    "pattern",
    [r"^[A-Z]{2}-\d{4}$", r"(?i)^re", r"^\p{L}+$", r"\bA\b", "", r"^(a+)+$", r"[[:alpha:]]", r"\z"],
)
def test_a_pattern_that_is_accepted_works_in_the_extract_stage(pattern: str) -> None:
    wanted = spec({"a": {"type": "string", "pattern": pattern}})
    check_pipeline(wanted, make.resolved())
    found = validation.check({"a": "x"}, wanted.extraction.result_schema)
    assert "schema-unusable" not in {finding.name for finding in found}


POLICED = {
    "paid": {"type": "boolean"},
    "lines": {"type": "array", "items": {"$ref": "#/$defs/line"}},
    "either": {"anyOf": [{"type": "null"}, {"properties": {"kind": {"type": "string"}}}]},
}
LINE = {"$defs": {"line": {"type": "object", "properties": {"kind": {"type": "string"}}}}}


def policed(field: str) -> DocumentPipelineSpec:
    """Return a pipeline that says of a field that it may be inferred."""
    schema = {"type": "object", "properties": POLICED, **LINE}
    fields = [{"field": field, "grounding": "inferred"}]
    return make.pipeline_spec(extraction={"schema": schema}, validation={"fields": fields})


@pytest.mark.parametrize("field", ["paid", "lines", "lines.kind", "either.kind"])
def test_a_field_of_which_something_is_said_may_lie_within_others(field: str) -> None:
    check_pipeline(policed(field), make.resolved())


@pytest.mark.parametrize("field", ["payed", "lines.knid", "paid.kind"])
def test_nothing_is_said_of_a_field_that_is_none(field: str) -> None:
    told = refusal(policed(field))
    assert told == f"spec.validation.fields: {field} is no property of spec.extraction.schema"


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("1 + 1", "neither true nor false"),
        ("result.totl > 0.0", "reads result.totl, which spec.extraction.schema does not have"),
        ("has(result.totl)", "reads result.totl,"),
        ("result['totl'] > 0.0", "reads result.totl,"),
        ("result.seller.nmae == ''", "reads result.seller.nmae,"),
        (
            "result.lines.all(a, result.lines.all(b, result.lines.all(c, a == b && b == c)))",
            "more than 300000 steps",
        ),
        (f"{ONES}.all(a, {ONES}.all(b, {ONES}.all(c, a + b + c > 0)))", "more than 300000 steps"),
    ],
)
def test_a_rule_that_cannot_work_is_refused(expression: str, words: str) -> None:
    assert words in refusal(spec(LINES, expression))


@pytest.mark.parametrize(
    "expression",
    [
        "!has(result.total) || result.total > 0.0",
        "result.paid",
        "result['total'] > 0.0 && result.seller.name != ''",
        "result.lines.all(l, l.anything > 0)",
        "result.lines.all(a, result.lines.exists(b, a.x == b.x))",
        "'result.other' != ''",
        "result.lines.map(l, l.amount).size() > 0",
    ],
)
def test_a_rule_that_works_is_accepted(expression: str) -> None:
    check_pipeline(spec(LINES, expression), make.resolved())


def test_a_retention_that_was_stored_before_it_was_bounded_is_refused() -> None:
    wanted = make.pipeline_spec(retention={"documents": "999999d"})
    assert refusal(wanted) == "spec.retention.documents is 999999d; at most 7300d is possible"
