"""What is not ours in PostgreSQL is never touched, what is an earlier Tenant's waits for a word."""

from dataclasses import replace

import pytest
from psycopg import sql

from inkwell_api import names
from inkwell_api.class_endpoints import PostgresIsolation
from inkwell_api.conditions import Reason
from inkwell_api.names import Stage
from inkwell_api.tenant import RetainedData
from inkwell_operator.backends.postgres import PostgresBackend
from inkwell_operator.backends.run import converge, preview
from inkwell_operator.model.ownership import Mark
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.model.validate import ValidatedPipeline, ValidatedTenant
from support import backend_services as services
from support.backend_services import converged
from support.postgres_logins import as_admin, as_login, count, upload

pytestmark = pytest.mark.integration


@pytest.fixture(params=PostgresIsolation)
def isolation(request: pytest.FixtureRequest) -> PostgresIsolation:
    """Run for both."""
    return PostgresIsolation(request.param)


def of_installation(tenant: ValidatedTenant, installation: str, uid: str = "") -> ValidatedTenant:
    """Return the tenant of the same name in another installation, or made anew in this one."""
    mark = Mark(tenant.name, installation, uid or tenant.claim.mark.uid)
    return replace(tenant, claim=replace(tenant.claim, mark=mark))


@pytest.mark.parametrize("isolation", [PostgresIsolation.SCHEMA])
async def test_a_schema_of_somebody_else_is_left_alone_and_so_is_all_that_leads_into_it(
    opened: PostgresBackend, resolved: ResolvedClass
) -> None:
    tenant = services.tenant(resolved)
    pipeline = services.pipeline(tenant)
    schema = sql.Identifier(names.schema(tenant.name))
    async with as_admin(resolved.postgres) as session:
        await session.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
        try:
            await session.execute(sql.SQL("CREATE TABLE {}.theirs (x int)").format(schema))
            for subject in (tenant, pipeline):
                outcome = await converge(opened, opened.desire(subject))
                (refusal,) = outcome.refusals
                assert refusal.reason is Reason.NAME_TAKEN
                assert "1 table)" in refusal.message
                assert outcome.applied == ()
            for gone in (pipeline, tenant):
                absent = opened.desire(services.absent(gone))
                assert (await converge(opened, absent)).applied == ()
            found = await session.execute(
                "SELECT count(*) FROM pg_roles WHERE rolname LIKE %s", [f"{tenant.name}.%"]
            )
            assert await found.fetchone() == (0,)
        finally:
            await session.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(schema))


async def test_what_may_be_swept_is_this_very_tenants_alone(
    opened: PostgresBackend, tenant: ValidatedTenant, pipeline: ValidatedPipeline
) -> None:
    """A cluster that is rebuilt from Git has its Tenants before it has their pipelines."""
    assert await opened.pipelines(tenant.claim) == {pipeline.pipeline}
    anew = of_installation(tenant, tenant.claim.mark.installation, "made-anew").claim
    assert await opened.pipelines(replace(anew, takes_back=True)) == frozenset()
    assert await opened.pipelines(replace(anew, retained=RetainedData.REUSE)) == frozenset()
    older = replace(tenant.claim, mark=Mark(tenant.name, "another"))
    assert await opened.pipelines(older) == frozenset()


async def test_two_installations_on_one_database_never_touch_each_others(
    opened: PostgresBackend,
    resolved: ResolvedClass,
    tenant: ValidatedTenant,
    pipeline: ValidatedPipeline,
) -> None:
    document_id = await upload(resolved.postgres, tenant, pipeline.pipeline)
    staging = of_installation(tenant, "staging")
    theirs = replace(pipeline, claim=staging.claim)
    for subject in (staging, theirs):
        outcome = await converge(opened, opened.desire(subject))
        assert (outcome.applied, len(outcome.refusals)) == ((), 1)
    claim = staging.claim
    assert await opened.document_ids(claim, pipeline.pipeline, 9) == ()
    await opened.delete_documents(claim, pipeline.pipeline, [document_id])
    for subject in (theirs, staging):
        assert (await converge(opened, opened.desire(services.absent(subject)))).applied == ()
    assert await count(resolved.postgres, tenant) == 1
    for login in (tenant.gateway, pipeline.logins[Stage.ARCHIVE]):
        async with as_login(resolved.postgres, login):
            pass


@pytest.mark.parametrize("wish", RetainedData)
async def test_data_of_an_earlier_tenant_are_refused_reused_or_erased(
    opened: PostgresBackend, resolved: ResolvedClass, tenant: ValidatedTenant, wish: RetainedData
) -> None:
    await upload(resolved.postgres, tenant, "invoices")
    await converge(opened, opened.desire(services.absent(tenant, retain=True)))
    later = of_installation(tenant, tenant.claim.mark.installation, "a-later-uid")
    later = replace(later, claim=replace(later.claim, retained=wish))
    try:
        outcome = await converged(opened, opened.desire(later))
        assert bool(outcome.refusals) == (wish is RetainedData.REFUSE)
        left = await count(resolved.postgres, tenant)
        assert left == (0 if wish is RetainedData.ERASE else 1)
        if wish is not RetainedData.REFUSE:
            await upload(resolved.postgres, later, "invoices")
    finally:
        await converged(opened, opened.desire(services.absent(later)))


async def test_documents_are_erased_portion_by_portion_and_gone_on_with_after_a_crash(
    opened: PostgresBackend,
    resolved: ResolvedClass,
    tenant: ValidatedTenant,
    pipeline: ValidatedPipeline,
) -> None:
    own = {await upload(resolved.postgres, tenant, pipeline.pipeline) for _ in range(5)}
    other = await upload(resolved.postgres, tenant, "receipts")
    claim, erased = tenant.claim, set[str]()
    while ids := await opened.document_ids(claim, pipeline.pipeline, 2):
        assert len(ids) <= 2
        again = await opened.document_ids(claim, pipeline.pipeline, 2)
        assert again == ids  # as after a crash between reading and deleting
        await opened.delete_documents(claim, pipeline.pipeline, [*ids, other])
        erased |= set(ids)
    assert erased == own
    assert await count(resolved.postgres, tenant) == 1
    assert (await preview(opened, opened.desire(tenant))).planned == ()
