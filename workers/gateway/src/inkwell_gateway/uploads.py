"""The route that takes documents: a raw body, or a form with one part or several."""

from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import JSONResponse

from inkwell_api.pipeline import ContentType
from inkwell_gateway import filenames, intake
from inkwell_gateway.access import Admitted, Uploading
from inkwell_gateway.bodies import stream_of
from inkwell_gateway.models import BulkAnswer, BulkItem, Document, document_of
from inkwell_gateway.multipart import Multipart, Part, boundary_of
from inkwell_gateway.problems import ProblemDetails, ProblemError, responses, unavailable
from inkwell_gateway.services import Services, ServicesOf
from inkwell_gateway.upload import Accepted, Upload, accept
from inkwell_worker.stage import Unavailable
from inkwell_worker.tracing import checked

router = APIRouter()

MAX_KEY_LENGTH: Final = 200
"""Shorter than what the row takes: a bulk upload adds each part's number."""

_BINARY: Final = {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}
_FORM: Final = {
    "schema": {
        "type": "object",
        "properties": {
            "document": {
                "type": "array",
                "items": {"type": "string", "contentMediaType": "application/octet-stream"},
            }
        },
    }
}
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "One document as it is, or a form whose parts are documents.",
        "content": {**{kind.value: _BINARY for kind in ContentType}, "multipart/form-data": _FORM},
    }
}


@router.post(
    "/v1/pipelines/{pipeline}/documents",  # noqa: FAST003 -- `access` reads the pipeline
    operation_id="uploadDocuments",
    summary="Upload one document, or several",
    status_code=HTTPStatus.ACCEPTED,
    response_model=Document,
    response_description="Accepted and stored for good; processing follows.",
    responses={
        200: {
            "model": Document,
            "description": "The Idempotency-Key was used before for these bytes.",
        },
        207: {"model": BulkAnswer, "description": "Several parts: what became of each."},
        **responses(400, 401, 403, 404, 408, 413, 415, 422, 429, 503),
    },
    openapi_extra=_BODY,
)
async def upload_documents(
    request: Request,
    services: ServicesOf,
    admitted: Uploading,
    *,
    content_disposition: Annotated[
        str, Header(description="May name the file of a raw body.")
    ] = "",
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=1,
            max_length=MAX_KEY_LENGTH,
            description="The same key and bytes again get the first answer.",
        ),
    ] = None,
    traceparent: Annotated[str, Header(description="W3C trace context.")] = "",
) -> Response:
    """Store what comes and answer when it is safe. What a document is, is judged by its content."""
    with services.upload_slots.take(admitted.caller.client):
        boundary = boundary_of(request.headers.get("content-type", ""))
        trace = checked(traceparent)
        if boundary is not None:
            parts = Multipart(stream_of(request), boundary).parts()
            return await _form(parts, services, admitted, idempotency_key, trace)
        if int(request.headers.get("content-length", "0") or 0) > admitted.pipeline.max_bytes:
            raise intake.too_large(admitted.pipeline)
        upload = Upload(filenames.of_disposition(content_disposition), idempotency_key, trace)
        try:
            return _single(await accept(services, admitted, upload, stream_of(request)))
        except Unavailable as error:
            raise away(services, error) from error


def away(services: Services, error: Unavailable) -> ProblemError:
    """Return the problem of a backend that is away, and let the readiness probe know."""
    services.health.trouble = error.cause
    return unavailable(
        "a backend of the gateway is away; nothing was accepted for certain, so try again"
    )


def _single(accepted: Accepted) -> Response:
    document = document_of(accepted.row)
    status = HTTPStatus.ACCEPTED if accepted.is_new else HTTPStatus.OK
    location = f"/v1/pipelines/{document.pipeline}/documents/{document.document_id}"
    return JSONResponse(document.model_dump(mode="json"), status, {"Location": location})


async def _form(
    parts: AsyncIterator[Part], services: Services, admitted: Admitted, key: str | None, trace: str
) -> Response:
    """Take every part; one that is refused does not hold back the others."""
    items: list[BulkItem] = []
    last: Accepted | ProblemError | None = None
    try:
        async for part in parts:
            own_key = f"{key}#{len(items)}" if key else None
            last = await _part(services, admitted, part, Upload(part.file_name, own_key, trace))
            items.append(_item(part, last))
    except ProblemError as problem:
        # The form itself is broken: what was accepted before stays accepted, and the client must
        # hear of it.
        if not items:
            raise
        items.append(BulkItem(name="", status=problem.status.value, problem=problem.details()))
    if len(items) == 1 and isinstance(last, ProblemError):
        raise last
    if len(items) == 1 and isinstance(last, Accepted):
        return _single(last)
    if not items:
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "empty-form", "the form has no part")
    return JSONResponse(
        BulkAnswer(items=items).model_dump(mode="json", exclude_none=True), HTTPStatus.MULTI_STATUS
    )


async def _part(
    services: Services, admitted: Admitted, part: Part, upload: Upload
) -> Accepted | ProblemError:
    try:
        return await accept(services, admitted, upload, part.data)
    except ProblemError as problem:
        if problem.status in {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_TIMEOUT}:
            raise
        return problem
    except Unavailable as error:
        return away(services, error)


def _item(part: Part, done: Accepted | ProblemError) -> BulkItem:
    if isinstance(done, ProblemError):
        details = ProblemDetails.model_validate(done.details())
        return BulkItem(name=part.file_name, status=done.status.value, problem=details)
    status = HTTPStatus.ACCEPTED if done.is_new else HTTPStatus.OK
    return BulkItem(name=part.file_name, status=status.value, document=document_of(done.row))
