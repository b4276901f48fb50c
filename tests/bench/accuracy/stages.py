"""One document through the stages' own functions: reading, extraction, checks; no platform."""

import tempfile
from dataclasses import dataclass, replace
from typing import Final, Self

from bench.accuracy.cost import processor_seconds
from bench.accuracy.documents import Document
from inkwell_api.document import Extraction, Finding, Origin, Page, PageSource
from inkwell_api.pipeline import DocumentPipelineSpec, ValidationRule
from inkwell_archive.checks import LATE, ChildChecks
from inkwell_archive.findings import findings, has_errors
from inkwell_archive.grounding import Groundings
from inkwell_extract.engine import Extractor
from inkwell_extract.resolve.acceptance import Acceptance
from inkwell_ocr.job import Job
from inkwell_ocr.sandbox.pool import Sandbox, Settings
from inkwell_ocr.unreadable import Unreadable

_SECONDS: Final = 600
_PAGE_SECONDS: Final = 120
_MAX_PAGES: Final = 50
_RULE_SECONDS: Final = 60.0
"""A worker waits less; what is measured here must not depend on what else the machine does."""

_STARTS: Final = 6

EINVOICE: Final = "e-invoice"
TEXT_LAYER: Final = "text layer"
RECOGNITION: Final = "OCR"
MIXED: Final = "text layer and OCR"


@dataclass(frozen=True, slots=True)
class Ran:
    """What the stages make of a document.

    Attributes:
        extraction: what was found, or None where it could not be read.
        cause: why it could not, or empty.
        findings: of all stages.
        seconds: of processor time, of all processes.
    """

    extraction: Extraction | None
    cause: str
    findings: tuple[Finding, ...]
    seconds: float

    @property
    def is_archived(self) -> bool:
        """Whether no finding sends it to a person."""
        return self.extraction is not None and not has_errors(self.findings)

    @property
    def pages(self) -> int:
        """How many pages were read."""
        return len(self.extraction.pages) if self.extraction else 0

    @property
    def route(self) -> str:
        """By which route it was read; empty where it was not."""
        if self.extraction is None:
            return ""
        if any(field.origin is Origin.XML for field in self.extraction.fields.values()):
            return EINVOICE
        sources = {page.source for page in self.extraction.pages}
        if sources == {PageSource.TEXT_LAYER}:
            return TEXT_LAYER
        return RECOGNITION if sources == {PageSource.OCR} else MIXED


class Stages:
    """The stages of one pipeline; they end with the block."""

    def __init__(self, pipeline: DocumentPipelineSpec) -> None:
        """Prepare; the child that reads starts with the first document."""
        self._pipeline = pipeline
        ocr = pipeline.ocr
        self._sandbox = Sandbox(
            Settings(
                tuple(ocr.languages), ocr.page_segmentation.value, _PAGE_SECONDS, ocr.engine.value
            )
        )
        self._checks = _started(pipeline.validation.rules)
        self._extractor = Extractor(
            pipeline.extraction, acceptance=Acceptance.of(pipeline.validation, {})
        )

    def __enter__(self) -> Self:
        """Use as a context."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the children."""
        self._checks.close()
        self._sandbox.stop()

    def run(self, document: Document, *, leaves_einvoices_aside: bool = False) -> Ran:
        """Return what becomes of a document."""
        started = processor_seconds()
        try:
            pages = self.read(document)
        except Unreadable as error:
            return Ran(None, error.cause.value, (), processor_seconds() - started)
        if leaves_einvoices_aside:
            pages = tuple(replace(page, einvoices=()) for page in pages)
        extraction = self._extractor.extract(pages)
        return self.checked(extraction, processor_seconds() - started)

    def read(self, document: Document) -> tuple[Page, ...]:
        """Return the pages of a document.

        Raises:
            Unreadable: it cannot be read.
        """
        text_layer = self._pipeline.ocr.text_layer.value
        with tempfile.TemporaryFile() as file:
            file.write(document.content)
            file.seek(0)
            job = Job(document.content_type, text_layer, _MAX_PAGES, _SECONDS)
            return tuple(self._sandbox.read(file, job, _SECONDS))

    def readable(self, document: Document) -> tuple[Page, ...]:
        """Return the pages of a document; one that is refused has none."""
        try:
            return self.read(document)
        except Unreadable:
            return ()

    def checked(self, extraction: Extraction, seconds: float) -> Ran:
        """Return an extraction with what the archive says of it."""
        spec = self._pipeline
        groundings = Groundings(spec.extraction.result_schema, spec.validation)
        found = findings(extraction, groundings, self._checks)
        return Ran(extraction, "", tuple(found), seconds)


def _started(rules: list[ValidationRule]) -> ChildChecks:
    """Return checks whose child answers: on a busy machine its start takes longer than it may.

    Raises:
        RuntimeError: it does not answer.
    """
    checks = ChildChecks(rules, _RULE_SECONDS)
    for _ in range(_STARTS):
        if not any(LATE in finding.message for finding in checks.check({})):
            return checks
    checks.close()
    msg = "the machine is too busy to evaluate rules"
    raise RuntimeError(msg)
