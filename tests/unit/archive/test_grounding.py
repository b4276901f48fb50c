"""Which values have to stand on the page, and which may follow from it."""

from decimal import Decimal
from typing import Any

import pytest

from inkwell_api.document import ExtractedField, Extraction, Finding, Origin, Severity
from inkwell_api.pipeline import FieldPolicy, Grounding, RuleSeverity, ValidationSpec
from inkwell_archive.findings import has_errors, unproven
from inkwell_archive.grounding import Groundings

SCHEMA: dict[str, Any] = {
    "type": "object",
    "$defs": {
        "kind": {"enum": ["service", "goods", None]},
        "line": {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "amount": {"type": "number"},
                "is_free": {"type": ["boolean", "null"]},
                "kind": {"$ref": "#/$defs/kind"},
            },
        },
    },
    "properties": {
        "number": {"type": "string"},
        "issued": {"type": "string", "format": "date"},
        "total": {"type": "number"},
        "paid": {"type": "boolean"},
        "class": {"type": "string", "enum": ["invoice", "credit note"]},
        "version": {"const": "1"},
        "either": {"anyOf": [{"enum": ["a"]}, {"type": "null"}]},
        "open": {"anyOf": [{"enum": ["a"]}, {"type": "string"}]},
        "tags": {"type": "array", "items": {"enum": ["x", "y"]}},
        "lines": {"type": "array", "items": {"$ref": "#/$defs/line"}},
    },
}
RESULT: dict[str, Any] = {
    "number": "7",
    "issued": "2026-01-02",
    "total": Decimal("8.10"),
    "paid": True,
    "class": "invoice",
    "version": "1",
    "either": "a",
    "open": "b",
    "tags": ["x"],
    "lines": [{"name": "n", "amount": 1, "is_free": False, "kind": "goods", "more": {"x": "y"}}],
}


def found(*policies: FieldPolicy, severity: RuleSeverity = RuleSeverity.ERROR) -> list[Finding]:
    """Return what is found of values none of which was found on a page."""
    nowhere = {f"/{name}": ExtractedField(value, Origin.MODEL) for name, value in RESULT.items()}
    validation = ValidationSpec(ungrounded=severity, fields=list(policies))
    return list(unproven(Extraction(RESULT, nowhere, "LLM"), Groundings(SCHEMA, validation)))


def places(*policies: FieldPolicy) -> set[str]:
    """Return the pointers of these findings."""
    return {finding.pointer for finding in found(*policies)}


def said(field: str, grounding: Grounding) -> FieldPolicy:
    """Return what a pipeline says of a field."""
    return FieldPolicy(field=field, grounding=grounding)


def test_text_numbers_and_dates_have_to_stand_there_and_choices_do_not() -> None:
    on_page = {"/number", "/issued", "/total", "/open"}
    assert places() == on_page | {"/lines/0/name", "/lines/0/amount", "/lines/0/more/x"}


@pytest.mark.parametrize(
    ("policy", "more", "less"),
    [
        (said("paid", Grounding.REQUIRED), {"/paid"}, set()),
        (said("class", Grounding.REQUIRED), {"/class"}, set()),
        (said("number", Grounding.INFERRED), set(), {"/number"}),
        (said("lines.amount", Grounding.INFERRED), set(), {"/lines/0/amount"}),
        (said("lines.kind", Grounding.REQUIRED), {"/lines/0/kind"}, set()),
        (said("tags", Grounding.REQUIRED), {"/tags/0"}, set()),
        (
            said("lines", Grounding.INFERRED),
            set(),
            {"/lines/0/name", "/lines/0/amount", "/lines/0/more/x"},
        ),
    ],
)
def test_a_pipeline_says_so_for_each_field(
    policy: FieldPolicy, more: set[str], less: set[str]
) -> None:
    assert places(policy) == (places() | more) - less


def test_the_longest_path_counts() -> None:
    general = said("lines", Grounding.INFERRED)
    special = said("lines.name", Grounding.REQUIRED)
    assert "/lines/0/name" in places(general, special)
    assert "/lines/0/amount" not in places(general, special)


def test_a_finding_is_as_severe_as_the_pipeline_says() -> None:
    assert not has_errors(found(severity=RuleSeverity.WARNING))
    assert {finding.severity for finding in found()} == {Severity.ERROR}


def test_a_document_of_choices_alone_goes_by_itself() -> None:
    result = {"paid": True, "class": "invoice"}
    extraction = Extraction(
        result, {f"/{n}": ExtractedField(v, Origin.MODEL) for n, v in result.items()}, "LLM"
    )
    assert not list(unproven(extraction, Groundings(SCHEMA, ValidationSpec())))
