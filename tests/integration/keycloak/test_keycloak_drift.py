"""What somebody changes with Keycloak's console is seen field by field and brought back."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import pytest

from inkwell_operator.backends.keycloak import KeycloakBackend
from inkwell_operator.backends.keycloak.client import AdminClient
from inkwell_operator.backends.run import converge
from inkwell_operator.model.plan_text import render_plan
from inkwell_operator.model.validate import Subject, ValidatedPipeline, ValidatedTenant
from support.realm_console import Console

pytestmark = pytest.mark.integration
Change: TypeAlias = Callable[[Console], Awaitable[Any]]

OF_A_MACHINE: dict[str, tuple[Change, str]] = {
    "authenticator": (
        lambda to: to.update_machine(clientAuthenticatorType="client-jwt"),
        "clientAuthenticatorType client-jwt -> client-secret",
    ),
    "lifespan": (
        lambda to: to.update_machine(attributes={"access.token.lifespan": "86400"}),
        "-attributes.access.token.lifespan 86400",
    ),
    "refresh tokens": (
        lambda to: to.update_machine(attributes={"client_credentials.use_refresh_token": "true"}),
        "-attributes.client_credentials.use_refresh_token true",
    ),
    "device grant": (
        lambda to: to.update_machine(
            attributes={"oauth2.device.authorization.grant.enabled": "true"}
        ),
        "-attributes.oauth2.device.authorization.grant.enabled true",
    ),
    "CIBA grant": (
        lambda to: to.update_machine(attributes={"oidc.ciba.grant.enabled": "true"}),
        "-attributes.oidc.ciba.grant.enabled true",
    ),
    "token exchange": (
        lambda to: to.update_machine(attributes={"standard.token.exchange.enabled": "true"}),
        "-attributes.standard.token.exchange.enabled true",
    ),
    "pushed requests": (
        lambda to: to.update_machine(attributes={"require.pushed.authorization.requests": "true"}),
        "-attributes.require.pushed.authorization.requests true",
    ),
    "an attribute that may hold a secret": (
        lambda to: to.update_machine(attributes={"client.secret.rotated": "hush-hush"}),
        "attributes.client.secret.rotated",
    ),
    "redirect addresses": (
        lambda to: to.update_machine(redirectUris=["https://evil.example.org/*"]),
        "-redirectUris https://evil.example.org/*",
    ),
    "web origins": (
        lambda to: to.update_machine(webOrigins=["https://evil.example.org"]),
        "-webOrigins https://evil.example.org",
    ),
    "standard flow": (
        lambda to: to.update_machine(standardFlowEnabled=True),
        "standardFlowEnabled true -> false",
    ),
    "implicit flow": (
        lambda to: to.update_machine(implicitFlowEnabled=True),
        "implicitFlowEnabled true -> false",
    ),
    "passwords": (
        lambda to: to.update_machine(directAccessGrantsEnabled=True),
        "directAccessGrantsEnabled true -> false",
    ),
    "public": (lambda to: to.update_machine(publicClient=True), "publicClient true -> false"),
    "full scope": (
        lambda to: to.update_machine(fullScopeAllowed=True),
        "fullScopeAllowed true -> false",
    ),
    "consent": (
        lambda to: to.update_machine(consentRequired=True),
        "consentRequired true -> false",
    ),
    "no service account": (
        lambda to: to.update_machine(serviceAccountsEnabled=False),
        "serviceAccountsEnabled false -> true",
    ),
    "authorization services": (
        lambda to: to.update_machine(authorizationServicesEnabled=True),
        "authorizationServicesEnabled true -> false",
    ),
    "disabled": (lambda to: to.update_machine(enabled=False), "enabled false -> true"),
    "another secret": (lambda to: to.update_machine(secret="theirs"), "secret"),
    "a flow of their own": (
        lambda to: to.override_flow("browser"),
        "-authenticationFlowBindingOverrides.browser",
    ),
    "another audience": (
        lambda to: to.change_mapper("audience", {"included.client.audience": "account"}),
        "protocolMappers.audience.included.client.audience account -> ",
    ),
    "a mapper too many": (
        lambda to: to.add_mapper("more", "oidc-audience-mapper"),
        "-protocolMappers.more oidc-audience-mapper",
    ),
    "a mapper too few": (
        lambda to: to.remove_mapper("roles"),
        "+protocolMappers.roles oidc-usermodel-client-role-mapper",
    ),
    "the realm's scope": (lambda to: to.add_scope("roles"), "-client scope roles"),
    "the account is disabled": (
        lambda to: to.update_account(enabled=False),
        "rights of client {machine}: enabled false -> true",
    ),
    "the account is in a group": (lambda to: to.join_a_group(), "-group /"),
    "a realm's role": (
        lambda to: to.grant_realm_role("offline_access"),
        "-role realm/offline_access",
    ),
    "another role of the tenant": (lambda to: to.grant("admin"), "-role {tenant}/admin"),
    "a role too few": (lambda to: to.revoke("viewer:invoices"), "+role {tenant}/viewer:invoices"),
    "a wider scope": (lambda to: to.widen_scope("admin"), "-scope {tenant}/admin"),
    "a role that includes an admin's": (
        lambda to: to.include("viewer:invoices", "realm-management", "manage-users"),
        "~ role viewer:invoices of client {tenant}: -includes realm-management/manage-users",
    ),
    "a pipeline's role gone": (
        lambda to: to.remove_role("viewer:invoices"),
        "+ role viewer:invoices of client {tenant}",
    ),
    "no client": (lambda to: to.remove_machine(), "+ client {machine}"),
}
OF_A_TENANT: dict[str, tuple[Change, str]] = {
    "lifespan": (
        lambda to: to.update_api(attributes={"access.token.lifespan": "86400"}),
        "-attributes.access.token.lifespan 86400",
    ),
    "a service account": (
        lambda to: to.update_api(serviceAccountsEnabled=True),
        "serviceAccountsEnabled true -> false",
    ),
    "a way to log in": (
        lambda to: to.update_api(standardFlowEnabled=True, redirectUris=["https://evil/*"]),
        "-redirectUris https://evil/*",
    ),
    "a role that includes an admin's": (
        lambda to: to.include("viewer", "realm-management", "manage-users"),
        "~ role viewer of client {tenant}: -includes realm-management/manage-users",
    ),
    "a role that nobody asked for": (
        lambda to: to.add_role("owner"),
        "- role owner of client {tenant}",
    ),
}


async def seen_and_mended(
    opened: KeycloakBackend, subject: Subject, console: Console, case: tuple[Change, str]
) -> None:
    change, words = case
    await change(console)
    desired = opened.desire(subject)
    shown = "\n".join(render_plan(opened.diff(desired, await opened.observe(desired))))
    assert words.format(machine=console.machine, tenant=console.tenant) in shown
    assert "hush-hush" not in shown
    await converge(opened, desired)
    assert opened.diff(desired, await opened.observe(desired)).is_empty


@pytest.mark.parametrize("case", OF_A_MACHINE)
async def test_a_change_of_a_machine_is_seen_and_brought_back(
    opened: KeycloakBackend, admin: AdminClient, pipeline: ValidatedPipeline, case: str
) -> None:
    console = Console(admin, pipeline.tenant, pipeline.machine.principal)
    try:
        await seen_and_mended(opened, pipeline, console, OF_A_MACHINE[case])
    finally:
        await console.tidy_up()


@pytest.mark.parametrize("case", OF_A_TENANT)
async def test_a_change_of_a_tenants_client_is_seen_and_brought_back(
    opened: KeycloakBackend, admin: AdminClient, tenant: ValidatedTenant, case: str
) -> None:
    console = Console(admin, tenant.name, "")
    await seen_and_mended(opened, tenant, console, OF_A_TENANT[case])
