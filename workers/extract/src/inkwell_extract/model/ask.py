"""The engine LLM: asks the model for the wanted fields and reads its answer."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from inkwell_api.document import Finding, Severity
from inkwell_api.result_schema import schemas
from inkwell_extract.model.answers import MOST_DIGITS, Reading, read_answer
from inkwell_extract.model.llm import Answer, Model
from inkwell_extract.model.prompts import DENSITIES, Prompt, make_prompt
from inkwell_extract.model.wanted import only_wanted

ANSWER_TOKENS: Final = 1024
"""Kept of the context for an answer of any shape."""

_TOKENS_PER_ANSWER: Final = 64
_TOKENS_PER_FIELD: Final = 48
"""Name and value of one string, number or boolean, where every character may be a token."""

_SCALARS: Final = frozenset({"string", "number", "integer", "boolean"})
_HOLDS_SCHEMA: Final = frozenset({"items", "additionalProperties"})
_HOLDS_SCHEMAS: Final = frozenset({"prefixItems", "allOf", "anyOf", "oneOf"})
_HOLDS_SCHEMAS_BY_NAME: Final = frozenset({"properties", "$defs", "definitions"})
_COMPOSES: Final = frozenset({"anyOf", "oneOf", "$ref", "if", "dependentSchemas"})
_MAX_ANSWER_SHARE: Final = 0.5
_MAX_VALUES: Final = 5000
_LONGEST_ANSWER: Final = 1024 * 1024
"""Characters; five thousand values with their names have fewer."""

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
ANSWER_DOUBLED: Final = Finding(
    "answer-doubled",
    Severity.ERROR,
    "the model answered a property twice, with two values; it was left out",
)
ANSWER_TOO_LARGE: Final = Finding(
    "answer-too-large", Severity.ERROR, "the model's answer has more values than can be checked"
)
NUMBER_UNUSABLE: Final = Finding(
    "number-unusable",
    Severity.ERROR,
    f"the model answered a number that is infinite, none, or of more than {MOST_DIGITS} digits; "
    "it was left out",
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the model proposes, and what was wrong with asking it.

    Attributes:
        result: its answer.
        findings: what was wrong.
        unanswered: by list, the pages some rows of which were not answered.
    """

    result: dict[str, Any]
    findings: tuple[Finding, ...]
    unanswered: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def is_cut(self) -> bool:
        """Whether the model did not see all, or could not say all."""
        return not {CONTEXT_CUT, ANSWER_CUT}.isdisjoint(self.findings)

    def warning_only(self) -> "Proposal":
        """Return the same with its findings as warnings, for what is decided without the model."""
        warnings = tuple(replace(each, severity=Severity.WARNING) for each in self.findings)
        return replace(self, findings=warnings)


def ask_model(model: Model, text: str, schema: Mapping[str, Any], advice: str) -> Proposal:
    """Ask for an object of this schema.

    Asks once more with more room when the answer broke off, and with less of the document while
    the server could not take the question in.

    Args:
        model: whom to ask.
        text: of the document, as `document_text` gives it.
        schema: of the answer.
        advice: the tenant's prompt.
    """
    held_to, context = nullable(schema), model.context_tokens
    larger = most_room(model)
    room = min(answer_tokens(schema), int(context * _MAX_ANSWER_SHARE))

    def question(room: int, density: float) -> Prompt:
        return make_prompt(text, schema, advice, context, room, density=density)

    prompt = question(room, density := DENSITIES[0])
    answer = model.ask(prompt, held_to, room)
    for tighter in DENSITIES[1:]:
        if answer.is_context_cut and (shorter := question(room, tighter)) != prompt:
            prompt, density = shorter, tighter
            answer = model.ask(prompt, held_to, room)
    reading = _read(answer)
    if _breaks_off(answer, reading) and larger > room:
        prompt = question(larger, density)
        answer = model.ask(prompt, held_to, larger)
        reading = _read(answer)
    return _proposal(prompt, answer, reading, schema)


def ask_once(model: Model, prompt: Prompt, schema: Mapping[str, Any], room: int) -> Proposal:
    """Ask one question with so many tokens for its answer, and never again."""
    answer = model.ask(prompt, nullable(schema), room)
    return _proposal(prompt, answer, _read(answer), schema)


def fits(model: Model, text: str, schema: Mapping[str, Any], advice: str) -> bool:
    """Say whether a document is asked as a whole, as far as its length tells."""
    room = min(answer_tokens(schema), int(model.context_tokens * _MAX_ANSWER_SHARE))
    return not make_prompt(text, schema, advice, model.context_tokens, room).is_cut


def most_room(model: Model) -> int:
    """Return the most tokens that an answer of any shape is given."""
    return min(4 * ANSWER_TOKENS, int(model.context_tokens * _MAX_ANSWER_SHARE))


def _proposal(
    prompt: Prompt, answer: Answer, reading: Reading | None, schema: Mapping[str, Any]
) -> Proposal:
    is_cut = prompt.is_cut or answer.is_context_cut
    findings = tuple(_findings(answer, reading, is_cut=is_cut))
    if is_too_large(answer, reading):
        return Proposal({}, (*findings, ANSWER_TOO_LARGE))
    return Proposal(only_wanted(reading.result, schema) if reading else {}, findings)


def _read(answer: Answer) -> Reading | None:
    return read_answer(answer.content) if len(answer.content) <= _LONGEST_ANSWER else None


def nullable(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema that the server holds the answer to: every property stands, maybe as null.

    A model whose answer may leave a property out has to decide so before it has named it, and one
    that the answer must have it makes up where the document does not say it. With null it names
    every property in turn, and says that there is nothing where it looked and found nothing.

    Where the pipeline does not say whether an object may have properties that nobody asked for, it
    may not: OpenAI's own servers refuse a strict schema that leaves it open. A schema that is
    composed stays open, since its parts would shut out each other's properties.
    """
    return _nullable(schema, closes=not any(map(_is_composed, schemas(schema))))


def _nullable(schema: Mapping[str, Any], *, closes: bool) -> dict[str, Any]:
    open_ = {name: _opened(name, part, closes=closes) for name, part in schema.items()}
    properties = open_.get("properties")
    if isinstance(properties, Mapping):
        open_["properties"] = {name: _or_null(part) for name, part in properties.items()}
        open_["required"] = [name for name, part in properties.items() if part is not False]
        if closes:
            open_.setdefault("additionalProperties", False)
    return open_


def _opened(keyword: str, part: Any, *, closes: bool) -> Any:
    """Open the schemas that a keyword holds; what other keywords hold are values."""
    if keyword in _HOLDS_SCHEMA:
        return _open(part, closes=closes)
    if keyword in _HOLDS_SCHEMAS_BY_NAME and isinstance(part, Mapping):
        return {name: _open(each, closes=closes) for name, each in part.items()}
    if keyword in _HOLDS_SCHEMAS and isinstance(part, list):
        return [_open(each, closes=closes) for each in part]
    return part


def _open(part: Any, *, closes: bool) -> Any:
    return _nullable(part, closes=closes) if isinstance(part, Mapping) else part


def _or_null(part: Any) -> Any:
    return {"anyOf": [part, {"type": "null"}]} if isinstance(part, Mapping) else part


def _is_composed(schema: Mapping[str, Any]) -> bool:
    """Say whether a schema asks for the properties of several at once."""
    return "allOf" in schema or ("properties" in schema and not _COMPOSES.isdisjoint(schema))


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


def _findings(answer: Answer, reading: Reading | None, *, is_cut: bool) -> Iterator[Finding]:
    if is_cut:
        yield CONTEXT_CUT
    if _breaks_off(answer, reading):
        yield ANSWER_CUT
    elif reading is None and len(answer.content) <= _LONGEST_ANSWER:
        yield ANSWER_UNUSABLE
    if reading is not None and reading.has_dropped_numbers:
        yield NUMBER_UNUSABLE
    if reading is not None and reading.has_doubled_properties:
        yield ANSWER_DOUBLED


def _breaks_off(answer: Answer, reading: Reading | None) -> bool:
    return answer.is_cut or (reading is not None and reading.is_torn)


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


def is_too_large(answer: Answer, reading: Reading | None) -> bool:
    """Say whether an answer has more values than anybody would review."""
    if reading is None:
        return len(answer.content) > _LONGEST_ANSWER
    return has_too_many(reading.result)


def has_too_many(result: Any) -> bool:
    """Say whether a result has more values than anybody would review."""
    left: list[Any] = [result]
    seen = 0
    while left and seen <= _MAX_VALUES:
        node = left.pop()
        seen += 1
        if isinstance(node, dict):
            left += node.values()
        elif isinstance(node, list):
            left += node
    return seen > _MAX_VALUES
