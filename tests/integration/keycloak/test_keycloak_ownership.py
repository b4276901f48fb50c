"""Whose a client is: others' clients, other installations, earlier Tenants, and older marks."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from inkwell_api.conditions import Reason
from inkwell_api.tenant import RetainedData
from inkwell_operator.backends.keycloak import KeycloakBackend
from inkwell_operator.backends.keycloak.client import AdminClient
from inkwell_operator.backends.run import converge
from inkwell_operator.model.errors import NameTaken
from inkwell_operator.model.ownership import Mark
from inkwell_operator.model.plan_text import render_plan
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.model.validate import ValidatedPipeline, ValidatedTenant
from support import backend_services as services
from support.realm_console import Console

pytestmark = pytest.mark.integration


@pytest.fixture
async def foreign(admin: AdminClient, resolved: ResolvedClass) -> AsyncIterator[ValidatedTenant]:
    """A tenant whose name somebody's application has already, with a role and a login page."""
    tenant = services.tenant(resolved)
    application = {
        "clientId": tenant.name,
        "redirectUris": ["https://app.example.org/*"],
        "fullScopeAllowed": False,
    }
    await admin.create("/clients", application, "")
    console = Console(admin, tenant.name, "")
    await console.add_role("owner")
    yield tenant
    for left in await admin.list_clients(clientId=tenant.name, search="true"):
        await admin.delete(f"/clients/{left['id']}", "")


async def everything(admin: AdminClient, name: str) -> list[dict[str, Any]]:
    """Return the clients with a prefix as they are, with their roles."""
    clients = await admin.list_clients(clientId=name, search="true")
    return [
        client | {"r": await admin.read(f"/clients/{client['id']}/roles", "")} for client in clients
    ]


def of_another_installation(of: ValidatedTenant) -> ValidatedTenant:
    mark = replace(of.claim.mark, installation="another-installation", uid="uid-elsewhere")
    return replace(of, claim=replace(of.claim, mark=mark))


def made_anew(of: ValidatedTenant, **changes: Any) -> ValidatedTenant:
    """Return a Tenant of the same name that was made after the first one was forgotten."""
    mark = replace(of.claim.mark, uid="uid-of-a-later-one")
    return replace(of, claim=replace(of.claim, mark=mark, **changes))


async def test_a_client_of_somebody_else_is_described_and_left_alone(
    opened: KeycloakBackend, admin: AdminClient, foreign: ValidatedTenant
) -> None:
    before = await everything(admin, foreign.name)
    for subject in (foreign, services.pipeline(foreign)):
        outcome = await converge(opened, opened.desire(subject))
        assert outcome.applied == ()
        assert [refusal.reason for refusal in outcome.refusals] == [Reason.NAME_TAKEN]
        assert "(logs in by standard flow; roles owner)" in outcome.refusals[0].message
        await converge(opened, opened.desire(services.absent(subject)))
    assert await everything(admin, foreign.name) == before


async def test_a_client_is_adopted_after_it_was_shown_what_changes(
    opened: KeycloakBackend, foreign: ValidatedTenant
) -> None:
    adopting = replace(foreign, claim=replace(foreign.claim, adopts=True))
    desired = opened.desire(adopting)
    shown = "\n".join(render_plan(opened.diff(desired, await opened.observe(desired))))
    for change in (
        f"+attributes.inkwell.dev/tenant {foreign.name}",
        "standardFlowEnabled true -> false",
        "-redirectUris https://app.example.org/*",
        f"- role owner of client {foreign.name}",
    ):
        assert change in shown
    await converge(opened, desired)
    assert (await converge(opened, opened.desire(foreign))).applied == ()


async def test_two_installations_never_touch_each_others_clients(
    opened: KeycloakBackend,
    admin: AdminClient,
    tenant: ValidatedTenant,
    pipeline: ValidatedPipeline,
) -> None:
    before = await everything(admin, tenant.name)
    other = of_another_installation(tenant)
    for subject in (other, replace(pipeline, claim=other.claim)):
        refused = await converge(opened, opened.desire(subject))
        assert refused.applied == ()
        assert "of installation test-installation" in refused.refusals[0].message
        await converge(opened, opened.desire(services.absent(subject)))
    assert await everything(admin, tenant.name) == before


async def test_a_mark_of_version_0_1_is_written_anew_and_nothing_else_changes(
    opened: KeycloakBackend, admin: AdminClient, tenant: ValidatedTenant
) -> None:
    await Console(admin, tenant.name, "").update_api(
        attributes={"inkwell.dev/installation": "", "inkwell.dev/uid": ""}
    )
    outcome = await converge(opened, opened.desire(tenant))
    added = ("installation test-installation", f"uid uid-of-{tenant.name}")
    fields = ", ".join(f"+attributes.inkwell.dev/{one}" for one in added)
    assert outcome.applied == (f"~ client {tenant.name}: {fields}",)


async def test_what_an_earlier_tenant_left_is_refused_until_somebody_says_which(
    opened: KeycloakBackend,
    admin: AdminClient,
    tenant: ValidatedTenant,
    pipeline: ValidatedPipeline,
) -> None:
    before = await everything(admin, tenant.name)
    later = made_anew(tenant)
    outcome = await converge(opened, opened.desire(later))
    assert [refusal.reason for refusal in outcome.refusals] == [Reason.RETAINED_DATA]
    await converge(opened, opened.desire(services.absent(later)))
    assert await everything(admin, tenant.name) == before
    reusing = made_anew(tenant, retained=RetainedData.REUSE)
    await converge(opened, opened.desire(reusing))
    await converge(opened, opened.desire(replace(pipeline, claim=reusing.claim)))
    after = await everything(admin, tenant.name)
    assert [client["id"] for client in after] == [client["id"] for client in before]
    await converge(opened, opened.desire(services.absent(reusing)))
    assert await everything(admin, tenant.name) == []


async def test_an_erased_tenant_starts_anew_without_the_earlier_machines(
    opened: KeycloakBackend,
    admin: AdminClient,
    tenant: ValidatedTenant,
    pipeline: ValidatedPipeline,
) -> None:
    before = {client["clientId"]: client["id"] for client in await everything(admin, tenant.name)}
    assert before.keys() == {tenant.name, pipeline.machine.principal}
    desired = opened.desire(made_anew(tenant, retained=RetainedData.ERASE))
    await converge(opened, desired)
    after = {client["clientId"]: client["id"] for client in await everything(admin, tenant.name)}
    assert after.keys() == {tenant.name}
    assert after[tenant.name] != before[tenant.name]
    await converge(opened, opened.desire(services.absent(made_anew(tenant))))


async def test_a_mark_that_goes_after_the_plan_was_made_stops_the_write(
    opened: KeycloakBackend, admin: AdminClient, tenant: ValidatedTenant
) -> None:
    console = Console(admin, tenant.name, "")
    await console.remove_role("viewer")
    desired = opened.desire(tenant)
    (step,) = opened.diff(desired, await opened.observe(desired)).steps
    await console.update_api(attributes={"inkwell.dev/installation": "another-installation"})
    with pytest.raises(NameTaken, match="lost the mark"):
        await opened.apply(step)
    mark = Mark(tenant.name, "another-installation", tenant.claim.mark.uid)
    theirs = replace(tenant, claim=replace(tenant.claim, mark=mark))
    await converge(opened, opened.desire(services.absent(theirs)))
