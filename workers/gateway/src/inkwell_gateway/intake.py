"""From a stream of bytes to stored chunks: counted, hashed and sniffed while read.

A document is never in memory as a whole: about one chunk of it is.
"""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from uuid import UUID

import structlog

from inkwell_api import media
from inkwell_api.stage_env import GatewayPipeline
from inkwell_gateway.problems import ProblemError
from inkwell_gateway.vault import Vault
from inkwell_worker.stage import Unavailable

log = structlog.get_logger(__name__)

CHUNK_BYTES: Final = 512 * 1024


@dataclass(frozen=True, slots=True)
class Intake:
    """Bytes that are stored, and not yet a document."""

    document_id: UUID
    sha256: str
    size_bytes: int
    content_type: str
    chunk_count: int


def too_large(pipeline: GatewayPipeline) -> ProblemError:
    """Return the problem of a document above the pipeline's limit."""
    return ProblemError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "too-large",
        f"a document of this pipeline has at most {pipeline.max_bytes} bytes",
    )


class _Chunks:
    """Cuts what comes into chunks and writes them."""

    def __init__(self, pipeline: GatewayPipeline, vault: Vault, document_id: UUID) -> None:
        self._pipeline = pipeline
        self._vault = vault
        self._document_id = document_id
        self._buffer = bytearray()
        self._digest = hashlib.sha256()
        self.size = 0
        self.count = 0
        self.content_type = ""

    async def feed(self, data: bytes) -> None:
        self.size += len(data)
        if self.size > self._pipeline.max_bytes:
            raise too_large(self._pipeline)
        self._digest.update(data)
        self._buffer += data
        if not self.content_type and len(self._buffer) >= media.HEAD_BYTES:
            self._sniff()
        while len(self._buffer) >= CHUNK_BYTES:
            await self._write(CHUNK_BYTES)

    async def finish(self) -> Intake:
        if not self.size:
            raise ProblemError(
                HTTPStatus.UNPROCESSABLE_ENTITY, "empty-document", "the document has no bytes"
            )
        if not self.content_type:
            self._sniff()
        if self._buffer:
            await self._write(len(self._buffer))
        return Intake(
            self._document_id, self._digest.hexdigest(), self.size, self.content_type, self.count
        )

    def _sniff(self) -> None:
        found = media.sniff(bytes(self._buffer[: media.HEAD_BYTES]))
        if found not in self._pipeline.accept:
            accepted = ", ".join(sorted(self._pipeline.accept))
            advice = f"; {media.ADVICE[found]}" if found in media.ADVICE else ""
            raise ProblemError(
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
                "unsupported-media-type",
                f"by its content the document is {found or 'of an unknown type'};"
                f" this pipeline accepts {accepted}{advice}",
            )
        self.content_type = found

    async def _write(self, length: int) -> None:
        content = bytes(self._buffer[:length])
        del self._buffer[:length]
        ttl = self._pipeline.document_ttl_seconds
        await self._vault.write(self._document_id, self.count, content, ttl)
        self.count += 1


async def receive(
    stream: AsyncIterator[bytes], pipeline: GatewayPipeline, vault: Vault, document_id: UUID
) -> Intake:
    """Store a stream as chunks; whatever goes wrong, no chunk stays.

    Raises:
        ProblemError: too large, of a type that is not accepted, or empty.
        Unavailable: the vault is away.
    """
    chunks = _Chunks(pipeline, vault, document_id)
    try:
        async for data in stream:
            await chunks.feed(data)
        return await chunks.finish()
    except BaseException:
        if chunks.count or chunks.size:
            await discard(vault, document_id)
        raise


async def digest_of(stream: AsyncIterator[bytes], pipeline: GatewayPipeline) -> str:
    """Return the digest of a stream without storing it, to compare a repeated request.

    Raises:
        ProblemError: the document is too large.
    """
    digest, size = hashlib.sha256(), 0
    async for data in stream:
        size += len(data)
        if size > pipeline.max_bytes:
            raise too_large(pipeline)
        digest.update(data)
    return digest.hexdigest()


async def discard(vault: Vault, document_id: UUID) -> None:
    """Remove chunks that became no document.

    Where that fails they expire with the pipeline's retention; nothing is raised.
    """
    try:
        await vault.delete(document_id)
    except Unavailable as error:
        log.warning("chunks of an unfinished upload stay until they expire", cause=error.cause)
