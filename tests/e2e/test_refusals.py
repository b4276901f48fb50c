"""Bad uploads get a clear problem document, and nothing of them or of others is lost or kept."""

import base64
import json

import pytest

from inkwell_api.document import DocumentState
from inkwell_demo.client import DocumentClient, Problem
from inkwell_documents import faults
from inkwell_documents.corpus import Form, Order, make
from support.e2e_house import House

PDF = "application/pdf"
MAX_BYTES = 8 * 1024 * 1024


@pytest.fixture(scope="module")
def client(house: House) -> DocumentClient:
    """The first tenant's machine."""
    return house.client(house.alpha)


def newest(client: DocumentClient) -> list[str]:
    """Return the ids of the pipeline's newest documents."""
    answer = client.ask("GET", "/v1/pipelines/invoices/documents", params={"limit": 100})
    return [document["document_id"] for document in answer.json()["items"]]


def try_upload(client: DocumentClient, name: str, content: bytes) -> str | Problem:
    """Return the new document's id, or the problem."""
    try:
        return client.upload(name, content, PDF)
    except Problem as problem:
        return problem


@pytest.mark.parametrize(
    ("name", "content", "content_type", "status", "kind"),
    [
        ("letter.pdf", faults.not_a_document(), PDF, 415, "unsupported-media-type"),
        ("empty.pdf", b"", PDF, 422, "empty-document"),
        ("large.pdf", faults.padded_pdf(MAX_BYTES + 1), PDF, 413, "too-large"),
    ],
    ids=["wrong type", "empty", "too large"],
)
def test_what_cannot_be_a_document_is_refused_at_once(  # noqa: PLR0917 - one case a row
    client: DocumentClient, name: str, content: bytes, content_type: str, status: int, kind: str
) -> None:
    before = newest(client)
    with pytest.raises(Problem) as caught:
        client.upload(name, content, content_type)
    assert caught.value.status == status
    assert caught.value.body["type"].endswith(f":{kind}")
    assert caught.value.detail
    assert newest(client) == before


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("locked.pdf", faults.encrypted_pdf()),
        ("torn.pdf", faults.corrupt_pdf()),
        ("torn.png", faults.corrupt_png()),
        ("endless.pdf", faults.many_pages(61)),
    ],
    ids=["encrypted", "corrupt PDF", "corrupt PNG", "too many pages"],
)
def test_what_cannot_be_read_is_refused_or_fails_with_its_cause(
    client: DocumentClient, name: str, content: bytes
) -> None:
    """The gateway may see it at once; what only a full read shows becomes a FAILED document."""
    outcome = try_upload(client, name, content)
    if isinstance(outcome, Problem):
        assert 400 <= outcome.status < 500
        assert outcome.body["type"].startswith("urn:inkwell:problem:")
        assert outcome.detail
        return
    status = client.wait(outcome, timeout=180)
    assert status.state is DocumentState.FAILED
    assert status.cause
    assert status.detail
    answer = client.ask("GET", f"/v1/pipelines/invoices/documents/{outcome}/content")
    assert answer.content == content


def test_a_bad_document_holds_up_no_good_one(client: DocumentClient) -> None:
    good = make(5, 1, Order(form=Form.BORN_DIGITAL, layout="letter"))
    bad = [client.upload(f"torn-{n}.png", faults.corrupt_png(), "image/png") for n in range(3)]
    document_id = client.upload(good.name, good.content, PDF)
    assert client.wait(document_id, timeout=120).state is DocumentState.ARCHIVED
    assert {client.wait(each, timeout=180).state for each in bad} == {DocumentState.FAILED}


def forged(token: str) -> str:
    """Return a token with another subject and the old signature."""
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    claims["sub"] = "somebody-else"
    changed = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"{head}.{changed}.{signature}"


@pytest.mark.parametrize("kind", ["none", "nonsense", "forged"])
def test_a_token_that_is_no_token_is_refused(client: DocumentClient, kind: str) -> None:
    good = client.tokens.current()
    token = {"none": None, "nonsense": "a.b.c", "forged": forged(good)}[kind]
    headers = {"Authorization": f"Bearer {token}"} if token else {"Authorization": ""}
    answer = client.ask("GET", "/v1/pipelines/invoices/documents", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert "www-authenticate" in answer.headers
    assert good not in answer.text
