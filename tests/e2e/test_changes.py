"""A pipeline that changes: what can be done is done, and what cannot is refused with a reason."""

import threading
from collections.abc import Iterator

import httpx
import pytest

from inkwell_api import names
from inkwell_api.conditions import Reason
from inkwell_api.document import DocumentState
from inkwell_api.names import PIPELINE_STAGES, Stage
from inkwell_api.pipeline import DocumentPipeline
from inkwell_demo.backends import kafka
from inkwell_demo.client import DocumentClient
from inkwell_demo.cluster import Cluster
from inkwell_demo.cluster.cluster import OWN
from inkwell_demo.waiting import until
from inkwell_documents.corpus import Form, Order, make
from support.e2e_house import PIPELINE, House

MANY_ANSWERS = 20


@pytest.fixture
def _usual_again(house: House) -> Iterator[None]:
    """Leave the pipeline with as many partitions as it has come to have."""
    yield
    house.maker.pipeline(house.beta, PIPELINE, topics={"partitions": 3, "retention": "1d"})


def partitions(house: House) -> set[int]:
    """Return the partition counts of the pipeline's topics."""
    prefix = f"{house.beta}.{PIPELINE}."
    return {topic.partitions for topic in kafka.topics(house.logins.kafka(), prefix)}


@pytest.mark.usefixtures("_usual_again")
def test_partitions_grow_and_never_shrink(house: House) -> None:
    house.maker.pipeline(house.beta, PIPELINE, topics={"partitions": 3, "retention": "1d"})
    assert partitions(house) == {3}
    set_partitions(house.cluster, house.beta, 1)
    refused = house.maker.wait_pipeline(
        house.beta, PIPELINE, lambda ready: ready.reason == Reason.REFUSED
    )
    assert refused.status.value == "False"
    assert "3 partitions" in refused.message
    assert "cannot shrink to 1" in refused.message
    assert partitions(house) == {3}
    assert_a_document_goes_through(house)


def test_nobody_is_turned_away_while_the_gateway_is_replaced(house: House) -> None:
    machine = house.client(house.beta).machine
    failures: list[str] = []
    answers: list[int] = []
    over = threading.Event()

    def ask_on_new_connections() -> None:
        while not over.wait(0.1):
            try:
                with DocumentClient(machine, tokens=tokens) as client:
                    path = f"/v1/pipelines/{PIPELINE}/documents"
                    answers.append(client.ask("GET", path).status_code)
            except httpx.TransportError as error:
                failures.append(repr(error))

    tokens = house.client(house.beta).tokens
    asking = threading.Thread(target=ask_on_new_connections)
    asking.start()
    try:
        # A further pipeline is a further entry in what the gateway is told at its start.
        house.maker.pipeline(house.beta, "further")
        wait_until_one_gateway_is_left(house)
        until(lambda: len(answers) > MANY_ANSWERS, "enough answers", 120)
    finally:
        over.set()
        asking.join()
        remove_pipeline(house, "further")
    assert failures == []
    assert set(answers) == {200}


def wait_until_one_gateway_is_left(house: House) -> None:
    """Wait until the pod of the old gateway is gone."""

    def is_alone() -> bool:
        selector = f"{names.LABEL_STAGE}={Stage.GATEWAY.value}"
        return len(house.cluster.list_all("v1", "Pod", names.namespace(house.beta), selector)) == 1

    until(is_alone, "the old gateway's pod to go", 120)


def remove_pipeline(house: House, name: str) -> None:
    """Delete a pipeline and wait until it is gone, so that the next test meets none of its pods."""
    namespace = names.namespace(house.beta)
    house.cluster.delete(OWN, DocumentPipeline.KIND, name, namespace)
    until(
        lambda: house.cluster.get(OWN, DocumentPipeline.KIND, name, namespace) is None,
        f"pipeline {name} to go",
        120,
    )


def assert_a_document_goes_through(house: House, pipeline: str = PIPELINE) -> None:
    """Upload a document and see it archived."""
    sample = make(12, 0, Order(form=Form.BORN_DIGITAL, layout="letter"))
    with house.client(house.beta, pipeline) as client:
        document_id = client.upload(sample.name, sample.content, "application/pdf")
        assert client.wait(document_id, timeout=180).state is DocumentState.ARCHIVED


def set_partitions(cluster: Cluster, tenant: str, count: int) -> None:
    """Ask for another number of partitions."""
    change = {"spec": {"topics": {"partitions": count}}}
    cluster.patch(OWN, "DocumentPipeline", PIPELINE, change, names.namespace(tenant))


@pytest.fixture
def _awake_again(house: House) -> Iterator[None]:
    """Leave the tenant awake, whatever came of the test: all others need it."""
    yield
    house.cluster.patch(OWN, "Tenant", house.beta, {"spec": {"suspended": False}})


@pytest.mark.usefixtures("_awake_again")
def test_a_suspended_tenant_has_no_workers_and_wakes_with_all_it_had(house: House) -> None:
    namespace = names.namespace(house.beta)
    house.cluster.patch(OWN, "Tenant", house.beta, {"spec": {"suspended": True}})
    house.maker.wait_tenant(house.beta, lambda ready: ready.reason == Reason.SUSPENDED)
    house.maker.wait_pipeline(house.beta, PIPELINE, lambda ready: ready.reason == Reason.SUSPENDED)
    deployments = house.cluster.list_all("apps/v1", "Deployment", namespace)
    assert {each["spec"]["replicas"] for each in deployments} == {0}
    house.cluster.patch(OWN, "Tenant", house.beta, {"spec": {"suspended": False}})
    house.maker.wait_tenant(house.beta, lambda ready: ready.status.value == "True")
    house.maker.wait_pipeline(house.beta, PIPELINE, lambda ready: ready.status.value == "True")
    assert_a_document_goes_through(house)


def test_a_pipeline_that_sleeps_wakes_for_a_document(house: House) -> None:
    asleep = {stage.value: {"minReplicas": 0, "maxReplicas": 1} for stage in PIPELINE_STAGES}
    house.maker.pipeline(house.beta, "night", scaling=asleep)
    namespace = names.namespace(house.beta)
    stages = [
        house.cluster.get("apps/v1", "Deployment", names.workload("night", stage), namespace)
        for stage in PIPELINE_STAGES
    ]
    assert [each["spec"]["replicas"] for each in stages if each] == [0, 0, 0]
    assert_a_document_goes_through(house, "night")
