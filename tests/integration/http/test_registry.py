"""The way to the schema registry: logins go nowhere in the clear, and refusals say what to do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from inkwell_operator.backends.http_client import CertificateRefused
from inkwell_operator.backends.kafka.registry import Registry
from inkwell_operator.backends.kafka.state import Schema
from inkwell_operator.model.errors import AccessDenied, Refused, Unreachable
from inkwell_operator.model.targets import AdminLogin
from support import make, web_server

pytestmark = pytest.mark.integration
SUBJECTS = ["acme.invoices.uploaded-value"]
SCHEMA = Schema('"string"', "BACKWARD")


async def anonymous(request: web.BaseRequest) -> web.StreamResponse:
    """Answer reads to anybody, writes to who logs in."""
    if request.method != "GET" and "Authorization" not in request.headers:
        return web.json_response({}, status=401)
    return web.json_response(SUBJECTS if request.path.endswith("/subjects") else {"id": 1})


async def closed(request: web.BaseRequest) -> web.StreamResponse:
    """Answer to who logs in alone."""
    if "Authorization" not in request.headers:
        return web.json_response({}, status=401)
    return await anonymous(request)


async def refusing(request: web.BaseRequest) -> web.StreamResponse:
    """Know nobody."""
    del request
    return web.json_response({}, status=403)


@asynccontextmanager
async def registry_at(url: str, ca_pem: str = "") -> AsyncIterator[Registry]:
    login = AdminLogin("somebody", "password", ca_pem, secret="registry-admin")
    target = make.resolved().kafka
    registry = Registry(replace(target, registry_url=f"{url}/", registry_admin=login))
    try:
        yield registry
    finally:
        await registry.aclose()


@pytest.mark.parametrize("handler", [anonymous, closed])
async def test_names_are_read_with_a_login_only_where_one_is_asked_for(
    tmp_path: Path, handler: web_server.Handler
) -> None:
    async with (
        web_server.opened(tmp_path, handler) as server,
        registry_at(server.url, server.ca_pem) as registry,
    ):
        assert await registry.subjects() == tuple(SUBJECTS)
        assert await registry.subjects() == tuple(SUBJECTS)
        shown = ["Authorization" in request.headers for request in server.requests]
        assert shown == ([False, False] if handler is anonymous else [False, True, True])


async def test_no_login_is_sent_to_an_address_without_tls() -> None:
    async with registry_at("http://registry.example.org:8080") as registry:
        with pytest.raises(Refused, match="is not encrypted") as caught:
            await registry.put("acme.invoices.uploaded-value", SCHEMA)
    assert "Secret registry-admin" in caught.value.message
    assert "https" in caught.value.message


@pytest.mark.parametrize("handler", [anonymous, closed])
async def test_a_login_may_go_to_a_neighbour_in_the_same_pod(handler: web_server.Handler) -> None:
    async with (
        web_server.opened(None, handler) as server,
        registry_at(server.url) as registry,
    ):
        await registry.put("acme.invoices.uploaded-value", SCHEMA)
        assert await registry.subjects() == tuple(SUBJECTS)


async def test_a_refused_login_names_its_secret(tmp_path: Path) -> None:
    async with (
        web_server.opened(tmp_path, refusing) as server,
        registry_at(server.url, server.ca_pem) as registry,
    ):
        with pytest.raises(AccessDenied, match="Secret registry-admin"):
            await registry.subjects()


async def test_a_wrong_authority_is_told_as_such_with_its_secret(tmp_path: Path) -> None:
    other = web_server.new_authority("another authority")
    async with (
        web_server.opened(tmp_path, anonymous) as server,
        registry_at(server.url, other) as registry,
    ):
        with pytest.raises(CertificateRefused, match=r"ca\.crt of Secret registry-admin"):
            await registry.subjects()


async def test_a_registry_that_is_away_is_unreachable(tmp_path: Path) -> None:
    async with web_server.opened(tmp_path, anonymous) as server:
        pass
    async with registry_at(server.url, server.ca_pem) as registry:
        with pytest.raises(Unreachable, match="the schema registry does not answer"):
            await registry.subjects()
