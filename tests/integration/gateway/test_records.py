"""The archive is shown as it was written, or not at all."""

import hashlib
import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from psycopg.types.json import Jsonb

from inkwell_api.names import Stage
from inkwell_archive.records import CassandraRecords
from support.forger import forging
from support.worker_documents import add_row, connections_of
from support.worker_process import eventually
from support.worker_tenant import PIPELINE

pytestmark = pytest.mark.integration
TRUE = json.dumps({"version": 1, "extraction": {"result": {"total": 24}}})
FORGED = json.dumps({"version": 1, "extraction": {"result": {"total": 99}}})


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture(scope="module")
def records(house: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CassandraRecords]:
    """The archive's own store, with the archive's own login."""
    own = connections_of(house.tenant, Stage.ARCHIVE, tmp_path_factory.mktemp("archive"))
    yield CassandraRecords(own.cassandra())
    own.close()


def archived(house: Any, record_sha256: str | None, pipeline: str = PIPELINE) -> str:
    """Leave in PostgreSQL what the archive leaves of one version of a result."""
    document_id = add_row(house.tenant, pipeline=pipeline)
    values = (document_id, pipeline, Jsonb({"total": 24}))
    with house.tenant.postgres() as connection:
        connection.execute(
            "INSERT INTO results (document_id, pipeline, result, fields, engine, extraction_sha256)"
            " VALUES (%s, %s, %s, '{}', 'Rules', '')",
            values,
        )
        connection.execute(
            "INSERT INTO result_history (document_id, pipeline, result, version, fields, findings,"
            " engine, model, extraction_sha256, archived_at, record_sha256)"
            " VALUES (%s, %s, %s, 1, '{}', '[]', 'Rules', '', '', now(), %s)",
            (*values, record_sha256),
        )
    return document_id


def ask(house: Any, document_id: str) -> httpx.Response:
    with house.client() as client:
        answer: httpx.Response = client.get(f"{house.documents}/{document_id}/record")
    return answer


def kind_of(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["type"].removeprefix("urn:inkwell:problem:")


def test_a_record_is_given_back_byte_for_byte(house: Any, records: CassandraRecords) -> None:
    document_id = archived(house, digest_of(TRUE))
    assert records.write(document_id, 1, datetime.now(UTC), TRUE) == digest_of(TRUE)
    answer = ask(house, document_id)
    assert (answer.status_code, answer.text) == (200, TRUE)
    assert answer.headers["etag"] == f'"{digest_of(TRUE)}"'
    assert answer.headers["content-type"] == "application/json"


def test_a_record_that_another_pipeline_wrote_is_refused_and_not_shown(
    house: Any, records: CassandraRecords
) -> None:
    document_id = archived(house, digest_of(TRUE))
    records.write(document_id, 1, datetime.now(UTC), TRUE)
    with forging(house.tenant, Stage.ARCHIVE) as forger:
        forger.execute(
            "INSERT INTO archive_records (document_id, version, sha256, content)"
            " VALUES (%s, 1, %s, %s)",
            (uuid.UUID(document_id), digest_of(FORGED), FORGED),
        )
    answer = ask(house, document_id)
    assert kind_of(answer) == (500, "digest")
    assert "99" not in answer.text
    with house.client() as client:
        assert client.get(f"{house.documents}/{document_id}/result").json()["result"]["total"] == 24
    counted = f'digest_refusals_total{{pipeline="{PIPELINE}",tenant="{house.tenant.name}"}} 1.0'
    eventually("count of refusals", lambda: counted in house.gateway.get("/metrics").text)
    assert document_id in house.gateway.log.read_text()


def test_a_record_of_version_0_1_is_believed_as_it_stands(
    house: Any, records: CassandraRecords
) -> None:
    document_id = archived(house, None)
    records.write(document_id, 1, datetime.now(UTC), TRUE)
    assert ask(house, document_id).text == TRUE


def test_a_result_says_by_which_route_each_page_was_read(house: Any) -> None:
    document_id = archived(house, None)
    # What an older Inkwell did not store is answered as empty.
    stored = [
        {"number": 1, "source": "XML"},
        {"number": 2, "source": "OCR", "reason": "uncovered-ink"},
    ]
    with house.client() as client:
        assert client.get(f"{house.documents}/{document_id}/result").json()["pages"] == []
        with house.tenant.postgres() as connection:
            connection.execute(
                "UPDATE result_history SET pages = %s WHERE document_id = %s",
                (Jsonb(stored), document_id),
            )
        answered = client.get(f"{house.documents}/{document_id}/result").json()["pages"]
    unknown: dict[str, object] = {"reason": "", "reader": None, "doubts": []}
    assert answered == [unknown | page for page in stored]


def test_where_there_is_no_record_that_is_said(house: Any) -> None:
    assert kind_of(ask(house, archived(house, digest_of(TRUE)))) == (410, "record-gone")
    assert kind_of(ask(house, add_row(house.tenant))) == (404, "no-result")
    assert kind_of(ask(house, str(uuid.uuid4()))) == (404, "not-found")
    foreign = archived(house, None, pipeline="letters")
    assert kind_of(ask(house, foreign)) == (404, "not-found")
