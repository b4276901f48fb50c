"""A cluster with the chart installed, and two tenants on it that belong to this run alone."""

import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from inkwell_demo.backends.login import Logins
from inkwell_demo.cluster import Cluster
from inkwell_demo.cluster.cluster import OWN, manifests
from inkwell_demo.demonstration import installation
from inkwell_demo.demonstration.demonstration import Demonstration, Options
from inkwell_demo.demonstration.screen import Screen
from inkwell_demo.documents.corpus import Form, Order, make
from support.e2e_house import PIPELINE, House
from support.made_tenants import made, new_name

SKIPPED = "KUBECONFIG is not set: these tests need a cluster that has the images and services"


@pytest.fixture(scope="session")
def demo() -> Demonstration:
    """The demonstration's way to the cluster of KUBECONFIG, silent."""
    if not os.environ.get("KUBECONFIG") and not os.environ.get("REQUIRE_SERVICES"):
        pytest.skip(
            "KUBECONFIG is not set: end-to-end tests need a cluster with images and services"
        )
    quiet = Screen(Console(file=io.StringIO(), width=100))
    return Demonstration(Options(on_cluster=True), quiet)


@pytest.fixture(scope="session")
def cluster(demo: Demonstration) -> Cluster:
    """The cluster, with the chart installed and the class `standard` applied."""
    installation.install(demo)
    for manifest in manifests(demo.places.checkout / "manifests" / "examples"):
        if manifest["kind"] == "TenantClass":
            assert manifest["apiVersion"] == OWN
            demo.cluster.apply(manifest)
    return demo.cluster


@pytest.fixture(scope="session")
def house(cluster: Cluster) -> Iterator[House]:
    """Two tenants with their pipelines, Ready; all of it is gone in the end."""
    alpha, beta = new_name("alpha"), new_name("beta")
    with made(cluster, alpha, beta) as maker:
        maker.pipeline(alpha, PIPELINE)
        maker.pipeline(beta, PIPELINE)
        yield House(cluster, Logins.of_class(cluster), maker, alpha, beta)


@pytest.fixture(scope="session")
def shared_data(demo: Demonstration) -> Path:
    """The folder of real documents beside the checkout, which are not the project's to publish."""
    beside = demo.places.checkout.parent / "shared" / "data"
    folder = Path(os.environ.get("INKWELL_SHARED_DATA") or beside)
    if not folder.is_dir():
        pytest.skip(
            f"no real documents: {folder} is absent; INKWELL_SHARED_DATA names another folder"
        )
    return folder


@pytest.fixture(scope="session")
def documents_to_steal(house: House) -> None:
    """Leave a document in each tenant, so that there is something to be had."""
    sample = make(99, 0, Order(form=Form.BORN_DIGITAL))
    for tenant in (house.alpha, house.beta):
        with house.client(tenant) as client:
            client.wait(client.upload(sample.name, sample.content, "application/pdf"), timeout=180)
