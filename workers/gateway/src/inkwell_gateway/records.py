"""The route that reads the archive: a result's record as it was written, or a refusal."""

import hashlib
from http import HTTPStatus
from typing import Final

import structlog
from fastapi import APIRouter, Response
from prometheus_client import Counter

from inkwell_gateway.access import Viewing
from inkwell_gateway.documents import DOCUMENTS, DocumentId
from inkwell_gateway.problems import ProblemError, not_found, responses
from inkwell_gateway.services import ServicesOf
from inkwell_worker.stage import DIGEST

log = structlog.get_logger(__name__)

router = APIRouter(prefix=DOCUMENTS)

_REFUSED: Final = Counter(
    "inkwell_gateway_digest_refusals_total",
    "Archive records that were not shown, as they are not what was archived.",
    ("tenant", "pipeline"),
)


@router.get(
    "/{document_id}/record",
    operation_id="getRecord",
    summary="The newest result as it stands in the archive",
    response_class=Response,
    responses={
        200: {
            "description": "The record, byte for byte; its ETag is the SHA-256 of it.",
            "content": {"application/json": {"schema": {"type": "object"}}},
        },
        **responses(401, 403, 404, 410, 422, 500, 503),
    },
)
async def get_record(services: ServicesOf, admitted: Viewing, document_id: DocumentId) -> Response:
    """Return the archived result with evidence and findings, when it has the digest it had."""
    pipeline = admitted.pipeline.name
    if await services.register.get(pipeline, document_id) is None:
        raise not_found()
    archived = await services.register.record(pipeline, document_id)
    if archived is None:
        raise ProblemError(
            HTTPStatus.NOT_FOUND, "no-result", "the document has no result (yet); see its state"
        )
    content = await services.vault.record(document_id, archived["version"])
    if content is None:
        raise ProblemError(
            HTTPStatus.GONE, "record-gone", "the record has expired or was erased; see the result"
        )
    digest = hashlib.sha256(content).hexdigest()
    # A record of version 0.1 has no digest beside it, and is believed.
    if archived["record_sha256"] not in {None, digest}:
        _REFUSED.labels(services.env.tenant, pipeline).inc()
        log.error("record refused", cause=DIGEST, document=str(document_id))
        raise ProblemError(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            DIGEST,
            "the stored record is not the one that was archived, and is not shown; the result is",
        )
    headers = {"ETag": f'"{digest}"', "Cache-Control": "private, no-store"}
    return Response(content, headers=headers, media_type="application/json")
