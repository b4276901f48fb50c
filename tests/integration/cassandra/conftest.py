from collections.abc import AsyncIterator

import pytest

from inkwell_operator.backends.cassandra import CassandraBackend
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.model.validate import ValidatedTenant
from support import backend_services as services


@pytest.fixture
def resolved() -> ResolvedClass:
    return services.resolved(services.connected("cassandra"))


@pytest.fixture
async def opened(resolved: ResolvedClass) -> AsyncIterator[CassandraBackend]:
    backend = CassandraBackend(resolved.cassandra)
    yield backend
    await backend.aclose()


@pytest.fixture
async def tenant(
    opened: CassandraBackend, resolved: ResolvedClass
) -> AsyncIterator[ValidatedTenant]:
    tenant = services.tenant(resolved)
    async with services.made((opened,), tenant):
        yield tenant
