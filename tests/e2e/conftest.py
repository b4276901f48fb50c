"""A cluster with the chart installed, and two tenants on it that belong to this run alone."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from inkwell_demo.backends.login import Logins
from inkwell_demo.cluster import Cluster
from inkwell_demo.demonstration.demonstration import Demonstration
from inkwell_documents.corpus import Form, Order, make
from support import limits
from support.cluster_fixtures import cluster, demo
from support.e2e_house import PIPELINE, House
from support.made_tenants import made, new_name

__all__ = ["cluster", "demo"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test pays for the installation, and several wait for pods again and again."""
    limits.allow(1800, items, Path(__file__).parent)


@pytest.fixture(scope="session")
def house(cluster: Cluster) -> Iterator[House]:
    """Two tenants with their pipelines, Ready; all of it is gone in the end."""
    alpha, beta = new_name("alpha"), new_name("beta")
    with made(cluster, alpha, beta) as maker:
        maker.pipeline(alpha, PIPELINE)
        maker.pipeline(beta, PIPELINE)
        built = House(cluster, Logins.of_class(cluster), maker, alpha, beta)
        with built.open_clients:
            yield built


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
