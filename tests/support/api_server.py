"""Fixtures for tests that need an API server, also with our kinds; a conftest imports them."""

import os
import subprocess
from pathlib import Path

import pytest

from support import make


@pytest.fixture(scope="session")
def kubeconfig() -> Path:
    """The file that says where the API server is."""
    path = Path(os.environ.get("KUBECONFIG", ""))
    if not path.is_file():
        if os.environ.get("REQUIRE_SERVICES") == "1":
            pytest.fail("KUBECONFIG names no file, and REQUIRE_SERVICES=1")
        pytest.skip("KUBECONFIG names no file")
    return path


@pytest.fixture(scope="session")
def kinds(kubeconfig: Path) -> None:
    """Our kinds, as they are in this checkout."""
    assert kubeconfig
    crds = str(make.ROOT / "crds")
    for command in (
        ["apply", "--server-side", "--force-conflicts", "--filename", crds],
        ["wait", "--for=condition=Established", "--timeout=60s", "--filename", crds],
    ):
        subprocess.run(["kubectl", *command], check=True, capture_output=True)
