from collections.abc import AsyncIterator

import pytest

from inkwell_operator.backends.postgres import PostgresBackend
from inkwell_operator.model.targets import ResolvedClass
from support import backend_services as services


@pytest.fixture
def resolved() -> ResolvedClass:
    return services.resolved(services.connected("postgres"))


@pytest.fixture
async def opened(resolved: ResolvedClass) -> AsyncIterator[PostgresBackend]:
    backend = PostgresBackend(resolved.postgres)
    yield backend
    await backend.aclose()
