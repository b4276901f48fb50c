"""From an upload to a row: every form and language arrives in all backends with its truth."""

import json
from decimal import Decimal

import pytest
from psycopg import sql

from inkwell_api import names
from inkwell_api.document import DocumentState
from inkwell_api.names import EventKind
from inkwell_demo.backends import cassandra, kafka, postgres
from inkwell_demo.client import Status
from inkwell_demo.waiting import until
from inkwell_documents.corpus import Form, Order, Sample, make
from inkwell_documents.facts import Language
from support.e2e_house import House

SEED = 77
WAY = (
    DocumentState.UPLOADED,
    DocumentState.RECOGNIZED,
    DocumentState.ANALYZED,
    DocumentState.ARCHIVED,
)
CORPUS = (
    Order(Language.ENGLISH, "letter", Form.BORN_DIGITAL),
    Order(Language.GERMAN, "classic", Form.BORN_DIGITAL, lines=60),
    Order(Language.FRENCH, "classic", Form.BORN_DIGITAL),
    Order(Language.ENGLISH, "classic", Form.PNG),
    Order(Language.GERMAN, "classic", Form.SCANNED_PDF),
    Order(Language.FRENCH, "classic", Form.JPEG),
    Order(Language.GERMAN, "letter", Form.TIFF),
)


@pytest.fixture(scope="module")
def arrived(house: House) -> dict[str, tuple[Sample, Status]]:
    """Every document of the corpus, uploaded first and waited for afterwards."""
    with house.client(house.alpha) as client:
        samples = [make(SEED, index, order) for index, order in enumerate(CORPUS)]
        ids = [client.upload(s.name, s.content, s.content_type.value) for s in samples]
        return {
            document_id: (sample, client.wait(document_id, timeout=420))
            for document_id, sample in zip(ids, samples, strict=True)
        }


def test_every_document_walks_all_states_in_order(
    arrived: dict[str, tuple[Sample, Status]],
) -> None:
    ways = {sample.name: [state for state, _ in s.history] for sample, s in arrived.values()}
    assert ways == {sample.name: list(WAY) for sample, _ in arrived.values()}


def test_results_hold_the_truth_with_its_page(
    house: House, arrived: dict[str, tuple[Sample, Status]]
) -> None:
    with house.client(house.alpha) as client:
        for document_id, (sample, _) in arrived.items():
            body = client.result(document_id)
            assert body["result"]["invoice_number"] == sample.truth["invoice_number"], sample.name
            total = Decimal(str(body["result"]["total"]))
            assert total == Decimal(str(sample.truth["total"])), sample.name
            for pointer, field in body["fields"].items():
                evidence = field["evidence"]
                assert evidence["match"] != "UNGROUNDED", (sample.name, pointer)
                assert evidence["page"] >= 1
                assert 0 < evidence["confidence"] <= 1


def test_every_document_is_a_row_in_postgres(
    house: House, arrived: dict[str, tuple[Sample, Status]]
) -> None:
    login, database = house.gateway_postgres(house.alpha), house.logins.offer.postgres.database
    with postgres.connection(login, database) as opened:
        table = sql.Identifier(names.schema(house.alpha), "documents")
        query = sql.SQL("SELECT document_id::text, state FROM {}").format(table)
        states = {str(row[0]): row[1] for row in opened.execute(query)}
    assert {each: states.get(each) for each in arrived} == dict.fromkeys(arrived, "ARCHIVED")


def test_every_document_is_an_archive_record_in_cassandra(
    house: House, arrived: dict[str, tuple[Sample, Status]]
) -> None:
    with cassandra.session(house.logins.cassandra()) as session:
        session.set_keyspace(names.keyspace(house.alpha))
        rows = session.execute("SELECT document_id FROM archive_records")
        found = {str(row.document_id) for row in rows}
    assert arrived.keys() <= found


def test_every_document_is_told_once_in_the_archived_topic(
    house: House, arrived: dict[str, tuple[Sample, Status]]
) -> None:
    topic = names.topic(house.alpha, "invoices", EventKind.ARCHIVED)

    def told() -> list[str] | None:
        keys = kafka.keys(house.logins.kafka(), topic)
        return keys if arrived.keys() <= set(keys) else None

    # A document is archived first, and that is told a little later.
    keys = until(told, f"every document to be told in {topic}", 120)
    assert {key: keys.count(key) for key in arrived} == dict.fromkeys(arrived, 1)


def test_the_original_can_be_had_back_byte_for_byte(
    house: House, arrived: dict[str, tuple[Sample, Status]]
) -> None:
    with house.client(house.alpha) as client:
        for document_id, (sample, _) in arrived.items():
            answer = client.ask("GET", f"/v1/pipelines/invoices/documents/{document_id}/content")
            assert answer.content == sample.content, sample.name


def test_the_same_key_gives_the_same_document(house: House) -> None:
    sample = make(SEED, 0, CORPUS[0])
    with house.client(house.alpha) as client:
        ids = {
            client.upload(sample.name, sample.content, "application/pdf", key="one-and-the-same")
            for _ in range(3)
        }
    assert len(ids) == 1


def test_several_documents_in_one_request_arrive_each_for_itself(house: House) -> None:
    samples = [make(SEED, 20 + index, CORPUS[0]) for index in range(3)]
    files = [(s.name, s.content, s.content_type.value) for s in samples]
    with house.client(house.alpha) as client:
        receipts = client.upload_many([*files, ("letter.txt", b"Dear Sir", "text/plain")])
        assert [receipt.problem is None for receipt in receipts] == [True, True, True, False]
        states = [client.wait(receipt.document_id).state for receipt in receipts[:3]]
    assert states == [DocumentState.ARCHIVED] * 3


def test_events_tell_ids_and_no_content(
    house: House, arrived: dict[str, tuple[Sample, Status]]
) -> None:
    values = b"".join(
        kafka.values(house.logins.kafka(), names.topic(house.alpha, "invoices", kind))
        for kind in EventKind
    )
    assert values
    for sample, _ in arrived.values():
        for text in (sample.facts.seller.name, str(sample.facts.number), json.dumps(sample.name)):
            assert text.encode() not in values, sample.name
