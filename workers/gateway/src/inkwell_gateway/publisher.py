"""Brings new rows to Kafka as `uploaded`: the row is its own outbox.

Called after each upload, and every minute for what was missed.

One task a pipeline, so a topic that is away delays no other. A crash between confirmation and mark
repeats the event with the same id.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import structlog
from prometheus_client import Counter, Gauge

from inkwell_api.events import Uploaded, event_id_for
from inkwell_api.names import EventKind
from inkwell_api.stage_env import GatewayPipeline
from inkwell_gateway.register import Register
from inkwell_worker.kafka import Outgoing
from inkwell_worker.retry import BACKEND_BACKOFF
from inkwell_worker.stage import StageError
from inkwell_worker.tracing import TRACE_HEADER, child_of

log = structlog.get_logger(__name__)

BATCH: Final = 100
SWEEP_SECONDS: Final = 60.0
_PUBLISHED: Final = Counter(
    "inkwell_gateway_published_total", "Uploaded events confirmed by Kafka.", ("tenant", "pipeline")
)
_FAILING: Final = Gauge(
    "inkwell_gateway_publishing_failed",
    "1 while events of the pipeline do not reach Kafka, else 0.",
    ("tenant", "pipeline"),
)


class Producer(Protocol):
    """What the publisher needs of the producer."""

    def send_all(self, records: Sequence[Outgoing]) -> None:
        """Produce in order and return when all are confirmed."""


@dataclass
class Publisher:
    """Publishes one pipeline's rows."""

    tenant: str
    pipeline: GatewayPipeline
    register: Register
    producer: Producer
    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """A row was added: publish it now."""
        self._woken.set()

    async def run(self) -> None:
        """Publish until cancelled."""
        failing = _FAILING.labels(self.tenant, self.pipeline.name)
        failures = 0
        while True:
            self._woken.clear()
            try:
                while await self.publish() == BATCH:
                    pass
                failures = 0
            except StageError as error:
                failures += 1
                log.warning(
                    "not published",
                    pipeline=self.pipeline.name,
                    cause=error.cause,
                    detail=error.detail,
                )
            failing.set(1 if failures else 0)
            if failures:
                await asyncio.sleep(BACKEND_BACKOFF.delay(failures))
            else:
                await self._sleep()

    async def _sleep(self) -> None:
        try:
            await asyncio.wait_for(self._woken.wait(), SWEEP_SECONDS)
        except TimeoutError:
            return

    async def publish(self) -> int:
        """Publish one batch of rows, oldest first, and return how many it had."""
        async with self.register.transaction() as connection:
            found = await connection.execute(
                "SELECT document_id, sha256, size_bytes, content_type, chunk_count, uploaded_at,"
                " trace_parent"
                " FROM documents WHERE pipeline = %s AND published_at IS NULL"
                " ORDER BY uploaded_at LIMIT %s FOR UPDATE SKIP LOCKED",
                (self.pipeline.name, BATCH),
            )
            rows = await found.fetchall()
            if not rows:
                return 0
            records = [self._record(row) for row in rows]
            await asyncio.to_thread(self.producer.send_all, records)
            await connection.execute(
                "UPDATE documents SET published_at = now() WHERE document_id = ANY(%s)",
                ([row["document_id"] for row in rows],),
            )
        _PUBLISHED.labels(self.tenant, self.pipeline.name).inc(len(rows))
        return len(rows)

    def _record(self, row: dict[str, Any]) -> Outgoing:
        document_id = str(row["document_id"])
        event = Uploaded(
            event_id=event_id_for(document_id, EventKind.UPLOADED, row["sha256"]),
            tenant=self.tenant,
            pipeline=self.pipeline.name,
            document_id=document_id,
            occurred_at=row["uploaded_at"],
            sha256=row["sha256"],
            size_bytes=row["size_bytes"],
            content_type=row["content_type"],
            chunk_count=row["chunk_count"],
        )
        return (
            self.pipeline.uploaded_topic,
            event,
            [(TRACE_HEADER, child_of(row["trace_parent"] or ""))],
        )
