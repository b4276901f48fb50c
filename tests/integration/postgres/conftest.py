from collections.abc import AsyncIterator

import pytest

from inkwell_operator.backends.postgres import PostgresBackend
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.model.validate import ValidatedPipeline, ValidatedTenant
from support import backend_services as services


@pytest.fixture
def resolved() -> ResolvedClass:
    return services.resolved(services.connected("postgres"))


@pytest.fixture
async def opened(resolved: ResolvedClass) -> AsyncIterator[PostgresBackend]:
    backend = PostgresBackend(resolved.postgres)
    yield backend
    await backend.aclose()


@pytest.fixture
async def tenant(
    opened: PostgresBackend, resolved: ResolvedClass
) -> AsyncIterator[ValidatedTenant]:
    tenant = services.tenant(resolved)
    async with services.made((opened,), tenant):
        yield tenant


@pytest.fixture
async def pipeline(
    opened: PostgresBackend, tenant: ValidatedTenant
) -> AsyncIterator[ValidatedPipeline]:
    pipeline = services.pipeline(tenant)
    async with services.made((opened,), pipeline):
        yield pipeline
