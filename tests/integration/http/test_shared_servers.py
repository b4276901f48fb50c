"""Classes that reach the same Keycloak share its limits, its pauses and its circuit."""

from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from inkwell_operator.context import BackendPool
from inkwell_operator.model.errors import Throttled
from inkwell_operator.model.targets import AdminLogin, ResolvedClass
from support import make, web_server

pytestmark = pytest.mark.integration


async def throttling(request: web.BaseRequest) -> web.StreamResponse:
    del request
    return web.json_response({}, status=429, headers={"Retry-After": "30"})


async def test_a_pause_that_keycloak_asked_for_in_one_realm_is_kept_in_the_other(
    tmp_path: Path,
) -> None:
    async with web_server.opened(tmp_path, throttling) as server:

        def of_realm(realm: str) -> ResolvedClass:
            login = AdminLogin("somebody", "password", server.ca_pem)
            standard = make.resolved()
            target = replace(standard.keycloak, url=server.url, realm=realm, admin=login)
            return replace(standard, name=realm, keycloak=target)

        pool = BackendPool()
        for realm in ("one", "two"):
            resolved = of_realm(realm)
            backend = pool.for_class(resolved).keycloak
            with pytest.raises(Throttled):
                await backend.observe(backend.desire(make.tenant(of=resolved)))
        assert len(server.requests) == 1
        await pool.aclose()
