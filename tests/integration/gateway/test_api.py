"""Who may see what, and that every error is a problem."""

import uuid
from typing import Any

import httpx
import pytest

from support.worker_documents import add_row
from support.worker_process import eventually

pytestmark = pytest.mark.integration


def problem_of(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    return body


def test_without_a_token_nothing_is_answered(house: Any) -> None:
    with house.client("nobody") as client:
        answer = client.get(house.documents)
        problem_of(answer, 401)
        assert answer.headers["www-authenticate"].startswith("Bearer")
        client.headers["Authorization"] = "Bearer rubbish"
        problem_of(client.get(house.documents), 401)
        client.headers["Authorization"] = "Basic eDp5"
        problem_of(client.get(house.documents), 401)


def test_a_token_of_another_tenant_is_not_believed(house: Any) -> None:
    with house.client("foreign") as client:
        problem_of(client.get(house.documents), 401)
        problem_of(client.post(house.documents, content=b"%PDF-"), 401)


def test_without_a_role_a_pipeline_cannot_be_told_from_none(house: Any) -> None:
    with house.client("elsewhere") as client:
        real = problem_of(client.get(house.documents), 403)
        none = problem_of(client.get("/v1/pipelines/nothing/documents"), 403)
        assert real == none


def test_a_pipeline_that_the_realm_knows_before_the_gateway_is_asked_for_again(house: Any) -> None:
    with house.client("elsewhere") as client:
        answer = client.get("/v1/pipelines/other/documents")
        problem_of(answer, 503)
        assert int(answer.headers["retry-after"]) > 0
        assert answer.headers["connection"] == "close"


def test_roles_hold_for_what_they_say(house: Any) -> None:
    with house.client("viewer") as client:
        assert client.get(house.documents).status_code == 200
        problem_of(client.post(house.documents, content=b"%PDF-1.7 x"), 403)
    with house.client("admin") as client:
        assert client.post(house.documents, content=b"%PDF-1.7 x").status_code == 202
        problem_of(client.get("/v1/pipelines/nothing/documents"), 404)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/docs", 404),
        ("GET", "/v1/pipelines/invoices/documents/not-an-id", 422),
        ("GET", f"/v1/pipelines/invoices/documents/{uuid.uuid4()}", 404),
        ("GET", f"/v1/pipelines/invoices/documents/{uuid.uuid4()}/content", 404),
        ("GET", f"/v1/pipelines/invoices/documents/{uuid.uuid4()}/result", 404),
        ("GET", f"/v1/pipelines/invoices/documents/{uuid.uuid4()}/record", 404),
        ("GET", "/v1/pipelines/invoices/documents?limit=0", 422),
        ("GET", "/v1/pipelines/invoices/documents?state=LOST", 422),
        ("GET", "/v1/pipelines/invoices/documents?cursor=rubbish", 422),
        ("DELETE", "/v1/pipelines/invoices/documents", 405),
    ],
)
def test_every_error_is_a_problem(house: Any, method: str, path: str, status: int) -> None:
    with house.client() as client:
        answer = client.request(method, path)
    body = problem_of(answer, status)
    assert body["status"] == status
    if status == 405:
        assert answer.headers["allow"]


def test_the_list_is_complete_newest_first_and_by_state(house: Any) -> None:
    added = [add_row(house.tenant) for _ in range(7)]
    with house.tenant.postgres() as connection:
        connection.execute(
            "UPDATE documents SET state = 'FAILED', failure_stage = 'ocr', failure_cause = 'x'"
            " WHERE document_id = %s",
            (added[3],),
        )
    with house.client() as client:
        seen: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = client.get(house.documents, params={"limit": 3, "cursor": cursor}).json()
            seen += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        failed = client.get(house.documents, params={"state": "FAILED"}).json()["items"]
    ids = [document["document_id"] for document in seen]
    assert len(ids) == len(set(ids))
    assert [i for i in ids if i in added] == added[::-1]
    times = [document["uploaded_at"] for document in seen]
    assert times == sorted(times, reverse=True)
    assert [document["document_id"] for document in failed] == [added[3]]
    assert failed[0]["failure"]["cause"] == "x"


def test_another_pipelines_document_is_not_found(house: Any) -> None:
    foreign = add_row(house.tenant, pipeline="letters")
    with house.client("admin") as client:
        problem_of(client.get(f"{house.documents}/{foreign}"), 404)
        problem_of(client.get(f"{house.documents}/{foreign}/content"), 404)


def test_expired_bytes_are_gone(house: Any) -> None:
    document_id = add_row(house.tenant)
    with house.client() as client:
        problem_of(client.get(f"{house.documents}/{document_id}/content"), 410)


def test_the_description_is_complete(house: Any) -> None:
    with house.client("nobody") as client:
        description = client.get("/openapi.json").json()
    assert description["openapi"].startswith("3.1")
    assert description["components"]["securitySchemes"]["oidc"]["scheme"] == "bearer"
    for path in description["paths"].values():
        for operation in path.values():
            assert operation["operationId"]
            assert operation["security"] == [{"oidc": []}]
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    assert list(answer["content"]) == ["application/problem+json"]
    text = repr(description)
    assert "HTTPValidationError" not in text
    upload = description["paths"]["/v1/pipelines/{pipeline}/documents"]["post"]
    assert "multipart/form-data" in upload["requestBody"]["content"]


def test_it_is_measured(house: Any) -> None:
    with house.client() as client:
        client.get(house.documents)
    eventually(
        "count of requests",
        lambda: "inkwell_gateway_requests_total{" in house.gateway.get("/metrics").text,
    )
    log = house.gateway.log.read_text()
    assert house.tenant.passwords["gateway"] not in log
    assert house.tokens.given
    assert not [token for token in house.tokens.given if token in log]
