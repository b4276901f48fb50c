"""A fixture for tests that need an API server and no more; a conftest imports it."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def kubeconfig() -> Path:
    """The file that says where the API server is."""
    path = Path(os.environ.get("KUBECONFIG", ""))
    if not path.is_file():
        if os.environ.get("REQUIRE_SERVICES") == "1":
            pytest.fail("KUBECONFIG names no file, and REQUIRE_SERVICES=1")
        pytest.skip("KUBECONFIG names no file")
    return path
