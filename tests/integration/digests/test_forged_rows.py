"""What another pipeline of the tenant writes about a document is believed by no stage."""

import hashlib
import time
import uuid
from typing import Any

import pytest
from cassandra import Unauthorized
from cassandra.cluster import Session

from inkwell_api.extraction_codec import encode_extraction
from inkwell_api.page_codec import encode_page
from support.typeset import pages
from support.worker_documents import extraction_of

pytestmark = pytest.mark.integration

TRUE = (["Invoice 17"], ["Total 24,00"])
FORGED = encode_page(pages(["Invoice 17"], ["Total 99,00"])[1])
INSERT_PAGE = "INSERT INTO pages (document_id, page, content) VALUES (%s, %s, %s)"


def metrics_of(house: Any) -> str:
    return str(house.extract.get("/metrics").text)


def test_true_pages_are_archived_with_their_digest(house: Any) -> None:
    document_id, digest = house.recognized(*TRUE)
    house.announce.produce(house.announce.recognized(document_id, digest))
    assert house.outcome(document_id) == ("ARCHIVED", None, None)
    with house.tenant.postgres() as connection:
        row = connection.execute(
            "SELECT d.pages_sha256, r.result, h.record_sha256 FROM documents d"
            " JOIN results r USING (pipeline, document_id)"
            " JOIN result_history h USING (pipeline, document_id, version)"
            " WHERE document_id = %s",
            (document_id,),
        ).fetchone()
    assert row is not None
    assert row[:2] == (digest, {"total": 24})
    with house.tenant.cassandra() as session:
        session.set_keyspace(house.tenant.cassandra_access().keyspace)
        query = "SELECT content FROM archive_records WHERE document_id = %s"
        content = session.execute(query, (uuid.UUID(document_id),)).one().content
    assert row[2] == hashlib.sha256(content.encode()).hexdigest()


def test_a_page_that_another_pipeline_wrote_is_a_dead_letter_and_archives_nothing(
    house: Any, forger_of_pages: Session
) -> None:
    document_id, digest = house.recognized(*TRUE)
    forger_of_pages.execute(INSERT_PAGE, (uuid.UUID(document_id), 2, FORGED))
    house.announce.produce(house.announce.recognized(document_id, digest))
    assert house.outcome(document_id) == ("FAILED", "extract", "digest")
    assert house.left(document_id) == {"results": 0, "result_history": 0}
    (letter,) = house.dead.of(document_id)
    assert (letter.stage, letter.cause, letter.attempts) == ("extract", "digest", 1)
    assert "99" not in letter.detail
    assert 'cause="digest"' in metrics_of(house)


def test_a_page_of_the_future_that_ocr_cannot_overwrite_is_a_dead_letter(
    house: Any, forger_of_pages: Session
) -> None:
    """Cassandra keeps the newest by the writer's own clock."""
    future = int((time.time() + 3600) * 1_000_000)
    document_id, _ = house.recognized(*TRUE)
    forger_of_pages.execute(
        f"{INSERT_PAGE} USING TIMESTAMP {future}", (uuid.UUID(document_id), 2, FORGED)
    )
    digest = house.pages.write(document_id, pages(*TRUE))
    house.announce.produce(house.announce.recognized(document_id, digest))
    assert house.outcome(document_id) == ("FAILED", "extract", "digest")


def test_pages_outside_of_the_document_have_no_effect(house: Any, forger_of_pages: Session) -> None:
    """There may be any number of them: whoever reads them all comes to no end."""
    document_id, digest = house.recognized(*TRUE)
    for number in (-(2**31), -1, 0, 3):
        forger_of_pages.execute(INSERT_PAGE, (uuid.UUID(document_id), number, FORGED))
    house.announce.produce(house.announce.recognized(document_id, digest))
    assert house.outcome(document_id) == ("ARCHIVED", None, None)


def test_pages_of_version_0_1_are_believed_as_they_stand(house: Any) -> None:
    document_id, _ = house.recognized(*TRUE)
    house.announce.produce(house.announce.recognized(document_id))
    assert house.outcome(document_id) == ("ARCHIVED", None, None)


TOTAL_99 = encode_extraction(extraction_of({"total": 99}))


@pytest.mark.parametrize(
    ("sha256", "content"),
    [
        (hashlib.sha256(TOTAL_99.encode()).hexdigest(), TOTAL_99),
        ("0" * 64, TOTAL_99),
        (hashlib.sha256(b"{}").hexdigest(), "{}"),
        ("0" * 64, None),
    ],
    ids=["another", "with the digest of the event", "no extraction at all", "without content"],
)
def test_an_extraction_that_another_pipeline_wrote_is_a_dead_letter_and_archives_nothing(
    house: Any, forger_of_extractions: Session, sha256: str, content: str | None
) -> None:
    document_id, _ = house.recognized(*TRUE)
    forger_of_extractions.execute(
        "INSERT INTO extractions (document_id, sha256, content) VALUES (%s, %s, %s)",
        (uuid.UUID(document_id), sha256, content),
    )
    house.announce.produce(house.announce.analyzed(document_id, "0" * 64))
    assert house.outcome(document_id) == ("FAILED", "archive", "digest")
    assert house.left(document_id) == {"results": 0, "result_history": 0}


def test_a_login_of_a_stage_writes_what_its_stage_writes_and_no_more(
    forger_of_pages: Session, forger_of_extractions: Session
) -> None:
    """So the forger of a page cannot forge what the page becomes."""
    insert = "INSERT INTO {} (document_id, {}) VALUES (%s, {})"
    for session, table, column in (
        (forger_of_pages, "extractions", "content"),
        (forger_of_pages, "archive_records", "version"),
        (forger_of_pages, "document_chunks", "chunk"),
        (forger_of_extractions, "pages", "page"),
        (forger_of_extractions, "archive_records", "version"),
    ):
        statement = insert.format(table, column, "'x'" if column == "content" else "1")
        with pytest.raises(Unauthorized):
            session.execute(statement, (uuid.uuid4(),))
