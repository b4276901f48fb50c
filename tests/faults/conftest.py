"""A tenant of its own on a cluster with the chart: one pipeline by rules, one that asks a model."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from inkwell_demo.backends.login import Logins
from inkwell_demo.cluster import Cluster
from support import figures, limits
from support.cluster_fixtures import cluster, demo
from support.e2e_house import House
from support.made_tenants import BY_MODEL, BY_RULES, made, new_name, pipeline_manifest

__all__ = ["cluster", "demo"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Two hundred kills and the way back take a quarter of an hour."""
    limits.allow(3600, items, Path(__file__).parent)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Publish the figures of a run that was long enough to say something."""
    if os.environ.get("INKWELL_CHAOS_PUBLISH") and session.testscollected:
        figures.publish()


@pytest.fixture(scope="session")
def house(cluster: Cluster) -> Iterator[House]:
    """The tenant, Ready; all of it is gone in the end."""
    tenant = new_name("chaos")
    with made(cluster, tenant) as maker:
        maker.pipeline(tenant, BY_RULES)
        usual = pipeline_manifest(tenant, BY_MODEL)["spec"]["extraction"]
        model = {"endpoint": "default", "name": "tiny-invoice"}
        extraction = {**usual, "engine": "Hybrid", "model": model}
        maker.pipeline(tenant, BY_MODEL, extraction=extraction)
        built = House(cluster, Logins.of_class(cluster), maker, tenant, tenant)
        with built.open_clients:
            yield built


@pytest.fixture(scope="session")
def acknowledged() -> dict[str, list[str]]:
    """Every document that a pipeline took in this run, by pipeline."""
    return {BY_RULES: [], BY_MODEL: []}
