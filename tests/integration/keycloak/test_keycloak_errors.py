"""What is wrong with the operator's way to Keycloak is told with what a person can do."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import web

from inkwell_operator.backends.http_client import CertificateRefused
from inkwell_operator.backends.keycloak import KeycloakBackend
from inkwell_operator.backends.keycloak.client import AdminClient
from inkwell_operator.model.errors import (
    AccessDenied,
    DependencyNotReady,
    InkwellError,
    Unreachable,
)
from inkwell_operator.model.targets import AdminLogin, KeycloakTarget, ResolvedClass
from support import backend_services as services
from support import web_server

pytestmark = pytest.mark.integration
ALL_ROLES = (
    "manage-clients",
    "view-clients",
    "query-clients",
    "manage-users",
    "view-users",
    "view-realm",
)


@pytest.fixture
def target(resolved: ResolvedClass) -> KeycloakTarget:
    admin = replace(resolved.keycloak.admin, secret="keycloak-admin")
    return replace(resolved.keycloak, admin=admin)


@pytest.fixture
async def weak(target: KeycloakTarget, admin: AdminClient) -> AsyncIterator[KeycloakTarget]:
    """The way of an operator whose service account has no role yet."""
    login = AdminLogin(
        f"test-{secrets.token_hex(4)}", secrets.token_hex(16), target.admin.ca_pem, secret="weak"
    )
    body = {
        "clientId": login.username,
        "secret": login.password,
        "serviceAccountsEnabled": True,
        "standardFlowEnabled": False,
    }
    await admin.create("/clients", body, "")
    yield replace(target, admin=login)
    (left,) = await admin.list_clients(clientId=login.username)
    await admin.delete(f"/clients/{left['id']}", "")


async def give(admin: AdminClient, to: KeycloakTarget, *roles: str) -> None:
    """Give roles of realm-management to the service account of a login."""
    (client,) = await admin.list_clients(clientId=to.admin.username)
    (management,) = await admin.list_clients(clientId="realm-management")
    account = await admin.read(f"/clients/{client['id']}/service-account-user", "")
    listed = await admin.read(f"/clients/{management['id']}/roles", "")
    held = [{"id": one["id"], "name": one["name"]} for one in listed if one["name"] in roles]
    path = f"/users/{account['id']}/role-mappings/clients/{management['id']}"
    await admin.create(path, held, "")


async def failing(target: KeycloakTarget, resolved: ResolvedClass) -> InkwellError:
    """Return what a tenant's pass is told."""
    backend = KeycloakBackend(target)
    try:
        desired = backend.desire(services.tenant(resolved))
        plan = backend.diff(desired, await backend.observe(desired))
        for step in plan.steps:
            await backend.apply(step)
    except InkwellError as error:
        return error
    finally:
        await backend.aclose()
    raise AssertionError(plan)


async def test_a_realm_that_does_not_exist_is_named(
    target: KeycloakTarget, resolved: ResolvedClass
) -> None:
    error = await failing(replace(target, realm="nope"), resolved)
    assert type(error) is DependencyNotReady
    assert error.message == (
        f"Keycloak: realm nope does not exist at {target.url}: create it, or name another in the "
        "TenantClass"
    )


@pytest.mark.parametrize("body", ["<html>", "[]", "{}"])
async def test_what_answers_and_is_no_keycloak_is_told_as_such(
    target: KeycloakTarget, resolved: ResolvedClass, body: str
) -> None:
    async def answer(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(text=body)

    async with web_server.opened(None, answer) as server:
        error = await failing(replace(target, url=server.url), resolved)
    assert type(error) is DependencyNotReady
    assert error.message == (
        f"Keycloak: what answers at {server.url} is no Keycloak: name its address in the "
        "TenantClass"
    )


async def test_a_keycloak_without_tls_is_told_as_such(
    target: KeycloakTarget, resolved: ResolvedClass
) -> None:
    async def answer(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response()

    async with web_server.opened(None, answer) as server:
        url = server.url.replace("http:", "https:")
        error = await failing(replace(target, url=url), resolved)
    assert type(error) is Unreachable
    assert error.message.startswith("Keycloak: no TLS connection (wrong version number); ")


async def test_a_wrong_authority_is_told_as_such_with_its_secret(
    target: KeycloakTarget, resolved: ResolvedClass
) -> None:
    login = replace(target.admin, ca_pem=web_server.new_authority("another authority"))
    error = await failing(replace(target, admin=login), resolved)
    assert type(error) is CertificateRefused
    assert "ca.crt of Secret keycloak-admin" in error.message


async def test_a_refused_login_names_the_client_and_the_secret(
    target: KeycloakTarget, resolved: ResolvedClass
) -> None:
    error = await failing(replace(target, admin=replace(target.admin, password="no")), resolved)
    assert type(error) is AccessDenied
    assert f"client {target.admin.username} could not log in at realm" in error.message
    assert "Secret keycloak-admin" in error.message


@pytest.mark.parametrize("missing", ["manage-clients", "view-clients"])
async def test_a_login_that_lacks_a_role_is_told_which(
    weak: KeycloakTarget, admin: AdminClient, resolved: ResolvedClass, missing: str
) -> None:
    # Who may manage clients may view them, so without view-clients the former must lack as well.
    lacking = {missing, "manage-clients"}
    await give(admin, weak, *(role for role in ALL_ROLES if role not in lacking))
    error = await failing(weak, resolved)
    assert type(error) is AccessDenied
    assert f"lacks {', '.join(sorted(lacking))} of client realm-management" in error.message


async def test_a_login_without_any_role_is_told_all_that_it_lacks(
    weak: KeycloakTarget, resolved: ResolvedClass
) -> None:
    error = await failing(weak, resolved)
    assert type(error) is AccessDenied
    assert f"lacks {', '.join(sorted(ALL_ROLES))} of client realm-management" in error.message
