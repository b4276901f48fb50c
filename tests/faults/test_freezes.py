"""A service that answers nothing for a minute, or is not there: uploads wait, and none is lost."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from inkwell_demo.waiting import until
from support.chaos.agreement import wait_until_agreed, wait_until_done
from support.chaos.killer import SERVICES, Killer
from support.chaos.load import Load
from support.chaos.plan import Target
from support.e2e_house import House
from support.made_tenants import BY_RULES

OUTAGE_SECONDS = 60.0
AROUND_SECONDS = 5.0
MOST = 400
THREADS = 6
PAUSE = 3.0
LEAST = 20
"""Uploads in an outage: a third of what a quick gateway takes."""


@pytest.fixture
def load(house: House, acknowledged: dict[str, list[str]]) -> Iterator[Load]:
    """Uploads to the pipeline that asks no model; in the end all is done and agreed upon."""
    clients = {BY_RULES: house.client(house.alpha, BY_RULES)}
    ids = acknowledged[BY_RULES]
    before = len(ids)
    with Load(clients, MOST, {BY_RULES: THREADS}, {BY_RULES: PAUSE}, acknowledged) as running:
        time.sleep(AROUND_SECONDS)
        yield running
        time.sleep(AROUND_SECONDS)
    assert len(ids) > before
    wait_until_done(house, BY_RULES)
    wait_until_agreed(house, BY_RULES, ids)


@pytest.mark.usefixtures("load")
@pytest.mark.parametrize("target", [Target.POSTGRES, Target.KAFKA, Target.CASSANDRA])
def test_a_frozen_service_loses_nothing(house: House, target: Target) -> None:
    with Killer(house.cluster, house.alpha).frozen(target):
        time.sleep(OUTAGE_SECONDS)


def test_uploads_go_on_while_kafka_is_not_there(house: House, load: Load) -> None:
    with without_kafka(house):
        before = len(load.acknowledged[BY_RULES])
        time.sleep(OUTAGE_SECONDS)
        assert len(load.acknowledged[BY_RULES]) > before + LEAST


@contextmanager
def without_kafka(house: House) -> Iterator[None]:
    """Take Kafka's pods away within the block."""

    def scale(replicas: int) -> None:
        change = {"spec": {"replicas": replicas}}
        house.cluster.patch("apps/v1", "StatefulSet", "kafka", change, SERVICES)

    def runs() -> bool:
        found = house.cluster.get("apps/v1", "StatefulSet", "kafka", SERVICES)
        assert found, "there is no Kafka to be taken away"
        return bool(found["status"].get("readyReplicas"))

    scale(0)
    try:
        until(lambda: not runs(), "Kafka to be gone", 120)
        yield
    finally:
        scale(1)
        until(runs, "Kafka to be back", 300)
