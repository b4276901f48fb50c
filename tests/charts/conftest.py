"""Renders the chart as `helm install` would, without a cluster."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "charts" / "inkwell"

Manifest = dict[str, Any]
Render = Callable[..., list[Manifest]]


class RefusedValues(Exception):
    """Helm did not take the values; the message is its own."""


def helm(*arguments: str) -> str:
    """Run helm and return what it prints.

    Raises:
        RefusedValues: helm failed.
    """
    program = shutil.which("helm")
    assert program, "helm is missing: run `make tools`"
    done = subprocess.run(
        [program, *arguments], capture_output=True, text=True, check=False, timeout=60
    )
    if done.returncode != 0:
        raise RefusedValues(done.stderr)
    return done.stdout


def template(*arguments: str) -> str:
    """Render the chart with further arguments of `helm template`."""
    return helm(
        "template", "inkwell", str(CHART), "--namespace=inkwell-system", "--kube-version=1.34.0",
        *arguments,
    )  # fmt: skip


@pytest.fixture(scope="session")
def render() -> Render:
    """Return a function from `--set` values to the objects that would be made."""

    def rendered(*values: str) -> list[Manifest]:
        text = template(*(f"--set={value}" for value in values))
        return [item for item in yaml.safe_load_all(text) if item]

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
