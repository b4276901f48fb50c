"""The extract stage: `Recognized` in, extraction stored, `Analyzed` out."""

import hashlib
from dataclasses import dataclass

from inkwell_api.events import Analyzed, Event, Recognized, event_id_for
from inkwell_extract.engine import Extractor
from inkwell_extract.model.llm import HttpModel
from inkwell_worker.stage import Poison, Task
from inkwell_worker.stores import ExtractionStore, PageReader


@dataclass(frozen=True, slots=True)
class ExtractStage:
    """Turns stored pages into a stored extraction.

    Attributes:
        pages: where pages are.
        extractions: where the extraction goes; a repeat overwrites it.
        extractor: finds the fields.
        model: ended when the worker stops, or None.
    """

    pages: PageReader
    extractions: ExtractionStore
    extractor: Extractor
    model: HttpModel | None = None

    def process(self, task: Task) -> Event:
        """Extract the fields of one document.

        Raises:
            Poison: the event is not one of this stage, or other pages are stored than it says.
            Retryable: pages are missing, or the model refuses the question.
            Unavailable: Cassandra or the model is away.
            Abandoned: the worker stops.
        """
        document = task.event
        if not isinstance(document, Recognized):
            raise Poison("unexpected-event", "the extract stage reads recognised documents only")
        pages = self.pages.read(document)
        extraction = self.extractor.extract(pages)
        digest = self.extractions.write(document.document_id, extraction)
        seed = hashlib.sha256(f"{document.sha256}/{digest}".encode()).hexdigest()
        return Analyzed(
            event_id=event_id_for(document.document_id, Analyzed.KIND, seed),
            tenant=document.tenant,
            pipeline=document.pipeline,
            document_id=document.document_id,
            occurred_at=task.now,
            sha256=document.sha256,
            page_count=document.page_count,
            extraction_sha256=digest,
            engine=extraction.engine,
            model=extraction.model,
        )

    def abandon(self) -> None:
        """End running questions to the model."""
        if self.model is not None:
            self.model.stop()
