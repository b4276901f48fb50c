"""Rows to answers. Pure."""

from typing import Any

from inkwell_gateway.models import Document, DocumentDetails, DocumentResult, Failure, HistoryEntry


def document_of(row: dict[str, Any]) -> Document:
    """Return a document as clients see it."""
    return Document.model_validate(row | {"failure": failure_of(row)})


def details_of(
    row: dict[str, Any], history: list[dict[str, Any]], result: dict[str, Any] | None
) -> DocumentDetails:
    """Return a document with its history and result."""
    return DocumentDetails.model_validate(
        row
        | {
            "failure": failure_of(row),
            "history": [HistoryEntry.model_validate(entry) for entry in history],
            "result": None if result is None else DocumentResult.model_validate(result),
        }
    )


def failure_of(row: dict[str, Any]) -> Failure | None:
    """Return why a document failed, or None when it did not."""
    if row["failure_stage"] is None:
        return None
    return Failure(
        stage=row["failure_stage"], cause=row["failure_cause"], detail=row["failure_detail"] or ""
    )
