from collections.abc import AsyncIterator

import pytest

from inkwell_operator.backends.keycloak import KeycloakBackend
from inkwell_operator.backends.keycloak.client import AdminClient
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.model.validate import ValidatedPipeline, ValidatedTenant
from support import backend_services as services


@pytest.fixture
def resolved() -> ResolvedClass:
    return services.resolved(services.connected("keycloak"))


@pytest.fixture
async def opened(resolved: ResolvedClass) -> AsyncIterator[KeycloakBackend]:
    backend = KeycloakBackend(resolved.keycloak)
    yield backend
    await backend.aclose()


@pytest.fixture
async def tenant(
    opened: KeycloakBackend, resolved: ResolvedClass
) -> AsyncIterator[ValidatedTenant]:
    tenant = services.tenant(resolved)
    async with services.made((opened,), tenant):
        yield tenant


@pytest.fixture
async def pipeline(
    opened: KeycloakBackend, tenant: ValidatedTenant
) -> AsyncIterator[ValidatedPipeline]:
    pipeline = services.pipeline(tenant)
    async with services.made((opened,), pipeline):
        yield pipeline


@pytest.fixture
async def admin(resolved: ResolvedClass) -> AsyncIterator[AdminClient]:
    """Somebody who changes things behind the operator's back."""
    admin = AdminClient(resolved.keycloak)
    yield admin
    await admin.aclose()
