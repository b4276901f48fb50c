"""HTTP as the operator speaks it, with a real server of its own on this machine."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from aiohttp import web

from inkwell_api.conditions import Reason
from inkwell_operator.backends.http_client import (
    CertificateRefused,
    GivenUp,
    HttpClient,
    error_for,
)
from inkwell_operator.backends.server import Server, ServerLimits
from inkwell_operator.model.errors import (
    AccessDenied,
    InkwellError,
    Refused,
    Throttled,
    TimedOut,
    Unreachable,
)
from support import web_server
from support.web_server import Handler, WebServer

pytestmark = pytest.mark.integration
QUICK = ServerLimits(deadline_seconds=2, failures=2, rest_seconds=1)


def answering(status: int, **headers: str) -> Handler:
    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        del request
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.json_response({"it": "answers"}, status=status, headers=named)

    return answer


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[WebServer]:
    async with web_server.opened(tmp_path, answering(200)) as opened:
        yield opened


@pytest.fixture
async def client(server: WebServer) -> AsyncIterator[HttpClient]:
    client = HttpClient(Server("Keycloak", QUICK), server.ca_pem, secret="keycloak-admin")
    yield client
    await client.aclose()


async def test_a_request_carries_what_it_was_given(server: WebServer, client: HttpClient) -> None:
    answer = await client.send(
        "POST",
        f"{server.url}/token",
        form={"grant_type": "client_credentials"},
        parameters={"a": "b c"},
        headers={"X-Test": "yes"},
        login=("somebody", "pass:word"),
    )
    assert answer.json() == {"it": "answers"}
    (request,) = server.requests
    assert (request.method, request.path_qs) == ("POST", "/token?a=b+c")
    assert request.headers["X-Test"] == "yes"
    assert request.headers["Authorization"].startswith("Basic ")


@pytest.mark.parametrize("status", [429, 503])
async def test_a_pause_in_seconds_is_kept_and_nothing_is_sent_meanwhile(
    server: WebServer, client: HttpClient, status: int
) -> None:
    server.handler = answering(status, Retry_After="30")
    with pytest.raises(Throttled) as first:
        await client.send("GET", server.url)
    assert first.value.retry_after == 30
    server.handler = answering(200)
    with pytest.raises(Throttled) as second:
        await client.send("GET", server.url)
    assert 25 < (second.value.retry_after or 0) <= 30
    assert first.value.message == second.value.message
    assert len(server.requests) == 1


async def test_after_a_short_pause_requests_go_on(server: WebServer, client: HttpClient) -> None:
    server.handler = answering(429, Retry_After="1")
    with pytest.raises(Throttled):
        await client.send("GET", server.url)
    server.handler = answering(200)
    await asyncio.sleep(1.1)
    assert (await client.send("GET", server.url)).status_code == 200


async def test_a_pause_may_be_a_date(server: WebServer, client: HttpClient) -> None:
    until = datetime.now(UTC) + timedelta(seconds=60)
    server.handler = answering(429, Retry_After=format_datetime(until, usegmt=True))
    with pytest.raises(Throttled) as caught:
        await client.send("GET", server.url)
    assert 55 < (caught.value.retry_after or 0) <= 60


@pytest.mark.parametrize("header", ["soon", "-5", "", "Thu, 01 Jan 1970 00:00:00 GMT"])
async def test_a_pause_that_is_none_costs_nothing(
    server: WebServer, client: HttpClient, header: str
) -> None:
    server.handler = answering(429, Retry_After=header)
    with pytest.raises(Throttled) as caught:
        await client.send("GET", server.url)
    assert not caught.value.retry_after
    server.handler = answering(200)
    assert (await client.send("GET", server.url)).status_code == 200


async def test_a_certificate_of_another_authority_is_refused_and_its_secret_named(
    server: WebServer,
) -> None:
    other = web_server.new_authority("another authority")
    client = HttpClient(Server("Keycloak", QUICK), other, secret="keycloak-admin")
    for _ in range(QUICK.failures + 1):
        with pytest.raises(CertificateRefused) as caught:
            await client.send("GET", server.url)
    assert caught.value.reason is Reason.ACCESS_DENIED
    assert caught.value.message == (
        "Keycloak: its certificate is not trusted (unable to get local issuer certificate); put "
        "its authority into ca.crt of Secret keycloak-admin, or give it a certificate for the "
        "address that is called"
    )
    assert server.requests == []
    await client.aclose()


async def test_a_certificate_for_another_address_is_refused(tmp_path: Path) -> None:
    async with web_server.opened(tmp_path, answering(200), host="127.0.0.9") as server:
        client = HttpClient(Server("Keycloak", QUICK), server.ca_pem, secret="keycloak-admin")
        with pytest.raises(CertificateRefused, match="IP address mismatch"):
            await client.send("GET", server.url)
        await client.aclose()


async def test_an_authority_that_is_no_certificate_is_told_with_its_secret(
    server: WebServer,
) -> None:
    client = HttpClient(Server("Keycloak", QUICK), "not a certificate", secret="keycloak-admin")
    with pytest.raises(CertificateRefused, match=r"ca\.crt of Secret keycloak-admin holds no"):
        await client.send("GET", server.url)


async def test_a_server_without_tls_is_told_as_such() -> None:
    async with web_server.opened(None, answering(200)) as server:
        client = HttpClient(Server("Keycloak", QUICK), "", secret="keycloak-admin")
        with pytest.raises(Unreachable) as caught:
            await client.send("GET", server.url.replace("http:", "https:"))
        await client.aclose()
    assert caught.value.message == (
        "Keycloak: no TLS connection (wrong version number); where that stays, name in the "
        "TenantClass an address at which it speaks TLS"
    )


async def test_a_server_that_hangs_is_given_up_in_time(
    server: WebServer, client: HttpClient
) -> None:
    server.handler = server.hang
    with pytest.raises(TimedOut, match=r"Keycloak did not answer in 2 s"):
        await client.send("GET", server.url)


async def test_the_circuit_opens_for_a_server_that_hangs_and_closes_when_it_is_back(
    server: WebServer, client: HttpClient
) -> None:
    server.handler = server.hang
    for _ in range(QUICK.failures):
        with pytest.raises(TimedOut):
            await client.send("GET", server.url)
    server.handler = answering(200)
    with pytest.raises(TimedOut):
        await client.send("GET", server.url)
    assert len(server.requests) == QUICK.failures
    await asyncio.sleep(QUICK.rest_seconds * 1.5)
    assert (await client.send("GET", server.url)).status_code == 200


async def test_a_server_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    async with web_server.opened(tmp_path, answering(200)) as server:
        client = HttpClient(Server("Keycloak", QUICK), server.ca_pem)
    with pytest.raises(Unreachable, match="Keycloak does not answer"):
        await client.send("GET", server.url)
    await client.aclose()


async def test_a_closed_client_stays_closed_and_does_not_count_as_an_outage(
    server: WebServer,
) -> None:
    shared = Server("Keycloak", QUICK)
    old, new = (HttpClient(shared, server.ca_pem) for _ in range(2))
    await old.send("GET", server.url)
    await old.aclose()
    for _ in range(QUICK.failures + 1):
        with pytest.raises(GivenUp, match="was replaced"):
            await old.send("GET", server.url)
    assert len(server.requests) == 1
    assert (await new.send("GET", server.url)).status_code == 200
    await new.aclose()


async def test_a_request_under_way_ends_when_its_client_is_closed(server: WebServer) -> None:
    shared = Server("Keycloak", ServerLimits(failures=1))
    client = HttpClient(shared, server.ca_pem)
    server.handler = server.hang
    request = asyncio.create_task(client.send("GET", server.url))
    await server.asked.wait()
    await client.aclose()
    with pytest.raises(GivenUp):
        await request
    server.handler = answering(200)
    new = HttpClient(shared, server.ca_pem)
    assert (await new.send("GET", server.url)).status_code == 200
    await new.aclose()


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, Refused), (401, AccessDenied), (500, Unreachable), (503, Unreachable)],
)
async def test_an_answer_that_is_no_success_becomes_an_error_by_the_callers_table(
    server: WebServer, client: HttpClient, status: int, kind: type[InkwellError]
) -> None:
    server.handler = answering(status)
    answer = await client.send("GET", server.url)
    assert type(error_for(answer, "what was wrong", {401: AccessDenied})) is kind


async def test_a_redirect_takes_no_login_to_another_host(
    server: WebServer, client: HttpClient
) -> None:
    server.handler = answering(302, Location="https://elsewhere.example.org/")
    answer = await client.send("GET", server.url, login=("somebody", "password"))
    assert answer.status_code == 302
    assert len(server.requests) == 1
