"""A question to a model ends in time, whatever the server does with the connection."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import httpx
import pytest

from inkwell_extract.model.llm import HttpModel
from inkwell_extract.model.prompts import Prompt
from inkwell_worker.stage import Abandoned, Retryable, StageError, Unavailable
from support.misbehaving import Behaviour, drip, hang, misbehaving, send

pytestmark = pytest.mark.integration

SECONDS: Final = 1.0
LONGEST: Final = SECONDS + 8.0
"""With the look at a server that does not answer, and a machine that is busy with other things."""

PROMPT = Prompt("system", "user", is_cut=False)
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
REDIRECT = b"HTTP/1.1 307 Temporary Redirect\r\nLocation: /v1/chat/completions\r\n"
NOTHING = b"Content-Length: 0\r\n\r\n"


@contextmanager
def asking(behave: Behaviour, *, is_well: bool = True) -> Iterator[tuple[HttpModel, list[int]]]:
    """Yield a model behind a server, and a list that gets the number of questions at the end."""
    questions: list[int] = []
    with misbehaving(behave, is_well=is_well) as server:
        # Each wait for bytes may take longer than the whole question: drips are no time-outs.
        client = httpx.Client(base_url=server.url, timeout=60.0, trust_env=False)
        yield HttpModel(client, "any", 8192, SECONDS), questions
        client.close()
        questions.append(server.questions)


SLOW: Final[dict[str, Behaviour]] = {
    "never answers": hang,
    "drips its headers": drip(OK, then=b"X-More: 1\r\n"),
    "drips one endless header": drip(OK + b"X-More: ", then=b"a"),
    "drips its status line": drip(then=b"H"),
    "says for ever that it goes on": drip(then=b"HTTP/1.1 100 Continue\r\n\r\n"),
    "drips a body of a known length": drip(OK + b"Content-Length: 1000000\r\n\r\n"),
    "drips a body that ends with the connection": drip(OK + b"\r\n"),
    "drips chunks": drip(CHUNKED, then=b"1\r\n \r\n"),
    "sends half a body and stops": drip(OK + b"Content-Length: 100\r\n\r\n{", then=b""),
    "drips a refusal": drip(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
}


@pytest.mark.parametrize("kind", SLOW)
def test_a_question_that_is_not_answered_in_time_is_charged_to_its_document(kind: str) -> None:
    with asking(SLOW[kind]) as (model, questions):
        begun = time.monotonic()
        with pytest.raises(Retryable) as caught:
            model.ask(PROMPT, {}, 100)
        assert time.monotonic() - begun < LONGEST
    assert caught.value.cause == "model-timeout"
    assert questions == [1]


@pytest.mark.parametrize("kind", ["never answers", "drips its headers"])
def test_a_server_that_does_not_even_list_its_models_is_away(kind: str) -> None:
    with asking(SLOW[kind], is_well=False) as (model, questions):
        begun = time.monotonic()
        with pytest.raises(Unavailable) as caught:
            model.ask(PROMPT, {}, 100)
        assert time.monotonic() - begun < LONGEST
    assert caught.value.cause == "model-away"
    assert questions == [1]


@pytest.mark.parametrize(
    ("behave", "cause"),
    [
        (drip(CHUNKED, then=b"10000\r\n" + b" " * 65536 + b"\r\n", every=0), "model-answer"),
        (send(OK + b"\r\n", b"[" * 100_000), "model-answer"),
        (send(OK + b"\r\n", b'{"choices": [{"message": {"content": "{}"}}], "usage": []}'), ""),
        (send(REDIRECT + NOTHING), "model-refused"),
        (send(), "model-away"),
        (send(b"\x16\x03\x01 this is no HTTP\r\n\r\n"), "model-away"),
        (send(OK, b"X: " + b"a" * 200_000 + b"\r\n\r\n{}"), "model-away"),
        (send(b"HTTP/1.1 503 Busy\r\n" + NOTHING), "model-away"),
    ],
    ids=[
        *("an endless body", "a deep body", "usage of another shape", "a redirect to itself"),
        *("no answer", "another protocol", "a header of many bytes", "busy"),
    ],
)
def test_what_a_server_answers_amiss_has_a_cause_and_is_soon_over(
    behave: Behaviour, cause: str
) -> None:
    with asking(behave) as (model, questions):
        model.seconds = 30.0
        begun = time.monotonic()
        try:
            model.ask(PROMPT, {}, 100)
            told = ""
        except StageError as error:
            told = error.cause
        assert time.monotonic() - begun < 20.0
    assert told == cause
    assert questions <= [3]


def test_a_server_that_finds_fault_with_every_question_is_soon_left() -> None:
    words = b'{"error": {"message": "Unsupported response_format, max_tokens, seed, temperature"}}'
    refusal = b"HTTP/1.1 400 Bad Request\r\nContent-Length: %d\r\n\r\n%b" % (len(words), words)
    with asking(send(refusal)) as (model, questions):
        model.seconds = 30.0
        with pytest.raises(Retryable, match="model-refused"):
            model.ask(PROMPT, {}, 100)
    assert questions <= [8]


def test_an_address_that_takes_no_connection_is_away() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}/v1/", trust_env=False)
    with pytest.raises(Unavailable, match="model-away"):
        HttpModel(client, "any", 8192, SECONDS).ask(PROMPT, {}, 100)


def test_a_running_question_ends_when_the_worker_stops() -> None:
    with asking(hang) as (model, _):
        model.seconds = 60.0
        threading.Timer(0.5, model.stop).start()
        begun = time.monotonic()
        with pytest.raises(Abandoned):
            model.ask(PROMPT, {}, 100)
        assert time.monotonic() - begun < 10.0
