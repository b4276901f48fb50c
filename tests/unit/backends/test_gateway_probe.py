"""What a gateway's answer to another tenant's token, and to none, is taken for."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from inkwell_operator.backends.workloads import probe as module
from inkwell_operator.backends.workloads.gateway import service_address
from inkwell_operator.backends.workloads.probe import probe
from inkwell_operator.model.isolation import Verdict

TOKEN = "header.body.signature"
PROBLEM = {"content-type": "application/problem+json"}


class Gateway:
    """Answers with and without a token as a test says, and notes what it was asked."""

    def __init__(self, with_token: Any, without: Any) -> None:
        self._answers = {True: with_token, False: without}
        self.asked: list[httpx.Request] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self._answers["authorization" in request.headers]
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, httpx.Response)
        return answer

    async def probed(self, token: str = TOKEN) -> list[Verdict]:
        """Return what came of a probe with a token, and of one without."""
        address, transport = service_address("acme"), httpx.MockTransport(self)
        found = await probe(address, "acme", token, transport)
        assert [one.what for one in found] == [
            "is believed by the API of tenant acme",
            "is believed by the API of tenant acme without a token",
        ]
        return [one.verdict for one in found]


def refused() -> httpx.Response:
    return httpx.Response(401, headers=PROBLEM)


@pytest.mark.parametrize(
    ("status", "headers", "verdict"),
    [
        (401, PROBLEM, Verdict.REFUSED),
        (401, {}, Verdict.REFUSED),
        (403, {}, Verdict.REFUSED),  # of something that stands before the gateway
        (200, {}, Verdict.LET_IN),
        (202, PROBLEM, Verdict.LET_IN),
        # The gateway judges roles and pipelines of those alone whose token it believes.
        (403, PROBLEM, Verdict.LET_IN),
        (404, PROBLEM, Verdict.LET_IN),
        (404, {}, Verdict.UNKNOWN),
        (302, {"location": "http://elsewhere/"}, Verdict.UNKNOWN),
        (407, {}, Verdict.UNKNOWN),
        (429, PROBLEM, Verdict.UNKNOWN),
        (500, PROBLEM, Verdict.UNKNOWN),
        (503, PROBLEM, Verdict.UNKNOWN),
    ],
)
async def test_a_gateways_answer_is_a_refusal_a_leak_or_nothing(
    status: int, headers: dict[str, str], verdict: Verdict
) -> None:
    gateway = Gateway(httpx.Response(status, headers=headers), refused())
    assert await gateway.probed() == [verdict, Verdict.REFUSED]
    gateway = Gateway(refused(), httpx.Response(status, headers=headers))
    assert await gateway.probed() == [Verdict.REFUSED, verdict]
    assert len(gateway.asked) == 2, "a redirection is not followed, and nothing asked twice"


async def test_one_request_each_reads_from_a_pipeline_that_nobody_can_have() -> None:
    gateway = Gateway(refused(), refused())
    await gateway.probed()
    assert {str(each.url) for each in gateway.asked} == {
        "http://gateway.tenant-acme.svc/v1/pipelines/inkwell/documents"
    }
    assert {each.method for each in gateway.asked} == {"GET"}
    assert [each.headers.get("authorization") for each in gateway.asked] == [
        f"Bearer {TOKEN}",
        None,
    ]


async def test_without_a_token_nothing_is_known_of_one() -> None:
    gateway = Gateway(refused(), refused())
    assert await gateway.probed("") == [Verdict.UNKNOWN, Verdict.REFUSED]
    assert len(gateway.asked) == 1


@pytest.mark.parametrize(
    "error",
    [httpx.ConnectError("no"), httpx.ReadTimeout("no"), httpx.RemoteProtocolError("no")],
)
async def test_a_gateway_that_does_not_answer_proves_nothing(error: Exception) -> None:
    assert await Gateway(error, error).probed() == [Verdict.UNKNOWN, Verdict.UNKNOWN]


async def test_a_body_is_not_waited_for_nor_an_answer_without_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def endless() -> AsyncIterator[bytes]:
        await asyncio.Event().wait()
        yield b""

    gateway = Gateway(httpx.Response(200, content=endless()), refused())
    async with asyncio.timeout(5):
        assert await gateway.probed() == [Verdict.LET_IN, Verdict.REFUSED]

    async def hang(_: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        return refused()

    monkeypatch.setattr(module, "_SECONDS", 0.05)
    found = await probe("http://gateway", "acme", TOKEN, httpx.MockTransport(hang))
    assert {one.verdict for one in found} == {Verdict.UNKNOWN}
