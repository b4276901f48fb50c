"""A client gets the digits that are stored, as JSON numbers."""

import json
import uuid
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg.adapt import AdaptersMap, Transformer
from psycopg.pq import Format

from inkwell_gateway.exact_answer import ExactAnswer
from inkwell_gateway.models import DocumentResult
from inkwell_gateway.register import keep_digits

DIGITS = "12345678901234567890.10"
EVIDENCE = {
    "match": "EXACT",
    "page": 1,
    "box": {"left": 0.1, "top": 0.2, "right": 0.3, "bottom": 0.4},
    "text": DIGITS,
    "confidence": 0.97,
    "path": "",
    "further": [],
}
OF_A_FIELD: dict[str, Any] = {
    "origin": "RULE",
    "status": "ok",
    "confidence": None,
    "raw": "",
    "alternatives": [],
    "why": {"proposers": [], "reasons": []},
}


def row(adapters: AdaptersMap) -> dict[str, Any]:
    """Return a row as PostgreSQL's driver gives it."""
    loader = Transformer(adapters).get_loader(psycopg.adapters.types["jsonb"].oid, Format.TEXT)
    total = f'{{"value": {DIGITS}, "origin": "RULE", "evidence": {json.dumps(EVIDENCE)}}}'
    return {
        "document_id": uuid.UUID(int=7),
        "state": "ARCHIVED",
        "version": 1,
        "result": loader.load(f'{{"total": {DIGITS}, "tax": 8.10, "count": 3}}'.encode()),
        "fields": loader.load(f'{{"/total": {total}}}'.encode()),
        "findings": [],
        "engine": "Rules",
        "model": "",
        "archived_at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    }


def test_a_result_is_answered_with_the_digits_that_are_stored() -> None:
    adapters = AdaptersMap(psycopg.adapters)
    keep_digits(adapters)
    answer = DocumentResult.model_validate(row(adapters))
    body = ExactAnswer(answer).body
    assert isinstance(body, bytes)
    assert f'"result":{{"total":{DIGITS},"tax":8.10,"count":3}}'.encode() in body
    assert f'"value":{DIGITS}'.encode() in body
    assert json.loads(body) == json.loads(answer.model_dump_json()) | {
        "result": {"total": float(DIGITS), "tax": 8.1, "count": 3},
        "fields": {"/total": {"value": float(DIGITS), "evidence": EVIDENCE, **OF_A_FIELD}},
    }
