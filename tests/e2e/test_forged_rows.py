"""A pipeline's own logins, tried on a document of another pipeline of the same tenant.

In Cassandra the pipelines of a tenant share their tables, so these writes are let in. They gain
nothing: what a stage wrote is believed by the digest in its event, which Kafka keeps to a
pipeline's own logins. The forger dates its rows ahead, so that no later write of the rightful stage
covers them: Cassandra keeps what is newest by the writer's own clock.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any, TypeAlias
from uuid import UUID

import pytest

from inkwell_api import names
from inkwell_api.document import (
    DocumentState,
    Evidence,
    ExtractedField,
    Extraction,
    Match,
    Origin,
)
from inkwell_api.extraction_codec import encode_extraction
from inkwell_api.names import Stage
from inkwell_api.page_codec import encode_page
from inkwell_api.pipeline import DocumentPipeline
from inkwell_demo.backends import cassandra
from inkwell_demo.cluster.cluster import OWN
from inkwell_documents.corpus import Form, Order, Sample, make
from support.e2e_house import PIPELINE, House
from support.typeset import pages

OTHER = "receipts"
SECONDS = 300
AHEAD = 365 * 24 * 3600
FORGED_TOTAL = 987_654
Forger: TypeAlias = Callable[[Stage], AbstractContextManager[Any]]


@pytest.fixture(scope="module")
def forger(house: House) -> Iterator[Forger]:
    """Open sessions with the logins of another pipeline of the tenant, as its pods have them."""
    house.maker.pipeline(house.alpha, OTHER)

    def open_session(stage: Stage) -> AbstractContextManager[Any]:
        secret = house.logins.stage_secret(house.alpha, names.workload(OTHER, stage))
        return cassandra.session(house.logins.cassandra(secret))

    yield open_session
    house.cluster.delete(OWN, DocumentPipeline.KIND, OTHER, names.namespace(house.alpha))


def overwrite(session: Any, house: House, table: str, row: dict[str, Any]) -> None:
    """Write a row that no write of today covers."""
    ahead = int((time.time() + AHEAD) * 1_000_000)
    marks = ", ".join(["%s"] * len(row))
    session.execute(
        f"INSERT INTO {names.keyspace(house.alpha)}.{table} ({', '.join(row)})"  # noqa: S608 - names of our own
        f" VALUES ({marks}) USING TIMESTAMP {ahead}",
        tuple(row.values()),
    )


def sample(number: int) -> Sample:
    """Return a scan of many pages: reading it takes far longer than forging a row."""
    return make(1717, number, Order(form=Form.SCANNED_PDF, lines=100))


def forged_extraction() -> str:
    """Return an extraction that would be archived."""
    field = ExtractedField(FORGED_TOTAL, Origin.RULE, Evidence(Match.EXACT, page=1, confidence=1.0))
    found = {"invoice_number": "1", "total": FORGED_TOTAL}
    return encode_extraction(
        Extraction(found, {"/total": field, "/invoice_number": field}, "Rules")
    )


def assert_refused(house: House, number: int, stage: Stage, forge: Callable[[UUID], None]) -> None:
    """Upload, forge at once, and see the stage refuse what it reads, and nothing come of it."""
    document = sample(number)
    with house.client(house.alpha) as client:
        document_id = client.upload(document.name, document.content, document.content_type.value)
        forge(UUID(document_id))
        assert client.status(document_id).state == DocumentState.UPLOADED, "the forger was late"
        status = client.wait(document_id, timeout=SECONDS)
        assert status.state == DocumentState.FAILED
        assert (status.body["failure"]["stage"], status.cause) == (stage, "digest")
        assert str(FORGED_TOTAL) not in json.dumps(status.body)
        path = f"/v1/pipelines/{PIPELINE}/documents/{document_id}"
        for part in ("result", "record"):
            assert client.ask("GET", f"{path}/{part}").status_code == 404
    with cassandra.session(house.logins.cassandra()) as session:
        query = f"SELECT * FROM {names.keyspace(house.alpha)}.archive_records"  # noqa: S608 - a name of our own
        assert not list(session.execute(f"{query} WHERE document_id = %s", (UUID(document_id),)))


def test_a_forged_page_is_extracted_from_by_nobody(house: House, forger: Forger) -> None:
    page = pages(["Invoice No. 1", f"Total {FORGED_TOTAL}.00 EUR"])[0]
    with forger(Stage.OCR) as session:

        def forge(document_id: UUID) -> None:
            row = {"document_id": document_id, "page": 1, "content": encode_page(page)}
            overwrite(session, house, "pages", row)

        assert_refused(house, 0, Stage.EXTRACT, forge)


def test_a_forged_extraction_is_archived_by_nobody(house: House, forger: Forger) -> None:
    content = forged_extraction()
    digest = hashlib.sha256(content.encode()).hexdigest()
    with forger(Stage.EXTRACT) as session:

        def forge(document_id: UUID) -> None:
            row = {"document_id": document_id, "sha256": digest, "content": content}
            overwrite(session, house, "extractions", row)

        assert_refused(house, 1, Stage.ARCHIVE, forge)


def test_a_forged_record_is_shown_to_nobody(house: House, forger: Forger) -> None:
    document = sample(2)
    with house.client(house.alpha) as client, forger(Stage.ARCHIVE) as session:
        document_id = client.upload(document.name, document.content, document.content_type.value)
        assert client.wait(document_id, timeout=SECONDS).state in {
            DocumentState.ARCHIVED,
            DocumentState.NEEDS_REVIEW,
        }
        path = f"/v1/pipelines/{PIPELINE}/documents/{document_id}"
        true = client.ask("GET", f"{path}/record")
        assert true.headers["etag"] == f'"{hashlib.sha256(true.content).hexdigest()}"'
        assert true.json()["extraction"]["result"] == client.result(document_id)["result"]
        content = forged_extraction()
        digest = hashlib.sha256(content.encode()).hexdigest()
        row = {"document_id": UUID(document_id), "version": 1, "sha256": digest, "content": content}
        overwrite(session, house, "archive_records", row)
        refused = client.ask("GET", f"{path}/record")
        assert (refused.status_code, refused.json()["type"]) == (500, "urn:inkwell:problem:digest")
        assert str(FORGED_TOTAL) not in refused.text
        assert client.result(document_id)["result"] == true.json()["extraction"]["result"]
