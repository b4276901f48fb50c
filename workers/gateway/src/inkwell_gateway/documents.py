"""The routes that read documents."""

from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Path, Query
from fastapi.responses import StreamingResponse

from inkwell_api.document import DocumentState
from inkwell_gateway import filenames
from inkwell_gateway.access import Viewing
from inkwell_gateway.exact_answer import ExactAnswer
from inkwell_gateway.models import (
    DocumentDetails,
    DocumentPage,
    DocumentResult,
    details_of,
    document_of,
)
from inkwell_gateway.problems import ProblemError, not_found, responses
from inkwell_gateway.register import Cursor
from inkwell_gateway.services import ServicesOf

DOCUMENTS: Final = "/v1/pipelines/{pipeline}/documents"
router = APIRouter(prefix=DOCUMENTS)

DocumentId = Annotated[UUID, Path(description="Id of the document.")]
_READ_PROBLEMS = responses(401, 403, 404, 422, 503)


@router.get(
    "",
    operation_id="listDocuments",
    summary="List documents, newest first",
    responses=_READ_PROBLEMS,
)
async def list_documents(
    services: ServicesOf,
    admitted: Viewing,
    state: Annotated[
        DocumentState | None, Query(description="Only documents in this state.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="Most documents of one page.")] = 50,
    cursor: Annotated[str, Query(max_length=200, description="Where the last page ended.")] = "",
) -> DocumentPage:
    """Return one page; documents that come in meanwhile do not shift the next."""
    try:
        after = Cursor.decode(cursor) if cursor else None
    except ValueError as error:
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-cursor", str(error)) from error
    rows = await services.register.page(admitted.pipeline.name, state, limit + 1, after)
    items = [document_of(row) for row in rows[:limit]]
    more = len(rows) > limit
    last = Cursor(items[-1].uploaded_at, items[-1].document_id).encode() if more else None
    return DocumentPage(items=items, next_cursor=last)


@router.get(
    "/{document_id}",
    operation_id="getDocument",
    summary="A document with all that is known",
    response_model=DocumentDetails,
    responses=_READ_PROBLEMS,
)
async def get_document(
    services: ServicesOf, admitted: Viewing, document_id: DocumentId
) -> ExactAnswer:
    """Return state, history and, once there is one, the result with evidence and findings."""
    row = await services.register.get(admitted.pipeline.name, document_id)
    if row is None:
        raise not_found()
    history = await services.register.history(admitted.pipeline.name, document_id)
    result = await services.register.result(admitted.pipeline.name, document_id)
    return ExactAnswer(details_of(row, history, result))


@router.get(
    "/{document_id}/result",
    operation_id="getResult",
    summary="The newest result",
    response_model=DocumentResult,
    responses=_READ_PROBLEMS,
)
async def get_result(
    services: ServicesOf, admitted: Viewing, document_id: DocumentId
) -> ExactAnswer:
    """Return the result with evidence and findings; 404 while there is none."""
    if await services.register.get(admitted.pipeline.name, document_id) is None:
        raise not_found()
    row = await services.register.result(admitted.pipeline.name, document_id)
    if row is None:
        raise ProblemError(
            HTTPStatus.NOT_FOUND, "no-result", "the document has no result (yet); see its state"
        )
    return ExactAnswer(DocumentResult.model_validate(row))


@router.get(
    "/{document_id}/content",
    operation_id="getContent",
    summary="The bytes as they were uploaded",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "The document.",
            "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
            },
        },
        **responses(401, 403, 404, 410, 422, 503),
    },
)
async def get_content(
    services: ServicesOf, admitted: Viewing, document_id: DocumentId
) -> StreamingResponse:
    """Return the original, to be saved and not shown.

    Its content is not to be trusted by a browser.
    """
    row = await services.register.get(admitted.pipeline.name, document_id)
    if row is None:
        raise not_found()
    stream = services.vault.read(document_id, row["chunk_count"])
    first = await anext(stream, None) if row["state"] != DocumentState.ERASED else None
    if first is None:
        raise ProblemError(
            HTTPStatus.GONE, "content-gone", "the document's bytes have expired or were erased"
        )
    return StreamingResponse(
        _whole(first, stream), headers=_headers(row), media_type=row["content_type"]
    )


async def _whole(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for chunk in rest:
        yield chunk


def _headers(row: dict[str, Any]) -> dict[str, str]:
    return {
        "Content-Length": str(row["size_bytes"]),
        "Content-Disposition": filenames.disposition(row["file_name"]),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "ETag": f'"{row["sha256"]}"',
        "Cache-Control": "private, no-store",
    }
