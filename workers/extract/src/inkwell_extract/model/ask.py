"""The engine LLM: asks the model for the wanted fields and parses its answer."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from inkwell_api.document import Finding, Severity
from inkwell_extract.model.llm import Answer, Model
from inkwell_extract.model.prompts import DENSITIES, Prompt, document_text, make_prompt
from inkwell_extract.page.layout import Layout

ANSWER_TOKENS: Final = 1024
"""Kept of the context for an answer of any shape."""

_TOKENS_PER_ANSWER: Final = 64
_TOKENS_PER_FIELD: Final = 48
"""Name and value of one string, number or boolean, where every character may be a token."""

_SCALARS: Final = frozenset({"string", "number", "integer", "boolean"})
_HOLDS_SCHEMA: Final = frozenset({"items", "additionalProperties"})
_HOLDS_SCHEMAS: Final = frozenset({"prefixItems", "allOf", "anyOf", "oneOf"})
_HOLDS_SCHEMAS_BY_NAME: Final = frozenset({"properties", "$defs", "definitions"})
_MAX_ANSWER_SHARE: Final = 0.5
_MAX_LEAVES: Final = 5000
_MAX_DEPTH: Final = 12

CONTEXT_CUT: Final = Finding(
    "context-cut",
    Severity.ERROR,
    "the document is longer than the model's context; the model did not see all of it",
)
ANSWER_CUT: Final = Finding(
    "answer-cut", Severity.ERROR, "the model's answer broke off; give the model more room"
)
ANSWER_UNUSABLE: Final = Finding(
    "answer-unusable", Severity.ERROR, "the model did not answer with a JSON object"
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the model proposes, and what was wrong with asking it."""

    result: dict[str, Any]
    findings: tuple[Finding, ...]


def ask_model(model: Model, layout: Layout, schema: Mapping[str, Any], advice: str) -> Proposal:
    """Ask for an object of this schema.

    Asks once more with more room when the answer broke off, and with less of the document while
    the server could not take the question in.
    """
    text, held_to = document_text(layout), nullable(schema)
    context = model.context_tokens
    most = int(context * _MAX_ANSWER_SHARE)
    room, larger = min(answer_tokens(schema), most), min(4 * ANSWER_TOKENS, most)

    def question(room: int, density: float) -> Prompt:
        return make_prompt(text, schema, advice, context, room, density=density)

    prompt = question(room, density := DENSITIES[0])
    answer = model.ask(prompt, held_to, room)
    for tighter in DENSITIES[1:]:
        if answer.is_context_cut and (shorter := question(room, tighter)) != prompt:
            prompt, density = shorter, tighter
            answer = model.ask(prompt, held_to, room)
    if answer.is_cut and larger > room:
        prompt = question(larger, density)
        answer = model.ask(prompt, held_to, larger)
    result = parse_answer(answer.content)
    is_cut = prompt.is_cut or answer.is_context_cut
    return Proposal(
        result or {}, tuple(_findings(answer, is_cut=is_cut, is_object=result is not None))
    )


def nullable(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema that the server holds the answer to: every property stands, maybe as null.

    A model whose answer may leave a property out has to decide so before it has named it, and one
    that the answer must have it makes up where the document does not say it. With null it names
    every property in turn, and says that there is nothing where it looked and found nothing.
    """
    open_ = {name: _opened(name, part) for name, part in schema.items()}
    properties = open_.get("properties")
    if isinstance(properties, Mapping):
        open_["properties"] = {name: _or_null(part) for name, part in properties.items()}
        open_["required"] = [name for name, part in properties.items() if part is not False]
    return open_


def _opened(keyword: str, part: Any) -> Any:
    """Open the schemas that a keyword holds; what other keywords hold are values."""
    if keyword in _HOLDS_SCHEMA:
        return _open(part)
    if keyword in _HOLDS_SCHEMAS_BY_NAME and isinstance(part, Mapping):
        return {name: _open(each) for name, each in part.items()}
    if keyword in _HOLDS_SCHEMAS and isinstance(part, list):
        return [_open(each) for each in part]
    return part


def _open(part: Any) -> Any:
    return nullable(part) if isinstance(part, Mapping) else part


def _or_null(part: Any) -> Any:
    return {"anyOf": [part, {"type": "null"}]} if isinstance(part, Mapping) else part


def answer_tokens(schema: Mapping[str, Any]) -> int:
    """Return how many tokens an answer of this schema is given at first: few, if it is plain."""
    properties = schema.get("properties")
    if not isinstance(properties, Mapping):
        return ANSWER_TOKENS
    if not all(_is_scalar(wanted) for wanted in properties.values()):
        return ANSWER_TOKENS
    return min(ANSWER_TOKENS, _TOKENS_PER_ANSWER + _TOKENS_PER_FIELD * len(properties))


def _is_scalar(wanted: Any) -> bool:
    return isinstance(wanted, Mapping) and wanted.get("type") in _SCALARS


def _findings(answer: Answer, *, is_cut: bool, is_object: bool) -> Iterator[Finding]:
    if is_cut:
        yield CONTEXT_CUT
    if answer.is_cut:
        yield ANSWER_CUT
    elif not is_object:
        yield ANSWER_UNUSABLE


def parse_answer(content: str) -> dict[str, Any] | None:
    """Return the object that an answer holds, without empty values, or None."""
    text = content.strip()
    if text.startswith("```"):
        text = text.strip("`").removeprefix("json").strip()
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    cleaned: dict[str, Any] = _without_empty(value, 0)
    return cleaned


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _without_empty(value: Any, depth: int) -> Any:
    """Drop null, empty strings and what holds nothing else: what was not found is absent."""
    if depth > _MAX_DEPTH:
        return None
    if isinstance(value, dict):
        items = ((key, _without_empty(item, depth + 1)) for key, item in value.items())
        return {key: item for key, item in items if not _is_empty(item)}
    if isinstance(value, list):
        return [
            item for item in (_without_empty(i, depth + 1) for i in value) if not _is_empty(item)
        ]
    return value.strip() if isinstance(value, str) else value


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or value in ({}, [])


def leaves(
    value: Any, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield path and value of every scalar."""
    items: Iterable[tuple[str | int, Any]]
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    else:
        yield path, value
        return
    for key, item in items:
        yield from leaves(item, (*path, key))


def is_too_large(result: Mapping[str, Any]) -> bool:
    """Say whether an answer has more values than anybody would review."""
    return sum(1 for _ in leaves(result)) > _MAX_LEAVES
