"""The archive stage with its own logins on a test's tenant, and a look at all that it leaves."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from inkwell_api.events import Event
from inkwell_api.pipeline import ValidationRule
from inkwell_archive.postgres import Pool
from inkwell_archive.stage import ArchiveStage
from inkwell_worker.cassandra_stores import CassandraExtractions
from inkwell_worker.connections import Connections
from inkwell_worker.stage import Task
from support.worker_documents import Announcer, add_row, extraction_of
from support.worker_tenant import WorkerTenant

POSITIVE = ValidationRule(
    name="total-positive", expression="result.total > 0.0", message="it must be above zero"
)


@dataclass
class Room:
    tenant: WorkerTenant
    stage: ArchiveStage
    pool: Pool
    connections: Connections
    extracting: CassandraExtractions

    @property
    def announce(self) -> Announcer:
        return Announcer(self.tenant)

    def extracted(self, result: dict[str, Any], **changes: Any) -> tuple[str, Event]:
        """Make a document with an extraction, and its event."""
        document_id = add_row(self.tenant)
        digest = self.extracting.write(document_id, extraction_of(result, **changes))
        return document_id, self.announce.analyzed(document_id, digest)

    def do(self, event: Event, stage: ArchiveStage | None = None) -> None:
        task = Task(event, 1, datetime.now(UTC))
        assert (stage or self.stage).process(task) is None

    def rows(self, query: str, document_id: str) -> list[tuple[Any, ...]]:
        with self.tenant.postgres() as connection:
            return connection.execute(query.encode(), (document_id,)).fetchall()

    def state(self, document_id: str) -> str:
        ((state,),) = self.rows("SELECT state FROM documents WHERE document_id = %s", document_id)
        return str(state)

    def history(self, document_id: str) -> list[str]:
        query = "SELECT state FROM document_history WHERE document_id = %s ORDER BY number"
        return [state for (state,) in self.rows(query, document_id)]

    def records(self, document_id: str) -> list[Any]:
        with self.tenant.cassandra() as session:
            session.set_keyspace(self.tenant.cassandra_access().keyspace)
            query = "SELECT version, content FROM archive_records WHERE document_id = %s"
            return list(session.execute(query, (uuid.UUID(document_id),)))

    def end(self, document_id: str) -> dict[str, Any]:
        """Return all that a document's events have left, but times."""
        results = (
            "SELECT version, result, findings, extraction_sha256 FROM {} WHERE document_id = %s"
        )
        outbox = (
            "SELECT event_id, message #>> '{event,state}' FROM outbox"
            " WHERE message #>> '{event,document_id}' = %s"
        )
        return {
            "state": self.state(document_id),
            "history": self.history(document_id),
            "results": self.rows(results.format("results"), document_id),
            "versions": self.rows(results.format("result_history"), document_id),
            "outbox": self.rows(outbox, document_id),
            "records": [record.version for record in self.records(document_id)],
        }
