"""The effects of one event in PostgreSQL: all of them in one transaction.

They are in the inbox, the document's state and history, its result, and the outbox. The document's
row is locked first, so two processes that hold the same event (a partition moved) take turns, and
the second finds it in the inbox.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from inkwell_api import exact_json
from inkwell_api.document import DocumentState, Extraction, Finding
from inkwell_api.events import Archived, Event
from inkwell_archive import progress
from inkwell_archive.postgres import Pool, transaction
from inkwell_archive.succession import Standing
from inkwell_worker.stage import Skip


@dataclass(frozen=True, slots=True)
class Result:
    """A validated extraction, about to become a version of the document's result."""

    version: int
    extraction: Extraction
    extraction_sha256: str
    findings: tuple[Finding, ...]
    archived_at: datetime

    @property
    def standing(self) -> Standing:
        """What it says, and how much of it is in doubt."""
        return Standing.of(
            self.extraction.result,
            [finding.severity for finding in self.findings],
            [field.status for field in self.extraction.fields.values()],
        )

    def to_json(self) -> str:
        """Encode for the archive; the same result gives the same text."""
        body = {
            "version": self.version,
            "extraction": asdict(self.extraction),
            "extraction_sha256": self.extraction_sha256,
            "findings": [asdict(finding) for finding in self.findings],
        }
        return exact_json.dumps(body, sort_keys=True)


@dataclass
class OpenDocument:
    """A document whose row is locked until the transaction ends."""

    connection: psycopg.Connection[DictRow]
    event: Event
    state: DocumentState
    failed_stage: str
    version: int
    extraction_sha256: str

    def advance_to(self, target: DocumentState, detail: dict[str, Any], **columns: Any) -> None:
        """Change the state to `target` by allowed transitions, each with its line of history.

        Args:
            target: the state wanted; nothing is done when no allowed transitions lead there.
            detail: for the last line of history.
            columns: `page_count`, and for FAILED `failure_stage`, `failure_cause` and
                `failure_detail`.
        """
        steps = progress.path(self.state, target)
        for step in steps:
            self._go(
                step, detail if step == target else {"implied_by": self.event.KIND.value}, columns
            )
            self.state = step

    def _go(self, state: DocumentState, detail: dict[str, Any], columns: dict[str, Any]) -> None:
        failure = {
            name: columns.get(name) for name in ("failure_stage", "failure_cause", "failure_detail")
        }
        if state != DocumentState.FAILED:
            failure = dict.fromkeys(failure)
        self.connection.execute(
            "UPDATE documents SET state = %(state)s, updated_at = now(),"
            " page_count = COALESCE(%(page_count)s, page_count), failure_stage = %(failure_stage)s,"
            " failure_cause = %(failure_cause)s, failure_detail = %(failure_detail)s"
            " WHERE pipeline = %(pipeline)s AND document_id = %(document_id)s",
            {
                **failure,
                "pipeline": self.event.pipeline,
                "state": state,
                "page_count": columns.get("page_count"),
                "document_id": self.event.document_id,
            },
        )
        self.connection.execute(
            "INSERT INTO document_history (document_id, pipeline, state, detail)"
            " VALUES (%s, %s, %s, %s)",
            (self.event.document_id, self.event.pipeline, state, Jsonb(detail)),
        )

    def fail(self, stage: str, cause: str, detail: str) -> None:
        """Mark the document as failed, or failed once more."""
        columns = {"failure_stage": stage, "failure_cause": cause, "failure_detail": detail}
        history = {"stage": stage, "cause": cause, "detail": detail}
        if self.state == DocumentState.FAILED:
            self._go(DocumentState.FAILED, history, columns)
        else:
            self.advance_to(DocumentState.FAILED, history, **columns)

    def note_pages(self, pages_sha256: str | None) -> None:
        """Keep the digest of the stored pages, by which whoever reads them believes them."""
        self.connection.execute(
            "UPDATE documents SET pages_sha256 = %s WHERE pipeline = %s AND document_id = %s",
            (pages_sha256, self.event.pipeline, self.event.document_id),
        )

    def kept(self) -> Standing | None:
        """Return the standing of the newest version, or None when there is none."""
        # As text: what psycopg makes of a number in jsonb is a double.
        row = self.connection.execute(
            "SELECT result::text AS result, findings::text AS findings, fields::text AS fields"
            " FROM results WHERE pipeline = %s AND document_id = %s",
            (self.event.pipeline, self.event.document_id),
        ).fetchone()
        if row is None:
            return None
        findings, fields = exact_json.loads(row["findings"]), exact_json.loads(row["fields"])
        return Standing.of(
            exact_json.loads(row["result"]),
            [finding["severity"] for finding in findings],
            [field.get("status", "") for field in fields.values()],
        )

    def store_version(self, result: Result, record_sha256: str) -> None:
        """Store a result as the newest version, and in the history with its record's digest."""
        values = {
            "document_id": self.event.document_id,
            "version": result.version,
            "pipeline": self.event.pipeline,
            "result": _exact(result.extraction.result),
            "fields": _exact(
                {pointer: asdict(field) for pointer, field in result.extraction.fields.items()}
            ),
            "findings": Jsonb([asdict(finding) for finding in result.findings]),
            "engine": result.extraction.engine,
            "model": result.extraction.model,
            "extraction_sha256": result.extraction_sha256,
            "archived_at": result.archived_at,
        }
        pages = Jsonb([asdict(page) for page in result.extraction.pages])
        renewed = ", ".join(
            f"{name} = excluded.{name}"
            for name in values
            if name not in {"document_id", "pipeline"}
        )
        for table, more, otherwise in (
            ("results", {}, f" ON CONFLICT (pipeline, document_id) DO UPDATE SET {renewed}"),
            ("result_history", {"record_sha256": record_sha256, "pages": pages}, ""),
        ):
            row = values | more
            names, marks = ", ".join(row), ", ".join(f"%({name})s" for name in row)
            # Only names of our own tables and columns are put together here.
            insert = f"INSERT INTO {table} ({names}) VALUES ({marks}){otherwise}"  # noqa: S608
            self.connection.execute(insert.encode(), row)

    def publish(self, event: Archived, trace_parent: str) -> None:
        """Put an event into the outbox; the relay produces it."""
        record = event.to_record() | {"occurred_at": event.occurred_at.isoformat()}
        self.connection.execute(
            "INSERT INTO outbox (event_id, pipeline, kind, message) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (pipeline, event_id) DO NOTHING",
            (
                event.event_id,
                event.pipeline,
                event.KIND.value,
                Jsonb({"event": record, "trace_parent": trace_parent}),
            ),
        )


def _exact(values: dict[str, Any]) -> Jsonb:
    """Return JSON for PostgreSQL, whose jsonb keeps the digits of a number as numeric does."""
    return Jsonb(values, dumps=exact_json.dumps)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Opens documents: locks their rows and reads what an event is applied to."""

    pool: Pool

    @contextmanager
    def open(self, event: Event) -> Iterator[OpenDocument]:
        """Lock the document of an event, and put the event into the inbox.

        All is undone when the block raises.

        Raises:
            Skip: ``document-gone``, ``document-erased`` or ``duplicate``.
            Unavailable, Poison, Retryable: as `postgres.transaction`.
        """
        with transaction(self.pool) as connection:
            yield _open(connection, event)


def _open(connection: psycopg.Connection[DictRow], event: Event) -> OpenDocument:
    row = connection.execute(
        "SELECT state, failure_stage FROM documents"
        " WHERE document_id = %s AND pipeline = %s FOR UPDATE",
        (event.document_id, event.pipeline),
    ).fetchone()
    if row is None:
        raise Skip(
            "document-gone",
            "the document's row is not there; the gateway writes it before the first event",
        )
    if row["state"] == DocumentState.ERASED:
        raise Skip("document-erased", "the document was erased")
    fresh = connection.execute(
        "INSERT INTO inbox (consumed, pipeline) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        (event.event_id, event.pipeline),
    ).rowcount
    if not fresh:
        raise Skip("duplicate", "the event has had its effect")
    newest = connection.execute(
        "SELECT version, extraction_sha256 FROM results WHERE pipeline = %s AND document_id = %s",
        (event.pipeline, event.document_id),
    ).fetchone() or {"version": 0, "extraction_sha256": ""}
    return OpenDocument(
        connection,
        event,
        DocumentState(row["state"]),
        row["failure_stage"] or "",
        newest["version"],
        newest["extraction_sha256"],
    )
