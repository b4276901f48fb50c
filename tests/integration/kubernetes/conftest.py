"""A real API server: KUBECONFIG's.

Without one these tests are skipped; with REQUIRE_SERVICES=1 they fail.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from inkwell_operator.backends.kubernetes_api import KubernetesClient
from inkwell_operator.backends.kubernetes_api.client import connect
from support.api_server import kubeconfig

__all__ = ["kubeconfig"]


@pytest.fixture
async def client(kubeconfig: Path) -> AsyncIterator[KubernetesClient]:
    """A connection to the API server."""
    assert kubeconfig
    client = KubernetesClient(await connect())
    yield client
    await client.aclose()
