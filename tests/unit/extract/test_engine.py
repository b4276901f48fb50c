import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from inkwell_api.document import Extraction, Match, Origin
from inkwell_api.extraction_codec import decode_extraction, encode_extraction
from inkwell_api.pipeline import Engine, ExtractionSpec, FieldRule
from inkwell_extract.engine import Extractor
from inkwell_extract.model.ask import answer_tokens, nullable
from inkwell_extract.model.llm import Answer
from inkwell_extract.model.prompts import Prompt
from inkwell_extract.model.wanted import open_schema
from support.typeset import typeset

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["invoice_number", "total"],
    "properties": {
        "invoice_number": {"type": "string"},
        "total": {"type": "number"},
        "delivery_terms": {"type": "string"},
        "parts": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"name": {"type": "string"}, "amount": {"type": "number"}},
            },
        },
    },
}
PAGE = typeset(
    "Invoice No: INV-17",
    "Blue widget          20,00",
    "Green widget          4,00",
    "Total EUR            24,00",
    "We deliver free to the door",
)


@dataclass
class Parrot:
    """A model that says what it was told to say."""

    says: list[Answer]
    name: str = "parrot"
    context_tokens: int = 8192
    asked: list[tuple[Prompt, Mapping[str, Any], int]] = field(default_factory=list)

    def ask(self, prompt: Prompt, schema: Mapping[str, Any], answer_tokens: int) -> Answer:
        """Say the next thing."""
        self.asked.append((prompt, schema, answer_tokens))
        return self.says.pop(0)


def parrot(content: Any, *, is_cut: bool = False, is_context_cut: bool = False) -> Parrot:
    """Return a model with one answer."""
    return Parrot([Answer(json.dumps(content), is_cut=is_cut, is_context_cut=is_context_cut)])


def said(content: str, *, is_cut: bool) -> Answer:
    """Return an answer to a question that was seen in full."""
    return Answer(content, is_cut=is_cut, is_context_cut=False)


def spec(engine: Engine, rules: list[FieldRule] | None = None) -> ExtractionSpec:
    """Return what is wanted."""
    return ExtractionSpec.model_validate(
        {"engine": engine, "model": {"name": "parrot"}, "schema": SCHEMA, "rules": rules or []}
    )


def names(extraction: Extraction) -> set[str]:
    """Return the names of the findings."""
    return {finding.name for finding in extraction.findings}


def test_rules_ask_nobody_and_say_where_values_stand() -> None:
    extraction = Extractor(spec(Engine.RULES)).extract([PAGE])
    assert extraction.result == {"invoice_number": "INV-17", "total": 24}
    number = extraction.fields["/invoice_number"]
    assert number.origin is Origin.RULE
    assert (number.evidence.match, number.evidence.text) == (Match.EXACT, "INV-17")
    assert str(extraction.result["total"]) == "24.00"
    assert extraction.fields["/total"].evidence.match is Match.NORMALISED
    assert (extraction.engine, extraction.model) == ("Rules", "")
    assert extraction.findings == ()


def test_the_model_is_believed_as_far_as_the_page_says_the_same() -> None:
    said = {
        "invoice_number": "INV-17",
        "total": 24.0,
        "delivery_terms": "free to the moon",
        "parts": [{"name": "Blue widget", "amount": 20}, {"name": "Red widget", "amount": 7.5}],
    }
    extraction = Extractor(spec(Engine.LLM), parrot(said)).extract([PAGE])
    assert extraction.result == said
    matches = {place: item.evidence.match for place, item in extraction.fields.items()}
    assert matches == {
        "/invoice_number": Match.EXACT,
        "/total": Match.NORMALISED,
        "/delivery_terms": Match.UNGROUNDED,
        "/parts/0/name": Match.EXACT,
        "/parts/0/amount": Match.NORMALISED,
        "/parts/1/name": Match.UNGROUNDED,
        "/parts/1/amount": Match.UNGROUNDED,
    }
    assert {item.origin for item in extraction.fields.values()} == {Origin.MODEL}
    assert extraction.model == "parrot"


def test_hybrid_asks_only_for_what_the_rules_leave_open() -> None:
    model = parrot({"delivery_terms": "free to the door", "total": 99})
    extraction = Extractor(spec(Engine.HYBRID), model).extract([PAGE])
    [(_, schema, _)] = model.asked
    assert set(schema["properties"]) == {"delivery_terms", "parts"}
    assert extraction.result["total"] == 24
    assert extraction.fields["/total"].origin is Origin.RULE
    assert extraction.fields["/delivery_terms"].origin is Origin.MODEL
    assert extraction.fields["/delivery_terms"].evidence.match is Match.EXACT


def test_hybrid_asks_nobody_when_the_rules_found_all() -> None:
    schema = {"type": "object", "properties": {"total": {"type": "number"}}}
    wanted = ExtractionSpec.model_validate(
        {"engine": "Hybrid", "model": {"name": "m"}, "schema": schema}
    )
    model = Parrot([])
    assert Extractor(wanted, model).extract([PAGE]).result == {"total": 24}
    assert model.asked == []


def test_answers_that_break_the_schema_are_findings() -> None:
    extraction = Extractor(spec(Engine.LLM), parrot({"total": "much"})).extract([PAGE])
    assert {finding.pointer for finding in extraction.findings} == {"", "/total"}


def test_a_cut_answer_is_asked_for_again_with_more_room() -> None:
    model = Parrot(
        [
            said('{"total": 2', is_cut=True),
            said('{"invoice_number":"INV-17","total":24}', is_cut=False),
        ]
    )
    extraction = Extractor(spec(Engine.LLM), model).extract([PAGE])
    assert extraction.result["total"] == 24
    assert model.asked[0][2] < model.asked[1][2]
    assert extraction.findings == ()


def test_a_question_that_the_server_cut_is_asked_again_with_less_of_the_document() -> None:
    cut = Answer("{}", is_cut=False, is_context_cut=True)
    model = Parrot([cut, said('{"total":24}', is_cut=False)], context_tokens=2048)
    extraction = Extractor(spec(Engine.LLM), model).extract([typeset(*["Some more words"] * 300)])
    assert extraction.result == {"total": 24}
    assert model.asked[1][0].length < 0.7 * model.asked[0][0].length
    assert "context-cut" in names(extraction)


def test_a_short_document_that_does_not_fit_either_is_not_asked_for_ever() -> None:
    cut = Answer('{"total":24}', is_cut=False, is_context_cut=True)
    model = Parrot([cut] * 3)
    extraction = Extractor(spec(Engine.LLM), model).extract([PAGE])
    assert len(model.asked) == 1
    assert "context-cut" in names(extraction)


def test_every_property_is_answered_by_a_value_or_null() -> None:
    number, text = {"type": "number"}, {"type": "string", "minLength": 1}
    lines = {"type": "array", "items": {"properties": {"total": number}, "required": ["total"]}}
    schema = {"properties": {"currency": text, "total": number, "parts": lines}, "required": []}
    model = parrot({"total": 24, "currency": None})
    wanted = {"engine": "LLM", "model": {"name": "parrot"}, "schema": schema}
    extraction = Extractor(ExtractionSpec.model_validate(wanted), model).extract([PAGE])
    assert extraction.result == {"total": 24}
    [(prompt, held_to, _)] = model.asked
    assert json.dumps(schema, separators=(",", ":")) in prompt.user
    null = {"type": "null"}
    line = {
        "properties": {"total": {"anyOf": [number, null]}},
        "required": ["total"],
        "additionalProperties": False,
    }
    assert held_to == {
        "properties": {
            "currency": {"anyOf": [text, null]},
            "total": {"anyOf": [number, null]},
            "parts": {"anyOf": [{"type": "array", "items": line}, null]},
        },
        "required": ["currency", "total", "parts"],
        "additionalProperties": False,
    }


def test_a_required_value_that_the_model_did_not_find_is_missing_and_not_made_up() -> None:
    model = parrot({"invoice_number": None, "total": 24})
    extraction = Extractor(spec(Engine.LLM), model).extract([PAGE])
    assert extraction.result == {"total": 24}
    assert "schema" in names(extraction)


def test_names_and_values_that_look_like_keywords_are_left_alone() -> None:
    schema = {
        "properties": {
            "items": {"type": "string", "enum": ["properties"]},
            "any": True,
            "never": False,
        },
        "$defs": {"x": {"properties": {"y": {"$ref": "#/$defs/x"}}}},
        "default": {"properties": {"items": {}}},
    }
    null = {"type": "null"}
    assert nullable(schema) == {
        "properties": {
            "items": {"anyOf": [{"type": "string", "enum": ["properties"]}, null]},
            "any": True,
            "never": False,
        },
        "required": ["items", "any"],
        "additionalProperties": False,
        "$defs": {
            "x": {
                "properties": {"y": {"anyOf": [{"$ref": "#/$defs/x"}, null]}},
                "required": ["y"],
                "additionalProperties": False,
            }
        },
        "default": {"properties": {"items": {}}},
    }


def test_a_plain_answer_is_given_little_room_and_any_other_much() -> None:
    properties = {"total": {"type": "number"}, "vendor": {"type": "string"}}
    assert answer_tokens({"properties": properties}) == 160
    lines = {"type": "array", "items": {"type": "string"}}
    for schema in ({}, {"properties": {"parts": lines}}, {"properties": {"any": True}}):
        assert answer_tokens(schema) == 1024
    assert answer_tokens({"properties": {str(n): {"type": "string"} for n in range(99)}}) == 1024


def test_what_went_wrong_with_the_model_is_a_finding() -> None:
    cut = Answer('{"total": 2', is_cut=True, is_context_cut=True)
    extraction = Extractor(spec(Engine.LLM), Parrot([cut, cut])).extract([PAGE])
    assert {"answer-cut", "context-cut"} <= names(extraction)
    extraction = Extractor(spec(Engine.LLM), Parrot([said("Sure!", is_cut=False)])).extract([PAGE])
    assert "answer-unusable" in names(extraction)
    assert extraction.result == {}


def test_a_document_without_words_asks_nobody() -> None:
    model = Parrot([])
    extraction = Extractor(spec(Engine.LLM), model).extract([typeset()])
    assert "no-text" in names(extraction)
    assert model.asked == []


def test_a_pattern_that_cannot_be_used_is_a_finding_and_stops_nothing() -> None:
    rule = FieldRule(field="total", patterns=[r"(a)\1", r"Total EUR\s+(\S+)"])
    extraction = Extractor(spec(Engine.RULES, [rule])).extract([PAGE])
    assert extraction.result["total"] == 24
    assert "rule-unusable" in names(extraction)


def test_the_same_pages_give_the_same_bytes() -> None:
    first, second = (
        encode_extraction(Extractor(spec(Engine.RULES)).extract([PAGE])) for _ in range(2)
    )
    assert first == second
    assert encode_extraction(decode_extraction(first)) == first


def test_no_digit_of_an_amount_is_lost_between_page_and_json() -> None:
    page = typeset("Invoice No: INV-17", "Grand total  12345678901234567890.10")
    rules = Extractor(spec(Engine.RULES)).extract([page])
    answer = '{"invoice_number": "INV-17", "total": 12345678901234567890.10}'
    model = Extractor(spec(Engine.LLM), Parrot([said(answer, is_cut=False)])).extract([page])
    for extraction in (rules, model):
        assert '"total":12345678901234567890.10' in encode_extraction(extraction)
        assert extraction.fields["/total"].evidence.match is Match.EXACT
        assert extraction.findings == ()


def test_a_number_of_the_model_that_cannot_be_stored_sends_the_document_to_review() -> None:
    answer = '{"invoice_number": "INV-17", "total": 24.00, "parts": [{"amount": 1e999}]}'
    extraction = Extractor(spec(Engine.LLM), Parrot([said(answer, is_cut=False)])).extract([PAGE])
    assert names(extraction) == {"number-unusable"}


def test_the_open_schema_keeps_definitions_and_what_is_required() -> None:
    schema = {"required": ["a", "b"], "properties": {"a": {}, "b": {}}, "$defs": {"x": {}}}
    assert open_schema(schema, {"a": 1}) == {
        "required": ["b"],
        "properties": {"b": {}},
        "$defs": {"x": {}},
    }
