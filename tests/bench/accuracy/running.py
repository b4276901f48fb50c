"""Sends documents through the stages' own functions: reading, extraction, checks; no platform."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from bench.accuracy.documents import Document, Source
from bench.accuracy.outcomes import Outcome, Verdict, judge
from inkwell_api.document import ExtractedField, Extraction, Page
from inkwell_api.pipeline import DocumentPipelineSpec
from inkwell_archive.checks import ChildChecks
from inkwell_archive.findings import findings, has_errors
from inkwell_archive.grounding import Groundings
from inkwell_extract.engine import Extractor
from inkwell_ocr.job import Job
from inkwell_ocr.sandbox.pool import Sandbox, Settings
from inkwell_ocr.unreadable import Unreadable

_SECONDS: Final = 600


def run(source: Source) -> Iterator[Outcome]:
    """Yield what becomes of each document of a source."""
    spec = source.pipeline
    ocr = spec.ocr
    languages, segmentation = tuple(ocr.languages), ocr.page_segmentation.value
    sandbox = Sandbox(Settings(languages, segmentation, 120, ocr.engine.value))
    checks = ChildChecks(spec.validation.rules)
    try:
        for document in source.documents():
            yield _outcome(document, source, sandbox, checks)
    finally:
        checks.close()
        sandbox.stop()


@contextmanager
def reading(pipeline: DocumentPipelineSpec) -> Iterator[Callable[[Document], tuple[Page, ...]]]:
    """Give what reads the pages of a document as a pipeline does; one that it refuses has none."""
    ocr = pipeline.ocr
    sandbox = Sandbox(Settings(tuple(ocr.languages), ocr.page_segmentation.value, 120))

    def read(document: Document) -> tuple[Page, ...]:
        try:
            return _pages(document, pipeline, sandbox)
        except Unreadable:
            return ()

    try:
        yield read
    finally:
        sandbox.stop()


def _outcome(document: Document, source: Source, sandbox: Sandbox, checks: ChildChecks) -> Outcome:
    spec = source.pipeline
    started = time.perf_counter()
    try:
        extraction = _extract(document, source, sandbox)
    except Unreadable:
        verdicts = dict.fromkeys(document.truth, Verdict.ABSENT)
        seconds = time.perf_counter() - started
        return Outcome(document.name, verdicts, is_archived=False, confidence=0.0, seconds=seconds)
    return outcome(document, extraction, spec, checks, time.perf_counter() - started)


def outcome(
    document: Document,
    extraction: Extraction,
    spec: DocumentPipelineSpec,
    checks: ChildChecks,
    seconds: float,
) -> Outcome:
    """Return what becomes of a document that was extracted, in so many seconds."""
    groundings = Groundings(spec.extraction.result_schema, spec.validation)
    found = findings(extraction, groundings, checks)
    return Outcome(
        document.name,
        judge(extraction.result, document.truth),
        is_archived=not has_errors(found),
        confidence=confidence_of(extraction),
        seconds=seconds,
    )


def _extract(document: Document, source: Source, sandbox: Sandbox) -> Extraction:
    spec = source.pipeline
    pages = _pages(document, spec, sandbox)
    if source.leaves_einvoices_aside:
        pages = tuple(replace(page, einvoices=()) for page in pages)
    return Extractor(spec.extraction).extract(pages)


def _pages(document: Document, spec: DocumentPipelineSpec, sandbox: Sandbox) -> tuple[Page, ...]:
    with tempfile.TemporaryFile() as file:
        file.write(document.content)
        file.seek(0)
        job = Job(document.content_type, spec.ocr.text_layer.value, 50, _SECONDS)
        return tuple(sandbox.read(file, job, _SECONDS))


def confidence_of(extraction: Extraction) -> float:
    """Return the confidence, 0 to 1, of the least sure value; 0 where there is none."""
    return min(map(_confidence, extraction.fields.values()), default=0.0)


def _confidence(field: ExtractedField) -> float:
    """Return how sure a value is; one without rivals is as sure as its words were read."""
    return field.evidence.confidence if field.confidence is None else field.confidence
