"""Servers that do not take all of OpenAI's protocol are asked in their own way."""

from typing import Any

import httpx
import pytest

from inkwell_extract.model.ask import nullable
from inkwell_extract.model.dialect import Dialect, Held, complaint_of
from inkwell_extract.model.llm import HttpModel
from inkwell_extract.model.prompts import Prompt
from inkwell_worker.stage import Retryable
from support.model_server import ModelServer, refusal

PROMPT = Prompt("system", "user", is_cut=False)
LINES = {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}}}
SCHEMA = {
    "type": "object",
    "properties": {"total": {"type": "number"}, "lines": LINES},
    "required": ["total"],
}
LIMIT = (
    "Unsupported parameter: 'max_tokens' is not supported with this model. "
    "Use 'max_completion_tokens' instead."
)
TEMPERATURE = (
    "Unsupported value: 'temperature' does not support 0 with this model. "
    "Only the default (1) value is supported."
)
SEED = "Unrecognized request argument supplied: seed"


def asked(server: ModelServer) -> HttpModel:
    """Return a model behind a server."""
    client = httpx.Client(base_url="http://model/v1/", transport=httpx.MockTransport(server))
    return HttpModel(client, "any", 8192, pause=lambda _: None)


def test_a_server_that_takes_all_is_asked_once_and_strictly() -> None:
    server = ModelServer()
    assert asked(server).ask(PROMPT, nullable(SCHEMA), 100).content == server.answer
    [question] = server.asked
    assert question["response_format"]["json_schema"]["strict"] is True
    assert question["max_tokens"] == 100
    assert (question["seed"], question["temperature"]) == (0, 0)


def test_a_server_of_openai_itself_gets_an_answer() -> None:
    server = ModelServer({"max_tokens": LIMIT, "seed": SEED, "temperature": TEMPERATURE})
    assert asked(server).ask(PROMPT, nullable(SCHEMA), 100).content == server.answer
    last = server.asked[-1]
    assert last["max_completion_tokens"] == 100
    assert not last.keys() & {"max_tokens", "seed", "temperature"}
    assert last["response_format"]["json_schema"]["strict"] is True


def test_what_a_server_takes_is_remembered() -> None:
    server = ModelServer({"max_tokens": LIMIT, "seed": SEED})
    model = asked(server)
    model.ask(PROMPT, nullable(SCHEMA), 100)
    before = len(server.asked)
    model.ask(Prompt("system", "another", is_cut=False), nullable(SCHEMA), 100)
    assert len(server.asked) == before + 1


def test_a_schema_that_cannot_be_strict_is_sent_as_it_is() -> None:
    server = ModelServer()
    open_ = {"type": "object", "properties": {}, "additionalProperties": {"type": "number"}}
    model = asked(server)
    assert model.ask(PROMPT, nullable(open_), 100).content == server.answer
    assert [q["response_format"]["json_schema"]["strict"] for q in server.asked] == [True, False]


def test_parts_of_a_composed_schema_do_not_shut_out_each_other() -> None:
    one: dict[str, Any] = {"properties": {"a": {}}}
    other: dict[str, Any] = {"properties": {"b": {}}}
    for composed in (
        {"allOf": [one, other]},
        {"properties": {"a": {}}, "anyOf": [other]},
        {"$defs": {"o": one}, "properties": {"x": {"properties": {"b": {}}, "$ref": "#/$defs/o"}}},
    ):
        assert "additionalProperties" not in str(nullable(composed))


@pytest.mark.parametrize(
    ("formats", "last"),
    [(("json_object",), {"response_format": {"type": "json_object"}}), ((), {})],
)
def test_a_server_that_knows_no_schemas_is_asked_for_json(
    formats: tuple[str, ...], last: dict[str, object]
) -> None:
    server = ModelServer(formats=formats)
    assert asked(server).ask(PROMPT, nullable(SCHEMA), 100).content == server.answer
    question = server.asked[-1]
    assert {key: value for key, value in question.items() if key == "response_format"} == last


@pytest.mark.parametrize(
    "message",
    [
        "max_tokens is too large: 1024. This model supports at most 100 completion tokens",
        "This model's maximum context length is 2048 tokens, however you requested 4096",
        "invalid model",
        "",
    ],
)
def test_a_refusal_for_another_reason_is_told_and_changes_nothing(message: str) -> None:
    questions: list[httpx.Request] = []

    def refuse(request: httpx.Request) -> httpx.Response:
        questions.append(request)
        return httpx.Response(400, json=refusal(message, "max_tokens"))

    client = httpx.Client(base_url="http://model/v1/", transport=httpx.MockTransport(refuse))
    model = HttpModel(client, "any", 8192, pause=lambda _: None)
    with pytest.raises(Retryable):
        model.ask(PROMPT, SCHEMA, 100)
    assert len(questions) == 1
    assert model._dialect == Dialect()


def test_a_server_that_refuses_whatever_it_is_asked_is_given_up() -> None:
    questions: list[httpx.Request] = []
    everything = "unsupported: response_format max_tokens max_completion_tokens seed temperature"

    def refuse(request: httpx.Request) -> httpx.Response:
        questions.append(request)
        return httpx.Response(422, json=refusal(everything, ""))

    client = httpx.Client(base_url="http://model/v1/", transport=httpx.MockTransport(refuse))
    model = HttpModel(client, "any", 8192, pause=lambda _: None)
    with pytest.raises(Retryable):
        model.ask(PROMPT, SCHEMA, 100)
    assert len(questions) == 8
    assert model._dialect == Dialect()


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (b'{"error": {"message": "no seed", "param": "seed"}}', "seed no seed"),
        (b'{"error": "json_schema is not supported"}', "json_schema is not supported"),
        (b'{"message": "unknown field: seed"}', "unknown field: seed"),
        (
            b'{"detail": [{"loc": ["body", "seed"], "msg": "Extra", "input": "max_tokens"}]}',
            "Extra body seed",
        ),
        (b"seed?", "seed?"),
        (b"[1]", ""),
        (b'{"detail": [3, null]}', ""),
    ],
)
def test_a_complaint_is_read_without_what_it_quotes(body: bytes, names: str) -> None:
    assert complaint_of(body) == names


def test_what_an_answer_is_held_to_gets_looser_step_by_step() -> None:
    dialect: Dialect | None = Dialect()
    seen = []
    while dialect is not None:
        seen.append(dialect.held)
        dialect = dialect.without("Invalid schema for response_format")
    assert seen == list(Held)
