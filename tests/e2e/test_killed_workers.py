"""A worker killed in the middle of a document: the document still arrives, and only once."""

import uuid

import httpx
import pytest

from inkwell_api import names
from inkwell_api.document import DocumentState
from inkwell_api.names import PIPELINE_STAGES, EventKind, Stage
from inkwell_demo.backends import kafka
from inkwell_demo.backends.login import Login
from inkwell_demo.client import DocumentClient
from inkwell_demo.waiting import until
from inkwell_documents.corpus import Form, Order, Sample, make
from support.e2e_house import PIPELINE, House

SEED = 404
LONG = 240
UNFINISHED = "inkwell_stage_unfinished_documents"


@pytest.fixture(scope="module")
def client(house: House) -> DocumentClient:
    """The first tenant's machine."""
    return house.client(house.alpha)


def pods(house: House, stage: Stage) -> list[str]:
    """Name the pods of a stage of the first tenant."""
    own = names.GATEWAY_WORKLOAD if stage is Stage.GATEWAY else names.workload(PIPELINE, stage)
    found = house.cluster.list_all("v1", "Pod", names.namespace(house.alpha))
    return [
        pod["metadata"]["name"]
        for pod in found
        if pod["spec"].get("serviceAccountName") == own and pod["status"].get("phase") == "Running"
    ]


def unfinished(house: House, pod: str) -> float:
    """Read from a worker's metrics how many documents it has begun and not finished."""
    url = "http://localhost:9090/metrics"
    ask = f"import urllib.request as r; print(r.urlopen('{url}').read().decode())"
    text = house.cluster.run_in(names.namespace(house.alpha), pod, ["python3", "-c", ask])
    lines = [line for line in text.splitlines() if line.startswith(UNFINISHED)]
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines)


def kill(house: House, stage: Stage) -> None:
    """Kill every pod of a stage without a word; there is one at least."""
    for pod in until(lambda: pods(house, stage) or None, f"a pod of {stage}", LONG):
        house.cluster.delete("v1", "Pod", pod, names.namespace(house.alpha), grace_seconds=0)


def assert_arrived_once(house: House, client: DocumentClient, ids: list[str]) -> None:
    """Check states, histories, results and events: each document is there once."""
    for document_id in ids:
        status = client.wait(document_id, timeout=LONG)
        assert status.state in {DocumentState.ARCHIVED, DocumentState.NEEDS_REVIEW}
        states = [state for state, _ in status.history]
        assert len(states) == len(set(states)), states
        assert client.result(document_id)["version"] == 1
    topic = names.topic(house.alpha, PIPELINE, EventKind.ARCHIVED)
    login = house.logins.kafka()

    def told() -> list[str] | None:
        keys = keys_of_events(login, topic)
        return keys if set(ids) <= set(keys) else None

    # An archive that comes back tells at once, or after half a minute where its lock was yet held.
    keys = until(told, f"every document to be told in {topic}", LONG)
    assert {each: keys.count(each) for each in ids} == dict.fromkeys(ids, 1)


def keys_of_events(login: Login, topic: str) -> list[str]:
    """Return the key of each event; one that a death between Kafka and outbox repeats counts once.

    A repeated event is the same, to the byte.
    """
    records = {(record.key(), record.value()) for record in kafka.records(login, topic)}
    return [(key or b"").decode() for key, _ in records]


def test_a_document_survives_the_death_of_the_ocr_that_was_reading_it(
    house: House, client: DocumentClient
) -> None:
    pod = until(lambda: the_only(pods(house, Stage.OCR)), "one pod of OCR", LONG)
    # So many that it still reads when that has been seen from outside.
    order = Order(form=Form.SCANNED_PDF, layout="letter", lines=60)
    samples = [make(SEED, index, order) for index in range(6)]
    ids = [client.upload(each.name, each.content, each.content_type.value) for each in samples]
    until(lambda: unfinished(house, pod) > 0, f"{pod} to begin with the documents", 60)
    assert client.status(ids[-1]).state is DocumentState.UPLOADED
    kill(house, Stage.OCR)
    assert_arrived_once(house, client, ids)


def the_only(names_of_pods: list[str]) -> str | None:
    """Return the one name, or None while there is none or another."""
    return names_of_pods[0] if len(names_of_pods) == 1 else None


@pytest.mark.parametrize("stage", [Stage.GATEWAY, *PIPELINE_STAGES])
def test_killing_a_stage_while_documents_flow_loses_none_and_doubles_none(
    house: House, client: DocumentClient, stage: Stage
) -> None:
    samples = [make(SEED, 10 + index, Order(form=Form.BORN_DIGITAL)) for index in range(12)]
    ids: list[str] = []
    for index, sample in enumerate(samples):
        if index == len(samples) // 2:
            kill(house, stage)
        ids.append(upload(client, sample))
    assert len(set(ids)) == len(samples)
    assert_arrived_once(house, client, ids)


def upload(client: DocumentClient, sample: Sample) -> str:
    """Upload as a careful client does: again, with the same key, when the gateway went away."""
    key = str(uuid.uuid4())

    def taken() -> str | None:
        try:
            return client.upload(sample.name, sample.content, "application/pdf", key)
        except httpx.TransportError:
            return None

    return until(taken, "the gateway to take a document", LONG)
