from collections.abc import AsyncIterator

import pytest

from inkwell_operator.backends.keycloak import KeycloakBackend
from inkwell_operator.model.targets import ResolvedClass
from support import backend_services as services


@pytest.fixture
def resolved() -> ResolvedClass:
    return services.resolved(services.connected("keycloak"))


@pytest.fixture
async def opened(resolved: ResolvedClass) -> AsyncIterator[KeycloakBackend]:
    backend = KeycloakBackend(resolved.keycloak)
    yield backend
    await backend.aclose()
