"""The client renews its token in time, repeats what it may, and tells a refusal as it is.

Functions play the far ends of the wire: a real gateway cannot be told to be away just once.
"""

import ssl
from collections.abc import Callable

import httpx
import pytest

from inkwell_api.document import DocumentState
from inkwell_demo.client import DocumentClient, Machine, Problem, TokenError, Tokens
from inkwell_demo.client import documents as documents_module
from inkwell_demo.waiting import WaitedInVain

SECRET = "not-to-be-shown"
MACHINE = Machine(
    "acme", "invoices", "acme.invoices", SECRET, "https://sso/token", "http://gateway"
)
DOCUMENT = "0b7a4c5e-0000-4000-8000-000000000001"
Answerer = Callable[[httpx.Request], httpx.Response]


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents_module, "_PAUSE_SECONDS", 0.0)


def tokens(answer: Answerer) -> Tokens:
    transport = httpx.MockTransport(answer)
    return Tokens(
        "https://sso/token", "acme.invoices", SECRET, ssl.create_default_context(), transport
    )


def token_worth(seconds: int) -> Answerer:
    count = iter(range(1, 100))
    return lambda _: httpx.Response(
        200, json={"access_token": f"t{next(count)}", "expires_in": seconds}
    )


def client(answer: Answerer) -> DocumentClient:
    return DocumentClient(
        MACHINE, tokens=tokens(token_worth(300)), transport=httpx.MockTransport(answer)
    )


def document(state: str, **more: object) -> dict[str, object]:
    return {"document_id": DOCUMENT, "state": state, "history": [], "failure": None, **more}


def test_a_token_is_used_until_shortly_before_its_end() -> None:
    long, short = tokens(token_worth(300)), tokens(token_worth(10))
    assert [long.current(), long.current()] == ["t1", "t1"]
    assert [short.current(), short.current()] == ["t1", "t2"]


def test_a_refused_token_names_the_client_and_never_its_secret() -> None:
    refused = tokens(
        lambda _: httpx.Response(401, json={"error": "invalid_client", "hint": SECRET})
    )
    with pytest.raises(
        TokenError, match=r"no token for acme\.invoices: HTTP 401 invalid_client"
    ) as caught:
        refused.current()
    assert SECRET not in str(caught.value)


def test_no_secret_shows_when_a_machine_or_its_tokens_are_printed() -> None:
    machine_tokens = tokens(token_worth(300))
    token = machine_tokens.current()
    shown = repr(MACHINE) + repr(machine_tokens)
    assert SECRET not in shown
    assert token not in shown


def test_a_repeated_upload_sends_the_same_bytes_under_the_same_key() -> None:
    seen: list[httpx.Request] = []

    def gateway(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return (
            httpx.Response(503)
            if len(seen) == 1
            else httpx.Response(202, json=document("UPLOADED"))
        )

    assert client(gateway).upload("Rechnung März.pdf", b"%PDF", "application/pdf") == DOCUMENT
    first, second = seen
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert second.url.path == "/v1/pipelines/invoices/documents"
    assert second.content == b"%PDF"
    assert second.headers["content-type"] == "application/pdf"
    assert second.headers["content-disposition"].endswith(
        "filename*=UTF-8''Rechnung%20M%C3%A4rz.pdf"
    )
    assert second.headers["authorization"] == "Bearer t1"


def test_a_gateway_that_stays_away_is_asked_again_and_then_reported() -> None:
    calls = 0

    def away(request: httpx.Request) -> httpx.Response:
        nonlocal calls
        calls += 1
        raise httpx.ConnectError("away", request=request)

    with pytest.raises(httpx.ConnectError):
        client(away).status(DOCUMENT)
    assert calls > 1


def test_a_refusal_is_told_with_its_problem_document() -> None:
    body = {
        "type": "about:blank",
        "title": "Unsupported media type",
        "detail": "It is text.",
        "status": 415,
    }
    refusal = httpx.Response(415, json=body, headers={"content-type": "application/problem+json"})
    with pytest.raises(Problem, match="HTTP 415: Unsupported media type: It is text") as caught:
        client(lambda _: refusal).upload("a.txt", b"text", "text/plain")
    assert caught.value.status == 415
    assert caught.value.body == body


def test_of_several_documents_each_has_an_outcome_of_its_own() -> None:
    items = [
        {"name": "a.pdf", "status": 202, "document": document("UPLOADED")},
        {"name": "b.txt", "status": 415, "problem": {"title": "Unsupported media type"}},
    ]
    good, bad = client(lambda _: httpx.Response(207, json={"items": items})).upload_many(
        [("a.pdf", b"%PDF", "application/pdf"), ("b.txt", b"text", "text/plain")]
    )
    assert (good.document_id, good.problem) == (DOCUMENT, None)
    assert bad.problem is not None
    assert (bad.name, bad.document_id, bad.problem.status) == ("b.txt", "", 415)


def test_waiting_ends_when_the_pipeline_has_done_its_part() -> None:
    failure = {"stage": "ocr", "cause": "encrypted-pdf", "detail": "The PDF wants a password."}
    history = [{"state": "UPLOADED", "occurred_at": "2026-01-01T00:00:00Z"}]
    states = iter([document("UPLOADED"), document("FAILED", failure=failure, history=history)])
    status = client(lambda _: httpx.Response(200, json=next(states))).wait(DOCUMENT)
    assert status.state is DocumentState.FAILED
    assert (status.cause, status.detail) == ("encrypted-pdf", "The PDF wants a password.")
    assert status.history == ((DocumentState.UPLOADED, "2026-01-01T00:00:00Z"),)


def test_waiting_in_vain_says_how_far_the_document_got() -> None:
    answer = httpx.Response(200, json=document("RECOGNIZED"))
    with pytest.raises(WaitedInVain, match="RECOGNIZED"):
        client(lambda _: answer).wait(DOCUMENT, timeout=0)
