"""A real API server: KUBECONFIG's.

Without one these tests are skipped; with REQUIRE_SERVICES=1 they fail.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from inkwell_api import names
from inkwell_operator.backends.kubernetes_api import KubernetesClient
from inkwell_operator.backends.kubernetes_api.client import connect
from inkwell_operator.backends.kubernetes_api.kinds import NAMESPACE
from inkwell_operator.model.validate import ValidatedTenant
from support import made_tenants, make
from support.api_server import kinds, kubeconfig
from support.tenant_room import Room

__all__ = ["kinds", "kubeconfig"]


@pytest.fixture
async def client(kubeconfig: Path) -> AsyncIterator[KubernetesClient]:
    """A connection to the API server."""
    assert kubeconfig
    client = KubernetesClient(await connect())
    yield client
    await client.aclose()


@pytest.fixture
async def tenant(client: KubernetesClient) -> AsyncIterator[ValidatedTenant]:
    """A suspended tenant with all of its objects: no pod runs."""
    found = make.tenant(
        made_tenants.new_name("hand"),
        suspended=True,
        pipelines={"invoices": make.pipeline_spec()},
        owners=[{"kind": "Group", "name": "oidc:admins"}],
    )
    yield found
    await client.delete(NAMESPACE, names.namespace(found.name))


@pytest.fixture
async def room(client: KubernetesClient, tenant: ValidatedTenant) -> Room:
    """A tenant that stands as desired."""
    made = Room(client, tenant)
    await made.bring()
    assert await made.bring() == ()
    return made
