from collections.abc import AsyncIterator

import pytest

from inkwell_operator.backends.kafka import KafkaBackend
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.model.validate import ValidatedPipeline, ValidatedTenant
from support import backend_services as services
from support.kafka_administrator import KafkaAdministrator


@pytest.fixture
def resolved() -> ResolvedClass:
    return services.resolved(services.connected("kafka", "registry"))


@pytest.fixture
async def opened(resolved: ResolvedClass) -> AsyncIterator[KafkaBackend]:
    backend = KafkaBackend(resolved.kafka)
    yield backend
    await backend.aclose()


@pytest.fixture
async def tenant(opened: KafkaBackend, resolved: ResolvedClass) -> AsyncIterator[ValidatedTenant]:
    tenant = services.tenant(resolved)
    async with services.made((opened,), tenant):
        yield tenant


@pytest.fixture
async def pipeline(
    opened: KafkaBackend, tenant: ValidatedTenant
) -> AsyncIterator[ValidatedPipeline]:
    pipeline = services.pipeline(tenant)
    async with services.made((opened,), pipeline):
        yield pipeline


@pytest.fixture
def administrator(resolved: ResolvedClass) -> KafkaAdministrator:
    return KafkaAdministrator(resolved.kafka)
