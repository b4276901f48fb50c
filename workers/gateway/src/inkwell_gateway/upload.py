"""One document from a stream to a row: intake, then the row, then a wake-up for the publisher."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import structlog

from inkwell_gateway import intake
from inkwell_gateway.access import Admitted
from inkwell_gateway.problems import ProblemError
from inkwell_gateway.register import KeyTakenError, NewDocument
from inkwell_gateway.services import Services
from inkwell_worker.tracing import child_of

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Upload:
    """What a client says of a document."""

    file_name: str
    idempotency_key: str | None
    trace_parent: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """A document's row, and whether this request made it."""

    row: dict[str, Any]
    is_new: bool


async def accept(
    services: Services, admitted: Admitted, upload: Upload, stream: AsyncIterator[bytes]
) -> Accepted:
    """Store a document so that nothing that was acknowledged is ever lost.

    Raises:
        ProblemError: the document is not acceptable, or its idempotency key was used for other
            bytes.
        Unavailable: a backend is away; when it went away during the commit, the document may have
            been accepted.
    """
    if upload.idempotency_key is not None:
        earlier = await services.register.by_key(admitted.pipeline.name, upload.idempotency_key)
        if earlier is not None:
            return _repeated(earlier, await intake.digest_of(stream, admitted.pipeline))
    received = await intake.receive(stream, admitted.pipeline, services.vault, uuid4())
    # A client that disconnects must not cancel a commit under way: its outcome would be unknown.
    return await asyncio.shield(asyncio.create_task(_record(services, admitted, upload, received)))


async def _record(
    services: Services, admitted: Admitted, upload: Upload, received: intake.Intake
) -> Accepted:
    document = NewDocument(
        document_id=received.document_id,
        pipeline=admitted.pipeline.name,
        file_name=upload.file_name,
        content_type=received.content_type,
        size_bytes=received.size_bytes,
        sha256=received.sha256,
        chunk_count=received.chunk_count,
        idempotency_key=upload.idempotency_key,
        uploaded_by=admitted.caller.name,
        trace_parent=child_of(upload.trace_parent),
    )
    try:
        row = await services.register.add(document)
    except KeyTakenError:
        # The key is taken, so this row was not committed and its chunks belong to no document.
        await intake.discard(services.vault, received.document_id)
        key = upload.idempotency_key or ""
        earlier = await services.register.by_key(admitted.pipeline.name, key)
        if earlier is None:
            raise
        return _repeated(earlier, received.sha256)
    services.publishers[admitted.pipeline.name].wake()
    log.info(
        "accepted",
        pipeline=admitted.pipeline.name,
        document=str(received.document_id),
        bytes=received.size_bytes,
    )
    return Accepted(row, is_new=True)


def _repeated(earlier: dict[str, Any], sha256: str) -> Accepted:
    if earlier["sha256"] != sha256:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "idempotency-key-reused",
            "this Idempotency-Key was used for another document",
        )
    return Accepted(earlier, is_new=False)
