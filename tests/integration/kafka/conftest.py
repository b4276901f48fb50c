from collections.abc import AsyncIterator

import pytest

from inkwell_operator.backends.kafka import KafkaBackend
from inkwell_operator.model.targets import ResolvedClass
from support import backend_services as services


@pytest.fixture
def resolved() -> ResolvedClass:
    return services.resolved(services.connected("kafka", "registry"))


@pytest.fixture
async def opened(resolved: ResolvedClass) -> AsyncIterator[KafkaBackend]:
    backend = KafkaBackend(resolved.kafka)
    yield backend
    await backend.aclose()
