"""What the API says of itself, and rows that become answers."""

import uuid
from datetime import UTC, datetime
from typing import Any

from inkwell_api.document import PageSource, Reader
from inkwell_api.route import Doubt, RouteReason
from inkwell_gateway.app import create_app
from inkwell_gateway.models import DocumentResult

ROW: dict[str, Any] = {
    "document_id": uuid.UUID(int=7),
    "state": "ARCHIVED",
    "version": 1,
    "result": {"total": 1},
    "fields": {
        "/total": {
            "value": 1,
            "origin": "XML",
            "evidence": {"match": "EXACT", "text": "1", "confidence": 1.0, "path": "/a/b"},
        }
    },
    "findings": [],
    "engine": "Rules",
    "model": "",
    "archived_at": datetime(2026, 1, 2, tzinfo=UTC),
}


def test_a_result_says_by_which_route_each_page_was_read() -> None:
    pages = [
        {
            "number": 1,
            "source": "OCR",
            "reason": "uncovered-ink",
            "reader": "PaddleOCR",
            "doubts": ["photograph"],
        },
        {"number": 2, "source": "XML"},
    ]
    first, second = DocumentResult.model_validate(ROW | {"pages": pages}).pages
    assert (first.source, first.reason) == (PageSource.OCR, RouteReason.UNCOVERED_INK)
    assert (first.reader, first.doubts) == (Reader.PADDLE_OCR, [Doubt.PHOTOGRAPH])
    assert (second.reader, second.doubts) == (None, [])
    assert (second.source, second.reason) == (PageSource.XML, RouteReason.UNSTATED)


def test_a_value_of_xml_says_where_in_the_xml_it_stands() -> None:
    result = DocumentResult.model_validate(ROW)
    assert result.fields["/total"].evidence.path == "/a/b"


def test_a_result_of_before_routes_were_kept_has_none() -> None:
    assert DocumentResult.model_validate(ROW).pages == []


def test_the_description_knows_routes_and_xml() -> None:
    description = create_app("acme").openapi()
    schemas = description["components"]["schemas"]
    assert set(schemas["PageSource"]["enum"]) == {source.value for source in PageSource}
    assert schemas["DocumentResult"]["properties"]["pages"]["items"]["$ref"].endswith("PageModel")
    upload = description["paths"]["/v1/pipelines/{pipeline}/documents"]["post"]
    assert "application/xml" in upload["requestBody"]["content"]
