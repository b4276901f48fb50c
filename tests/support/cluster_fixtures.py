"""Fixtures for tests that need a cluster with the chart installed; a conftest imports them."""

import io
import os

import pytest
from rich.console import Console

from inkwell_demo.cluster import Cluster
from inkwell_demo.cluster.cluster import manifests
from inkwell_demo.demonstration import installation
from inkwell_demo.demonstration.demonstration import Demonstration, Options
from inkwell_demo.demonstration.screen import Screen

_SKIPPED = "KUBECONFIG is not set: these tests need a cluster that has the images and services"


@pytest.fixture(scope="session")
def demo() -> Demonstration:
    """The demonstration's way to the cluster of KUBECONFIG, silent."""
    if not os.environ.get("KUBECONFIG") and not os.environ.get("REQUIRE_SERVICES"):
        pytest.skip(_SKIPPED)
    quiet = Screen(Console(file=io.StringIO(), width=100))
    return Demonstration(Options(on_cluster=True), quiet)


@pytest.fixture(scope="session")
def cluster(demo: Demonstration) -> Cluster:
    """The cluster, with the chart installed and the class `standard` applied."""
    installation.install(demo)
    for manifest in manifests(demo.places.checkout / "manifests" / "examples"):
        if manifest["kind"] == "TenantClass":
            demo.cluster.apply(manifest)
    return demo.cluster
