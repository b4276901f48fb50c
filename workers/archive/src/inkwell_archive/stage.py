"""The archive stage: from an event to its effects.

Decisions are in `progress` and `findings`, writes in `ledger` and `records`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from inkwell_api.document import DocumentState, Extraction
from inkwell_api.events import Analyzed, Archived, DeadLetter, Event, Recognized, event_id_for
from inkwell_api.extraction_codec import decode_extraction
from inkwell_api.names import EventKind, Stage
from inkwell_archive import findings, progress
from inkwell_archive.grounding import Groundings
from inkwell_archive.ledger import Ledger, OpenDocument, Result
from inkwell_archive.records import RecordStore
from inkwell_archive.succession import takes_over
from inkwell_worker.stage import DIGEST, Poison, Retryable, Skip, StageError, Task
from inkwell_worker.stores import ExtractionReader


@dataclass(frozen=True, slots=True)
class ArchiveStage:
    """The only writer of a document's state after its upload."""

    name: ClassVar[Stage] = Stage.ARCHIVE
    ledger: Ledger
    extractions: ExtractionReader
    records: RecordStore
    groundings: Groundings
    checks: findings.Checks
    committed: Callable[[], None]
    """Called after each commit that filled the outbox."""

    def process(self, task: Task) -> Event | None:
        """Apply one event to the document's state and result, in one transaction.

        What is produced goes through the outbox, so nothing is returned.
        """
        match task.event:
            case Recognized() as event:
                self._recognized(event)
            case Analyzed() as event:
                self._analyzed(event, task)
            case DeadLetter() as event:
                self._dead(event)
            case event:
                raise Poison("unexpected-event", f"the archive does not take {event.KIND.value}")
        return None

    def abandon(self) -> None:
        """Nothing here takes long: transactions end by their own timeouts."""

    def _recognized(self, event: Recognized) -> None:
        with self.ledger.open(event) as document:
            document.note_pages(event.pages_sha256)
            if progress.recognition_advances(document.state, document.failed_stage):
                detail = {
                    "pages": event.page_count,
                    "words": event.word_count,
                    "text_layer_pages": event.text_layer_pages,
                    "mean_confidence": round(event.mean_confidence, 4),
                }
                document.advance_to(DocumentState.RECOGNIZED, detail, page_count=event.page_count)

    def _dead(self, event: DeadLetter) -> None:
        with self.ledger.open(event) as document:
            if progress.failure_applies(document.state, document.failed_stage, event.stage):
                document.fail(event.stage, event.cause, event.detail)

    def _analyzed(self, event: Analyzed, task: Task) -> None:
        with self.ledger.open(event) as document:
            if (
                document.extraction_sha256 != event.extraction_sha256
                or document.state not in progress.FINAL
            ):
                result = self._result(event, document, task)
                _refuse_worse(document, result)
                record_sha256 = self.records.write(
                    event.document_id, result.version, result.archived_at, result.to_json()
                )
                document.store_version(result, record_sha256)
                self._conclude(document, event, result, task)
        self.committed()

    def _result(self, event: Analyzed, document: OpenDocument, task: Task) -> Result:
        stored = self.extractions.read(event.document_id)
        if stored is None:
            raise Retryable("extraction-missing", "the extraction is not stored")
        content, digest = stored
        if digest != event.extraction_sha256:
            raise _otherwise(digest, document)
        extraction = _decoded(content)
        found = findings.findings(extraction, self.groundings, self.checks)
        return Result(document.version + 1, extraction, digest, found, task.now)

    def _conclude(
        self, document: OpenDocument, event: Analyzed, result: Result, task: Task
    ) -> None:
        if document.state not in progress.FINAL:
            document.advance_to(
                DocumentState.ANALYZED,
                {"engine": event.engine, "model": event.model},
                page_count=event.page_count,
            )
        errors = sum(1 for finding in result.findings if findings.has_errors([finding]))
        target = progress.outcome(document.state, has_errors=errors > 0)
        summary = {
            "version": result.version,
            "errors": errors,
            "warnings": len(result.findings) - errors,
        }
        document.advance_to(target, summary)
        document.publish(
            Archived(
                event_id=event_id_for(
                    event.document_id,
                    EventKind.ARCHIVED,
                    f"{result.extraction_sha256}/{result.version}",
                ),
                tenant=event.tenant,
                pipeline=event.pipeline,
                document_id=event.document_id,
                occurred_at=result.archived_at,
                state=target.value,
                result_version=result.version,
            ),
            task.trace_parent,
        )


def _refuse_worse(document: OpenDocument, result: Result) -> None:
    """Leave the result that is there where a document that was judged has a better one.

    Raises:
        Skip: ``result-kept``.
    """
    kept = document.kept() if document.state in progress.FINAL else None
    if kept is not None and not takes_over(result.standing, kept, document.state):
        raise Skip("result-kept", "the document has a result that is as good or better")


def _decoded(content: str) -> Extraction:
    try:
        return decode_extraction(content)
    except (ValueError, KeyError, TypeError) as error:
        cause = "extraction-damaged"
        raise Retryable(cause, "the stored extraction cannot be decoded") from error


def _otherwise(stored: str, document: OpenDocument) -> StageError:
    """Say what it means that another extraction is stored than the event tells of."""
    if stored == document.extraction_sha256:
        return Skip("extraction-superseded", "a newer extraction is stored; its event came first")
    # A newer one whose event is on its way is superseding this at one of the next tries.
    return Retryable(DIGEST, "the stored extraction is not the one that the extract stage wrote")
