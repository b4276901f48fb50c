"""What a probe of Keycloak concludes from each answer."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import httpx
import pytest

from inkwell_operator.backends.keycloak.probe import probe
from inkwell_operator.model.isolation import Canary, Probe, Verdict
from support import make

CANARY = Canary.of("test-installation")
MACHINE = make.pipeline().machine
TENANT = make.tenant().name
AUDIENCE = f"gets a token for client {CANARY.client} from Keycloak"
CLIENTS = "lists the clients of Keycloak"


def token(**claims: Any) -> str:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"header.{body}.signature"


def given(text: object) -> httpx.Response:
    return httpx.Response(200, json={"access_token": text})


OWN = given(token(aud=TENANT, resource_access={TENANT: {"roles": ["viewer"]}}))


async def asked(
    monkeypatch: pytest.MonkeyPatch, answer: httpx.Response, clients: int = 403
) -> tuple[Probe, ...]:
    """Return what comes of a Keycloak that gives this token, and this status for its clients."""

    def respond(request: httpx.Request) -> httpx.Response:
        return answer if request.method == "POST" else httpx.Response(clients)

    client: Callable[..., Any] = partial(httpx.AsyncClient, transport=httpx.MockTransport(respond))
    monkeypatch.setattr(httpx, "AsyncClient", client)
    target = make.resolved().keycloak
    return await probe(replace(target, admin=replace(target.admin, ca_pem="")), MACHINE, CANARY)


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (200, Verdict.LET_IN),
        (403, Verdict.REFUSED),
        *((status, Verdict.UNKNOWN) for status in (204, 302, 401, 404, 429, 500, 503, 599)),
    ],
)
async def test_only_forbidden_is_a_refusal(
    status: int, verdict: Verdict, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await asked(monkeypatch, OWN, status) == (
        Probe(AUDIENCE, Verdict.REFUSED),
        Probe(CLIENTS, verdict),
    )


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": [TENANT, "globex"]},
        {"aud": "globex"},
        {"aud": TENANT, "resource_access": {"globex": {"roles": ["viewer"]}}},
    ],
)
async def test_a_token_for_another_tenant_lets_in_by_name(
    claims: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    found, _ = await asked(monkeypatch, given(token(**claims)))
    assert found == Probe("gets a token for client globex from Keycloak", Verdict.LET_IN)


async def test_an_audience_that_is_no_name_lets_in_too(monkeypatch: pytest.MonkeyPatch) -> None:
    found, _ = await asked(monkeypatch, given(token(aud=[TENANT, 5])))
    assert found == Probe("gets a token for client 5 from Keycloak", Verdict.LET_IN)


async def test_a_token_for_the_canary_lets_in(monkeypatch: pytest.MonkeyPatch) -> None:
    found, _ = await asked(monkeypatch, given(token(aud=[TENANT, CANARY.client])))
    assert found == Probe(AUDIENCE, Verdict.LET_IN)


async def test_a_token_for_ones_own_account_opens_nobodys(monkeypatch: pytest.MonkeyPatch) -> None:
    found, _ = await asked(monkeypatch, given(token(aud=[TENANT, "account"])))
    assert found == Probe(AUDIENCE, Verdict.REFUSED)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json=["no object"]),
        httpx.Response(200, json={}),
        given(5),
        given("not for a header\n"),
        httpx.Response(401),
        httpx.Response(503),
    ],
)
async def test_an_answer_without_a_token_proves_nothing(
    answer: httpx.Response, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await asked(monkeypatch, answer)
    assert found == (Probe(AUDIENCE, Verdict.UNKNOWN), Probe(CLIENTS, Verdict.UNKNOWN))


@pytest.mark.parametrize("text", ["opaque", "a.b", "a.e30.c.d", "a.%%%.c", "a.W10.c", "a.NQ.c"])
async def test_a_token_that_cannot_be_read_tells_nothing_of_its_audience(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await asked(monkeypatch, given(text))
    assert found == (Probe(AUDIENCE, Verdict.UNKNOWN), Probe(CLIENTS, Verdict.REFUSED))
