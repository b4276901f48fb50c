"""The chart, rendered, and a server that judges what it renders."""

import os
import shutil
import subprocess
from collections.abc import Callable

import pytest

from support.chart import Manifest, RefusedValues, objects, template

Render = Callable[..., list[Manifest]]


@pytest.fixture(scope="session")
def render() -> Render:
    """Return a function from `--set` values to the objects that would be made."""

    def rendered(*values: str) -> list[Manifest]:
        return objects(*(f"--set={value}" for value in values))

    return rendered


@pytest.fixture(scope="session")
def refused(render: Render) -> Callable[..., str]:
    """Return a function from `--set` values to helm's reason not to take them."""

    def reason(*values: str) -> str:
        with pytest.raises(RefusedValues) as caught:
            render(*values)
        return str(caught.value)

    return reason


@pytest.fixture(scope="session")
def chart_text() -> str:
    """Return the whole chart as it would be applied, CRDs too."""
    return template("--include-crds", "--skip-tests")


@pytest.fixture(scope="session")
def server_side() -> Callable[[str], str]:
    """Return a function that lets the API server judge manifests, without keeping them."""
    kubectl = shutil.which("kubectl")
    if not (os.environ.get("KUBECONFIG") and kubectl):
        assert not os.environ.get("REQUIRE_SERVICES"), "no cluster: run `make up`"
        pytest.skip("no cluster: run `make up`")

    def judged(text: str) -> str:
        done = subprocess.run(
            [kubectl, "apply", "--server-side", "--force-conflicts", "--dry-run=server",
             "--validate=strict", "--filename=-"],
            input=text, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    return judged
