"""What an earlier Tenant of the name left in a real PostgreSQL, and who may still come in."""

from dataclasses import replace

import psycopg
import pytest
from psycopg import sql

from inkwell_api import names
from inkwell_api.conditions import Reason
from inkwell_api.names import Stage
from inkwell_api.tenant import RetainedData
from inkwell_operator.backends.postgres import PostgresBackend
from inkwell_operator.backends.postgres.actions import ChangeRights
from inkwell_operator.backends.run import converge
from inkwell_operator.model.errors import NameTaken
from inkwell_operator.model.ownership import Mark
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.model.validate import ValidatedPipeline, ValidatedTenant
from support import backend_services as services
from support.backend_services import converged
from support.postgres_logins import as_admin, as_login, count, upload

pytestmark = pytest.mark.integration


def made_anew(tenant: ValidatedTenant, retained: RetainedData) -> ValidatedTenant:
    """Return the Tenant after somebody deleted it, kept its data, and made it again."""
    mark = replace(tenant.claim.mark, uid="a-later-uid")
    return replace(tenant, claim=replace(tenant.claim, mark=mark, retained=retained))


async def remark(resolved: ResolvedClass, tenant: ValidatedTenant, mark: Mark) -> None:
    """Write another mark on the tenant's schema."""
    schema = sql.Identifier(names.schema(tenant.name))
    async with as_admin(resolved.postgres) as session:
        found = await session.execute(
            "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s",
            [names.schema(tenant.name)],
        )
        ((comment,),) = await found.fetchall()
        facts = comment.rpartition(" ")[2]
        text = f"{mark.to_text()} {facts}"
        await session.execute(sql.SQL("COMMENT ON SCHEMA {} IS {}").format(schema, text))


@pytest.mark.parametrize("wish", RetainedData)
async def test_data_that_version_0_1_retained_are_refused_reused_or_erased(
    opened: PostgresBackend, resolved: ResolvedClass, tenant: ValidatedTenant, wish: RetainedData
) -> None:
    await upload(resolved.postgres, tenant, "invoices")
    await converge(opened, opened.desire(services.absent(tenant, retain=True)))
    await remark(resolved, tenant, Mark(tenant.name))
    later = made_anew(tenant, wish)
    try:
        outcome = await converged(opened, opened.desire(later))
        reasons = [refusal.reason for refusal in outcome.refusals]
        is_refused = wish is RetainedData.REFUSE
        assert reasons == ([Reason.RETAINED_DATA] if is_refused else [])
        left = await count(resolved.postgres, tenant)
        assert left == (0 if wish is RetainedData.ERASE else 1)
        assert not (is_refused and outcome.applied)
    finally:
        owner = replace(later, claim=replace(later.claim, retained=RetainedData.REUSE))
        await converged(opened, opened.desire(owner))
        await converged(opened, opened.desire(services.absent(later)))


async def test_a_live_tenant_of_version_0_1_is_deleted_with_its_data(
    opened: PostgresBackend, resolved: ResolvedClass, tenant: ValidatedTenant
) -> None:
    await remark(resolved, tenant, Mark(tenant.name))
    await converge(opened, opened.desire(services.absent(tenant)))
    async with as_admin(resolved.postgres) as session:
        query = "SELECT FROM pg_namespace WHERE nspname = %s"
        found = await session.execute(query, [names.schema(tenant.name)])
        assert await found.fetchone() is None


@pytest.mark.parametrize("wish", [RetainedData.REUSE, RetainedData.ERASE])
async def test_a_login_that_an_earlier_tenants_pipeline_left_leads_nowhere_any_more(
    opened: PostgresBackend,
    resolved: ResolvedClass,
    tenant: ValidatedTenant,
    pipeline: ValidatedPipeline,
    wish: RetainedData,
) -> None:
    await upload(resolved.postgres, tenant, pipeline.pipeline)
    left = pipeline.logins[Stage.ARCHIVE]
    later = made_anew(tenant, wish)
    async with as_login(resolved.postgres, left) as session:
        await session.execute("SELECT FROM documents")
        await converge(opened, opened.desire(replace(later, claim=tenant.claim)))
        await session.execute("SELECT FROM documents")
        try:
            await converged(opened, opened.desire(later))
            with pytest.raises(psycopg.OperationalError):
                await session.execute("SELECT FROM documents")
            with pytest.raises(psycopg.OperationalError):
                async with as_login(resolved.postgres, left):
                    pass
            left_rows = await count(resolved.postgres, tenant)
            assert left_rows == (1 if wish is RetainedData.REUSE else 0)
        finally:
            await converged(opened, opened.desire(services.absent(later)))


async def test_no_right_is_given_in_a_schema_that_changed_hands_since_the_plan(
    opened: PostgresBackend,
    resolved: ResolvedClass,
    tenant: ValidatedTenant,
    pipeline: ValidatedPipeline,
) -> None:
    login = pipeline.logins[Stage.ARCHIVE]
    revoke = sql.SQL("REVOKE ALL ON {} FROM {}").format(
        sql.Identifier(names.schema(tenant.name), "results"), sql.Identifier(login.principal)
    )
    async with as_admin(resolved.postgres) as session:
        await session.execute(revoke)
    desired = opened.desire(pipeline)
    (step,) = opened.diff(desired, await opened.observe(desired)).steps
    assert isinstance(step.action, ChangeRights)
    await remark(resolved, tenant, Mark(tenant.name, "another-installation", "x"))
    try:
        with pytest.raises(NameTaken):
            await opened.apply(step)
    finally:
        await remark(resolved, tenant, tenant.claim.mark)
    async with as_login(resolved.postgres, login) as session:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await session.execute("SELECT FROM results")
    await opened.apply(step)
    async with as_login(resolved.postgres, login) as session:
        await session.execute("SELECT pipeline FROM results")
