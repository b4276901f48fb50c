"""Uploads through a running gateway: what is accepted, what is refused, and what is left behind."""

import hashlib
import os
import socket
import uuid
from typing import Any

import httpx
import pytest

from inkwell_api.names import EventKind
from support.worker_documents import Reader
from support.worker_process import eventually

pytestmark = pytest.mark.integration

PDF = b"%PDF-1.7\n" + b"x" * 1000


def pdf(size: int = 1000) -> bytes:
    """Return bytes that look like a PDF and like no other."""
    return b"%PDF-1.7\n" + os.urandom(size)


def chunks(house: Any) -> int:
    with house.tenant.cassandra() as session:
        session.set_keyspace(house.tenant.cassandra_access().keyspace)
        return int(session.execute("SELECT count(*) FROM document_chunks").one()[0])


def rows(house: Any) -> int:
    with house.tenant.postgres() as connection:
        found = connection.execute("SELECT count(*) FROM documents").fetchone()
        assert found is not None
        return int(found[0])


def problem_of(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["type"].startswith("urn:inkwell:problem:")
    return body


def test_a_document_is_stored_published_and_given_back(house: Any) -> None:
    content = pdf(1_500_000)
    reader = Reader(house.tenant, EventKind.UPLOADED)
    with house.client() as client:
        answer = client.post(
            house.documents,
            content=iter([content[:7], content[7:700_000], content[700_000:]]),
            headers={"Content-Disposition": "attachment; filename*=UTF-8''r%C3%A9sum%C3%A9.pdf"},
        )
        assert answer.status_code == 202, answer.text
        document = answer.json()
        location = answer.headers["Location"]
        details = client.get(location).json()
        assert [entry["state"] for entry in details["history"]] == ["UPLOADED"]
        assert (details["file_name"], details["content_type"]) == ("résumé.pdf", "application/pdf")
        assert details["sha256"] == hashlib.sha256(content).hexdigest()
        back = client.get(f"{location}/content")
        problem_of(client.get(f"{location}/result"), 404)
    assert back.content == content
    assert back.headers["content-disposition"].startswith("attachment;")
    assert back.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in back.headers["content-security-policy"]
    (event,) = eventually("event", lambda: reader.of(document["document_id"]))
    assert (event.size_bytes, event.chunk_count) == (len(content), 3)
    reader.close()


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"hello, this is text", 415),
        (b"\xff\xd8\xff\xe0 a JPEG, known but not accepted here", 415),
        (pdf(3_000_000), 413),
    ],
    ids=["empty", "unknown", "not accepted", "too large"],
)
@pytest.mark.parametrize("streamed", [False, True])
def test_what_is_refused_leaves_nothing(
    house: Any,
    content: bytes,
    status: int,
    streamed: bool,  # noqa: FBT001 -- a parameter of the test
) -> None:
    before = chunks(house), rows(house)
    body = iter([content[i : i + 65536] for i in range(0, len(content), 65536)])
    with house.client() as client:
        answer = client.post(house.documents, content=body if streamed else content)
    problem_of(answer, status)
    assert (chunks(house), rows(house)) == before


def test_a_cut_connection_leaves_nothing(house: Any) -> None:
    before = chunks(house), rows(house)
    head = (
        f"POST {house.documents} HTTP/1.1\r\nHost: x\r\n"
        f"Authorization: {house.authorization()['Authorization']}\r\n"
        "Content-Length: 2000000\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", house.gateway.http_port)) as raw:
        raw.sendall(head.encode() + pdf(1_200_000))
        eventually("stored chunk", lambda: chunks(house) > before[0])
    eventually("clean vault", lambda: (chunks(house), rows(house)) == before)


def test_the_same_key_and_bytes_are_the_same_document(house: Any) -> None:
    content, key = pdf(), uuid.uuid4().hex
    with house.client() as client:
        first = client.post(house.documents, content=content, headers={"Idempotency-Key": key})
        stored = chunks(house)
        second = client.post(house.documents, content=content, headers={"Idempotency-Key": key})
        other = client.post(house.documents, content=pdf(), headers={"Idempotency-Key": key})
    assert (first.status_code, second.status_code) == (202, 200)
    assert first.json()["document_id"] == second.json()["document_id"]
    problem_of(other, 422)
    assert chunks(house) == stored


def test_several_parts_get_an_answer_each(house: Any) -> None:
    good, other = pdf(), pdf(700_000)
    files = [
        ("document", ("a.pdf", good, "application/pdf")),
        ("document", ("b.txt", b"some text", "application/pdf")),
        ("document", ("c.pdf", other, "text/plain")),
        ("document", ("d.pdf", pdf(3_000_001), "application/pdf")),
        ("document", ("e.pdf", b"", "application/pdf")),
    ]
    with house.client() as client:
        answer = client.post(house.documents, files=files)
        assert answer.status_code == 207, answer.text
        items = answer.json()["items"]
        assert [item["status"] for item in items] == [202, 415, 202, 413, 422]
        assert [item["name"] for item in items] == ["a.pdf", "b.txt", "c.pdf", "d.pdf", "e.pdf"]
        assert items[1]["problem"]["type"].endswith("unsupported-media-type")
        third = items[2]["document"]
        assert client.get(f"{house.documents}/{third['document_id']}/content").content == other
        single = client.post(house.documents, files=[files[0]])
        assert (single.status_code, single.json()["file_name"]) == (202, "a.pdf")
        problem_of(client.post(house.documents, files=[files[1]]), 415)


@pytest.mark.parametrize(
    "body",
    [b"", b"--b\r\n", b"--b\r\nContent-Disposition: form-data; name=x\r\n\r\n%PDF-1.4", b"x"],
)
def test_a_broken_form_is_refused(house: Any, body: bytes) -> None:
    with house.client() as client:
        answer = client.post(
            house.documents,
            content=body,
            headers={"Content-Type": "multipart/form-data; boundary=b"},
        )
        problem_of(answer, 400)
        bare = client.post(
            house.documents, content=PDF, headers={"Content-Type": "multipart/form-data"}
        )
        problem_of(bare, 400)


def test_a_gateway_that_is_killed_after_its_answer_publishes_later(house: Any) -> None:
    """The row is its own outbox: here it stands unpublished, as after a crash, until a sweep."""
    with house.tenant.postgres() as connection:
        document_id = uuid.uuid4()
        connection.execute(
            "INSERT INTO documents (document_id, pipeline, content_type, size_bytes, sha256,"
            " chunk_count, uploaded_by) VALUES (%s, 'invoices', 'application/pdf', 5, %s, 1, 'x')",
            (document_id, "0" * 64),
        )
    reader = Reader(house.tenant, EventKind.UPLOADED)
    with house.client() as client:
        assert client.post(house.documents, content=pdf()).status_code == 202
    eventually("event", lambda: reader.of(str(document_id)))
    reader.close()
