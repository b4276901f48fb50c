import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from inkwell_extract.model.llm import HttpModel, is_context_cut
from inkwell_extract.model.prompts import Prompt
from inkwell_worker.stage import Abandoned, Retryable, Unavailable

SCHEMA = {"type": "object"}
PROMPT = Prompt("system words", "<document-1>\nthe secret text\n</document-1>", is_cut=False)
Respond = Callable[[httpx.Request], httpx.Response]


def model(respond: Respond, pauses: list[float] | None = None) -> HttpModel:
    """Return a model behind a made-up endpoint, that does not really wait."""
    client = httpx.Client(base_url="http://model/v1/", transport=httpx.MockTransport(respond))
    return HttpModel(client, "tiny", 8192, pause=(pauses if pauses is not None else []).append)


def answer(content: str, *, finish: str = "stop", tokens: int = 20) -> httpx.Response:
    """Return what an endpoint answers."""
    body = {
        "choices": [{"message": {"content": content}, "finish_reason": finish}],
        "usage": {"prompt_tokens": tokens, "completion_tokens": 5},
    }
    return httpx.Response(200, json=body)


def test_the_question_asks_for_json_of_the_schema_without_chance() -> None:
    asked: list[dict[str, Any]] = []

    def respond(request: httpx.Request) -> httpx.Response:
        assert request.url == "http://model/v1/chat/completions"
        asked.append(json.loads(request.content))
        return answer('{"total": 1}')

    said = model(respond).ask(PROMPT, SCHEMA, 100)
    assert said.content == '{"total": 1}'
    assert not said.is_cut
    [body] = asked
    assert body["temperature"] == 0
    assert body["max_tokens"] == 100
    assert body["response_format"]["json_schema"]["schema"] == SCHEMA
    assert [message["role"] for message in body["messages"]] == ["system", "user"]


def test_the_same_question_is_asked_once() -> None:
    asked: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return answer("{}")

    asking = model(respond)
    assert asking.ask(PROMPT, SCHEMA, 100) == asking.ask(PROMPT, SCHEMA, 100)
    asking.ask(PROMPT, {"type": "object", "properties": {}}, 100)
    assert len(asked) == 2


def test_a_busy_endpoint_is_asked_again() -> None:
    answers = iter([httpx.Response(503), httpx.Response(429), answer("{}")])
    pauses: list[float] = []
    assert model(lambda _: next(answers), pauses).ask(PROMPT, SCHEMA, 100).content == "{}"
    assert len(pauses) == 2
    assert pauses[0] < pauses[1]


def test_an_endpoint_that_stays_away_is_unavailable() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(Unavailable) as caught:
        model(refuse).ask(PROMPT, SCHEMA, 100)
    assert caught.value.cause == "model-away"
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "kind", "cause"),
    [
        (401, Unavailable, "model-denied"),
        (403, Unavailable, "model-denied"),
        (404, Unavailable, "model-missing"),
        (400, Retryable, "model-refused"),
        (422, Retryable, "model-refused"),
    ],
)
def test_refusals_have_a_cause(status: int, kind: type[Exception], cause: str) -> None:
    with pytest.raises(kind) as caught:
        model(lambda _: httpx.Response(status, text="the secret text")).ask(PROMPT, SCHEMA, 100)
    assert getattr(caught.value, "cause", "") == cause
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["<html>", "[]", '{"choices": []}', '{"choices": [{"message": null}]}']
)
def test_answers_of_another_shape_are_refused(text: str) -> None:
    with pytest.raises(Retryable) as caught:
        model(lambda _: httpx.Response(200, text=text)).ask(PROMPT, SCHEMA, 100)
    assert caught.value.cause == "model-answer"


def test_an_answer_that_broke_off_says_so() -> None:
    assert model(lambda _: answer('{"to', finish="length")).ask(PROMPT, SCHEMA, 100).is_cut


def test_a_model_that_was_stopped_abandons() -> None:
    asking = model(lambda _: answer("{}"))
    asking.stop()
    with pytest.raises(Abandoned):
        asking.ask(PROMPT, SCHEMA, 100)


@pytest.mark.parametrize(
    ("tokens", "answered", "characters", "context", "is_cut"),
    [
        (2500, 100, 10_000, 8192, False),
        (300, 100, 10_000, 8192, True),
        (2047, 0, 60_000, 2048, True),
        (0, 0, 10_000, 8192, False),
        (None, None, 10_000, 8192, False),
        (1500, 300, 6000, 2048, False),
        (2047, 100, 4000, 2048, True),
        # The question fitted, but not with its answer: its beginning went while it was answered.
        (1900, 200, 4000, 2048, True),
        (1900, None, 4000, 2048, False),
    ],
)
def test_a_cut_context_is_noticed(
    tokens: int | None,
    answered: int | None,
    characters: int,
    context: int,
    is_cut: bool,  # noqa: FBT001 -- a table's column
) -> None:
    usage = {"prompt_tokens": tokens, "completion_tokens": answered}
    assert is_context_cut(usage, characters, context, 512) is is_cut
