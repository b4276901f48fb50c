import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from inkwell_api.document import Extraction, Match, Origin
from inkwell_api.field_status import FieldStatus
from inkwell_extract.model.llm import Answer
from inkwell_extract.model.prompts import Prompt
from support.extracted import PROPERTIES, extract_pages, findings
from support.typeset import typeset

ITEMS = {
    "parts": {
        "type": "array",
        "items": {"properties": {"name": {"type": "string"}, "amount": {"type": "number"}}},
    }
}
PAGE = typeset(
    "Acme Ltd",
    "Invoice no: INV-17      Date: 12 May 2025",
    "Blue widget       20.00",
    "Green widget       4.00",
    "Red widget         6.00",
    "Total             30.00",
)


@dataclass
class Parrot:
    """A model that says one thing."""

    says: Mapping[str, Any]
    is_context_cut: bool = False
    name: str = "parrot"
    context_tokens: int = 8192

    def ask(self, prompt: Prompt, schema: Mapping[str, Any], answer_tokens: int) -> Answer:
        """Say it."""
        del prompt, schema, answer_tokens
        return Answer(json.dumps(self.says), is_cut=False, is_context_cut=self.is_context_cut)


def extract(engine: str, says: Mapping[str, Any], *required: str, **more: Any) -> Extraction:
    """Return what an engine makes of the page and of what a model says."""
    spec: dict[str, Any] = {"engine": engine, "model": {"name": "parrot"}}
    schema = {"required": list(required)}
    properties = PROPERTIES | more
    return extract_pages([PAGE], properties=properties, asked=Parrot(says), schema=schema, **spec)


@pytest.mark.parametrize(
    "says",
    [
        {"total": 20, "invoice_number": "INV-18", "issue_date": "2025-05-21", "seller": "Evil Ltd"},
        {"total": 30, "net": 20, "tax": 4, "due_date": "2025-05-12"},
        {"total": "much", "net": -1},
        {},
    ],
)
def test_hybrid_has_what_rules_have_whatever_the_model_says(says: dict[str, Any]) -> None:
    rules = extract_pages([PAGE])
    hybrid = extract("Hybrid", says)
    assert hybrid.result == rules.result
    sure = {place: (f.value, f.status, f.confidence) for place, f in rules.fields.items()}
    assert {p: (f.value, f.status, f.confidence) for p, f in hybrid.fields.items()} == sure
    errors = [f for f in hybrid.findings if f.severity == "Error"]
    assert errors == list(rules.findings)


def test_an_answer_that_nothing_on_the_page_confirms_is_left_out_and_said() -> None:
    extraction = extract("Hybrid", {"due_date": "2025-05-12"})
    assert "due_date" not in extraction.result
    assert ("unconfirmed", "/due_date") in findings(extraction)


def test_such_an_answer_to_a_required_field_is_shown_to_a_person() -> None:
    extraction = extract("Hybrid", {"due_date": "2025-05-12"}, "due_date")
    field = extraction.fields["/due_date"]
    assert (field.origin, field.status) == (Origin.MODEL, FieldStatus.UNCERTAIN)
    assert ("uncertain", "/due_date") in findings(extraction)


def test_an_answer_is_as_sure_as_the_page_makes_it() -> None:
    extraction = extract("LLM", {"total": 30, "invoice_number": "INV-17"})
    assert findings(extraction) == []
    assert {f.status for f in extraction.fields.values()} == {FieldStatus.OK}
    assert extraction.fields["/total"].evidence.text == "30.00"


def test_an_answer_that_the_page_contradicts_is_uncertain_though_it_stands_there() -> None:
    extraction = extract("LLM", {"total": 20})
    field = extraction.fields["/total"]
    assert (field.value, field.evidence.match) == (20, Match.NORMALISED)
    assert field.status is FieldStatus.UNCERTAIN
    assert [other.value for other in field.alternatives] == [30]


def test_rows_of_items_that_the_model_left_out_are_counted() -> None:
    two = [{"name": "Blue widget", "amount": 20}, {"name": "Red widget", "amount": 6}]
    assert ("rows-missing", "/parts") in findings(extract("Hybrid", {"parts": two}, **ITEMS))
    all_ = [*two, {"name": "Green widget", "amount": 4}]
    assert ("rows-missing", "/parts") not in findings(extract("Hybrid", {"parts": all_}, **ITEMS))


def lines(*amounts: float) -> dict[str, Any]:
    """Return line items with a property that no table of a page is known to have."""
    return {"lines": [{"colour": str(n), "amount": each} for n, each in enumerate(amounts)]}


COLOURED = {
    "lines": {
        "type": "array",
        "items": {"properties": {"colour": {"type": "string"}, "amount": {"type": "number"}}},
    }
}


@pytest.mark.parametrize("engine", ["Hybrid", "LLM"])
def test_line_items_of_the_model_that_make_no_sum_go_to_a_person(engine: str) -> None:
    unproven = ("items-unproven", "/lines")
    assert unproven in findings(extract(engine, lines(20, 4, 7), **COLOURED))
    assert unproven not in findings(extract(engine, lines(20, 4, 6), **COLOURED))


def test_a_list_that_is_not_called_line_items_need_make_no_sum() -> None:
    parts = {"parts": [{"name": "Blue widget", "amount": 20}]}
    assert ("items-unproven", "/parts") not in findings(extract("LLM", parts, **ITEMS))


def test_line_items_without_amounts_need_make_no_sum() -> None:
    said = {"lines": [{"colour": "Blue"}]}
    assert ("items-unproven", "/lines") not in findings(extract("LLM", said, **COLOURED))


def test_a_context_that_was_cut_sends_the_document_to_a_person_with_what_was_read() -> None:
    model = Parrot({"total": 30}, is_context_cut=True)
    spec: dict[str, Any] = {"engine": "LLM", "model": {"name": "parrot"}}
    extraction = extract_pages([PAGE], asked=model, **spec)
    assert extraction.result == {"total": 30}
    [finding] = [f for f in extraction.findings if f.name == "context-cut"]
    assert finding.severity == "Error"
