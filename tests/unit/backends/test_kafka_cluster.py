"""A Kafka that hangs, that was given up, and that says why it does not answer."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from types import SimpleNamespace
from typing import Any, cast

import pytest
from confluent_kafka import KafkaError
from kafka.errors import KafkaConnectionError

from inkwell_operator.backends.http_client import CertificateRefused, GivenUp
from inkwell_operator.backends.kafka import KafkaBackend, errors
from inkwell_operator.backends.kafka.client import Client, text_of
from inkwell_operator.backends.kafka.cluster import Cluster
from inkwell_operator.backends.kafka.complaints import Complaints
from inkwell_operator.backends.kafka.desire import desire
from inkwell_operator.backends.kafka.observe import Observer, Part
from inkwell_operator.backends.kafka.wire import WireClient
from inkwell_operator.model.errors import (
    AccessDenied,
    DependencyNotReady,
    InkwellError,
    TimedOut,
    Unreachable,
)
from support import make

BLOCKED = 5
REFUSED, NO_ANSWER, TRANSPORT = -169, -185, -195


TARGET = make.resolved().kafka


class HungAdmin:
    """Both drivers' admin client of a Kafka that takes calls and never answers."""

    def __init__(self) -> None:
        self.answer = threading.Event()
        self._manager = self

    def run(self, *_: object) -> None:
        self.answer.wait()
        raise KafkaConnectionError

    def list_topics(self, **_: object) -> None:
        self.run()

    def poll(self, _: float) -> int:
        return 0


async def test_five_calls_of_a_hung_kafka_hold_up_no_thread_of_anybody_else() -> None:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    cluster, hung = Cluster(TARGET), HungAdmin()
    wire, client = WireClient(cluster), Client(cluster)
    wire._admin, client._admin = hung, cast("Any", hung)
    calls = [asyncio.ensure_future(wire.quotas(["acme.gateway"])) for _ in range(BLOCKED - 1)]
    listing = asyncio.ensure_future(client.topics(None))
    await asyncio.sleep(0.1)
    try:
        async with asyncio.timeout(1.0):
            await asyncio.to_thread(time.monotonic)
        assert not any(call.done() for call in (*calls, listing))
    finally:
        hung.answer.set()
    for result in await asyncio.gather(*calls, return_exceptions=True):
        assert isinstance(result, Unreachable)
    with suppress(KafkaConnectionError):
        await listing
    cluster.close()


async def test_a_backend_that_was_given_up_opens_no_connection_again() -> None:
    backend = KafkaBackend(TARGET)
    await backend.aclose()
    with pytest.raises(GivenUp):
        await backend.observe(desire(make.pipeline()))
    with pytest.raises(GivenUp):
        await backend.read_lag({"acme.invoices.ocr": ["acme.invoices.uploaded"]})


def test_the_refusal_of_last_week_does_not_explain_todays_time_out() -> None:
    now = [100.0]
    complaints = Complaints(lambda: now[0])
    complaints.hear(KafkaError(REFUSED))
    now[0] = 200.0
    assert complaints.explain(KafkaError(NO_ANSWER), 150.0).code() == NO_ANSWER


def test_a_refusal_meanwhile_explains_a_time_out_whatever_was_told_after_it() -> None:
    complaints = Complaints(lambda: 100.0)
    for code in (TRANSPORT, REFUSED, TRANSPORT):
        complaints.hear(KafkaError(code))
    assert complaints.explain(KafkaError(NO_ANSWER), 50.0).code() == REFUSED


def test_a_failed_handshake_meanwhile_explains_a_time_out_too() -> None:
    complaints = Complaints(lambda: 100.0)
    handshake = "SSL handshake failed: Disconnected: connecting to a PLAINTEXT broker listener?"
    complaints.hear(KafkaError(TRANSPORT, "Connect failed"))
    complaints.hear(KafkaError(TRANSPORT, handshake))
    explained = complaints.explain(KafkaError(NO_ANSWER), 50.0)
    assert text_of(explained).startswith("no TLS connection; ")


@pytest.mark.parametrize(
    ("code", "kind", "word"), [(33, AccessDenied, "SASL"), (54, DependencyNotReady, "Security")]
)
def test_a_kafka_that_is_set_up_otherwise_is_told_in_its_own_words(
    code: int, kind: type[InkwellError], word: str
) -> None:
    error = errors.translate(code, KafkaError(code).str())
    assert type(error) is kind
    assert word in error.message


def test_an_answer_of_kafka_needs_no_explanation() -> None:
    complaints = Complaints(lambda: 100.0)
    complaints.hear(KafkaError(REFUSED))
    exists = KafkaError(errors.TOPIC_EXISTS)
    assert complaints.explain(exists, 50.0) is exists


@pytest.mark.parametrize(
    "late", [errors.certificate_refused("kafka-admin"), Unreachable("Kafka: no TLS connection")]
)
async def test_what_one_driver_tells_late_says_more_than_the_others_time_out(
    late: InkwellError,
) -> None:
    async def time_out(*_: object) -> None:
        raise TimedOut("Kafka did not answer in time")

    async def tell(*_: object) -> None:
        await asyncio.sleep(0.01)
        raise late

    client: Any = SimpleNamespace(topics=time_out, acls=tell)
    wire: Any = SimpleNamespace(logins=time_out, quotas=time_out)
    with pytest.raises(type(late)) as caught:
        await Observer(client, wire, client, client).read(frozenset({Part("acme")}))
    assert caught.value is late


def test_a_refused_login_names_the_secret_that_holds_it() -> None:
    error = errors.translate(REFUSED, "Local: Authentication failure", "kafka-admin")
    assert isinstance(error, AccessDenied)
    assert error.message == "Kafka refused the operator's login: correct it in Secret kafka-admin"


def test_a_certificate_that_is_not_trusted_is_told_as_such() -> None:
    error = errors.translate(errors.TLS, "certificate verify failed", "kafka-admin")
    assert isinstance(error, CertificateRefused)
    assert error.message.endswith("put its authority into ca.crt of Secret kafka-admin")
