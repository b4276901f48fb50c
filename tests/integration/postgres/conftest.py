from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from inkwell_api.class_endpoints import PostgresIsolation
from inkwell_operator.backends.postgres import PostgresBackend
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.model.validate import ValidatedPipeline, ValidatedTenant
from support import backend_services as services


@pytest.fixture
def isolation() -> PostgresIsolation:
    """What tenants have of their own; a module that overrides it runs for both."""
    return PostgresIsolation.SCHEMA


@pytest.fixture
def resolved(isolation: PostgresIsolation) -> ResolvedClass:
    found = services.resolved(services.connected("postgres"))
    return replace(found, postgres=replace(found.postgres, isolation=isolation))


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
