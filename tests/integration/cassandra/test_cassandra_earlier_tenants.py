"""What an earlier Tenant of the name left in a real Cassandra, and who may still come in."""

# ruff: noqa: S608 - names in these statements are the test's own

import asyncio
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from inkwell_api import names
from inkwell_api.conditions import Reason
from inkwell_api.names import Stage
from inkwell_api.tenant import RetainedData
from inkwell_operator.backends.cassandra import CassandraBackend
from inkwell_operator.backends.run import converge
from inkwell_operator.model.errors import NameTaken
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.model.validate import ValidatedTenant
from support import backend_services as services
from support import wait
from support.cassandra_session import is_let_in, run_as_admin

pytestmark = pytest.mark.integration
LEDGER = "inkwell_operator.ownership"


def made_anew(tenant: ValidatedTenant, retained: RetainedData) -> ValidatedTenant:
    """Return the Tenant after somebody deleted it, kept its data, and made it again."""
    mark = replace(tenant.claim.mark, uid="a-later-uid")
    return replace(tenant, claim=replace(tenant.claim, mark=mark, retained=retained))


async def run(resolved: ResolvedClass, *statements: str) -> list[Any]:
    return await asyncio.to_thread(run_as_admin, resolved.cassandra, *statements)


async def remark(
    resolved: ResolvedClass, tenant: ValidatedTenant, installation: str, uid: str
) -> None:
    """Write another mark on the tenant's keyspace; the values are as CQL has them."""
    where = f"tenant = '{tenant.name}' AND kind = 'keyspace'"
    name = names.keyspace(tenant.name)
    await run(
        resolved,
        f"UPDATE {LEDGER} SET installation = {installation}, uid = {uid}"
        f" WHERE {where} AND name = '{name}' IF EXISTS",
    )


async def add_page(resolved: ResolvedClass, tenant: ValidatedTenant) -> str:
    """Add a row, and return the id of its document."""
    document, pages = str(uuid4()), f"{names.keyspace(tenant.name)}.pages"
    await run(resolved, f"INSERT INTO {pages} (document_id, page) VALUES ({document}, 1)")
    return document


async def count(resolved: ResolvedClass, tenant: ValidatedTenant) -> int:
    return len(await run(resolved, f"SELECT * FROM {names.keyspace(tenant.name)}.pages"))


@pytest.mark.parametrize("wish", RetainedData)
async def test_data_that_version_0_1_retained_are_refused_reused_or_erased(
    opened: CassandraBackend, resolved: ResolvedClass, tenant: ValidatedTenant, wish: RetainedData
) -> None:
    await add_page(resolved, tenant)
    await converge(opened, opened.desire(services.absent(tenant, retain=True)))
    await remark(resolved, tenant, "null", "null")
    later = made_anew(tenant, wish)
    try:
        outcome = await services.converged(opened, opened.desire(later))
        reasons = [refusal.reason for refusal in outcome.refusals]
        is_refused = wish is RetainedData.REFUSE
        assert reasons == ([Reason.RETAINED_DATA] if is_refused else [])
        left = await count(resolved, tenant)
        assert left == (0 if wish is RetainedData.ERASE else 1)
        assert not (is_refused and outcome.applied)
    finally:
        owner = replace(later, claim=replace(later.claim, retained=RetainedData.REUSE))
        await services.converged(opened, opened.desire(owner))
        await services.converged(opened, opened.desire(services.absent(later)))


async def test_a_live_tenant_of_version_0_1_is_deleted_with_its_data(
    opened: CassandraBackend, resolved: ResolvedClass, tenant: ValidatedTenant
) -> None:
    await remark(resolved, tenant, "null", "null")
    await services.converged(opened, opened.desire(services.absent(tenant)))
    keyspaces = "SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name ="
    assert await run(resolved, f"{keyspaces} '{names.keyspace(tenant.name)}'") == []
    assert await run(resolved, f"SELECT name FROM {LEDGER} WHERE tenant = '{tenant.name}'") == []


@pytest.mark.parametrize("wish", [RetainedData.REUSE, RetainedData.ERASE])
async def test_a_login_that_an_earlier_tenants_pipeline_left_leads_nowhere_any_more(
    opened: CassandraBackend, resolved: ResolvedClass, tenant: ValidatedTenant, wish: RetainedData
) -> None:
    pipeline = services.pipeline(tenant)
    await services.converged(opened, opened.desire(pipeline))
    await add_page(resolved, tenant)
    left = pipeline.logins[Stage.OCR]
    args = (resolved.cassandra, left.principal, left.password)
    assert await asyncio.to_thread(is_let_in, *args)
    later = made_anew(tenant, wish)
    try:
        await services.converged(opened, opened.desire(later))
        roles = await run(resolved, "SELECT role FROM system_auth.roles")
        assert [row[0] for row in roles if row[0].startswith(f"{tenant.name}.")] == [
            tenant.gateway.principal
        ]
        granted = "SELECT role FROM system_auth.role_permissions WHERE role ="
        assert await run(resolved, f"{granted} '{left.principal}'") == []

        async def is_out() -> bool:  # Cassandra believes what it knew for some seconds
            return not await asyncio.to_thread(is_let_in, *args)

        assert await wait.until("the login to be refused", is_out, seconds=30)
        assert await count(resolved, tenant) == (1 if wish is RetainedData.REUSE else 0)
    finally:
        await services.converged(opened, opened.desire(services.absent(later)))


async def test_documents_are_erased_from_a_keyspace_of_the_claim_alone(
    opened: CassandraBackend, resolved: ResolvedClass, tenant: ValidatedTenant
) -> None:
    document = await add_page(resolved, tenant)
    mark = tenant.claim.mark
    await remark(resolved, tenant, "'another-installation'", f"'{mark.uid}'")
    with pytest.raises(NameTaken, match=names.keyspace(tenant.name)):
        await opened.erase_documents(tenant.claim, [document])
    assert await count(resolved, tenant) == 1
    await remark(resolved, tenant, f"'{mark.installation}'", f"'{mark.uid}'")
    await opened.erase_documents(tenant.claim, [document])
    assert await count(resolved, tenant) == 0
