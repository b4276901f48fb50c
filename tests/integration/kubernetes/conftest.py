"""A real API server: KUBECONFIG's.

Without one these tests are skipped; with REQUIRE_SERVICES=1 they fail.
"""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from inkwell_operator.backends.kubernetes import KubernetesClient
from inkwell_operator.backends.kubernetes.client import connect


@pytest.fixture
def kubeconfig() -> Path:
    """The file that says where the API server is."""
    path = Path(os.environ.get("KUBECONFIG", ""))
    if not path.is_file():
        if os.environ.get("REQUIRE_SERVICES") == "1":
            pytest.fail("KUBECONFIG names no file, and REQUIRE_SERVICES=1")
        pytest.skip("KUBECONFIG names no file")
    return path


@pytest.fixture
async def client(kubeconfig: Path) -> AsyncIterator[KubernetesClient]:
    """A connection to the API server."""
    assert kubeconfig
    client = KubernetesClient(await connect())
    yield client
    await client.aclose()
