"""What a machine's token says, and what the operator repairs, on a real Keycloak."""

from dataclasses import replace

import httpx
import pytest

from inkwell_operator.backends.keycloak import KeycloakBackend
from inkwell_operator.backends.keycloak.client import AdminClient
from inkwell_operator.backends.run import converge
from inkwell_operator.model.passwords import new_password
from inkwell_operator.model.targets import KeycloakTarget, ResolvedClass
from inkwell_operator.model.validate import Credential, ValidatedPipeline, ValidatedTenant
from support import backend_services as services

pytestmark = pytest.mark.integration


async def log_in(target: KeycloakTarget, machine: Credential, **more: str) -> httpx.Response:
    url = f"{target.url}/realms/{target.realm}/protocol/openid-connect/token"
    async with httpx.AsyncClient(verify=services.trust(target.admin), timeout=30) as http:
        return await http.post(
            url,
            data={"grant_type": "client_credentials", **more},
            auth=(machine.principal, machine.password),
        )


async def uid(admin: AdminClient, client_id: str) -> str:
    found = await admin.read("/clients", "clients", clientId=client_id)
    return str(found[0]["id"])


async def test_a_machines_token_is_for_its_tenants_api_and_its_own_pipeline_alone(
    pipeline: ValidatedPipeline, resolved: ResolvedClass
) -> None:
    target = resolved.keycloak
    token = services.claims_of((await log_in(target, pipeline.machine)).json()["access_token"])
    assert token["iss"] == target.issuer
    assert token["aud"] == pipeline.tenant
    assert token["azp"] == pipeline.machine.principal
    assert token["sub"]
    assert {client: set(held["roles"]) for client, held in token["resource_access"].items()} == {
        pipeline.tenant: {"uploader:invoices", "viewer:invoices"}
    }
    assert "realm_access" not in token
    assert "roles" not in token.get("scope", "").split()


async def test_rotation_lets_the_new_secret_in_and_the_old_one_not(
    opened: KeycloakBackend, pipeline: ValidatedPipeline, resolved: ResolvedClass
) -> None:
    rotated = replace(pipeline, machine=replace(pipeline.machine, password=new_password()))
    await converge(opened, opened.desire(rotated))
    assert (await log_in(resolved.keycloak, rotated.machine)).status_code == httpx.codes.OK
    refused = await log_in(resolved.keycloak, pipeline.machine)
    assert refused.status_code == httpx.codes.UNAUTHORIZED


async def test_a_role_of_the_api_that_nobody_asked_for_is_removed(
    opened: KeycloakBackend,
    admin: AdminClient,
    tenant: ValidatedTenant,
    pipeline: ValidatedPipeline,
) -> None:
    api = f"/clients/{await uid(admin, tenant.name)}"
    await admin.create(f"{api}/roles", {"name": "owner"}, "")
    outcome = await converge(opened, opened.desire(tenant))
    assert [step.split()[2] for step in outcome.applied] == ["owner"]
    desired = opened.desire(pipeline)
    assert opened.diff(desired, await opened.observe(desired)).is_empty
