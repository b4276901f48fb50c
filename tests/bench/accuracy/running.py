"""Sends the documents of a source through the stages, on as many cores as there are."""

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Final

from bench.accuracy.documents import PDF, Document, Source
from bench.accuracy.outcomes import Outcome, Verdict, judge
from bench.accuracy.stages import Ran, Stages
from inkwell_api.document import ExtractedField, Extraction
from inkwell_api.pipeline import DocumentPipelineSpec
from support.papers import SENTENCES, pdf_of_text

_MOST: Final = 4
"""Processes; each holds a child that reads, and its memory."""

_of_this_process: list[Stages] = []


def run(source: Source) -> Iterator[Outcome]:
    """Yield what becomes of each document of a source, in their order."""
    workers = min(len(os.sched_getaffinity(0)), _MOST)
    # A fork would take locks of this process along.
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(workers, context, _start, (source.pipeline,)) as pool:
        outcome = partial(_outcome, leaves_einvoices_aside=source.leaves_einvoices_aside)
        yield from pool.map(outcome, source.documents())


def _start(pipeline: DocumentPipelineSpec) -> None:
    """Keep one child for all documents of this process; it ends with it.

    The first document that a child reads costs what its start and the models of OCR cost.
    """
    stages = Stages(pipeline)
    stages.run(Document("first", pdf_of_text([SENTENCES]), PDF, {}))
    _of_this_process.append(stages)
    multiprocessing.util.Finalize(None, stages.__exit__, exitpriority=1)


def _outcome(document: Document, *, leaves_einvoices_aside: bool) -> Outcome:
    [stages] = _of_this_process
    ran = stages.run(document, leaves_einvoices_aside=leaves_einvoices_aside)
    return outcome_of(document, ran)


def outcome_of(document: Document, ran: Ran) -> Outcome:
    """Judge what became of a document by its truth."""
    extraction = ran.extraction
    if extraction is None:
        verdicts = dict.fromkeys(document.truth, Verdict.ABSENT)
    else:
        verdicts = judge(extraction.result, document.truth)
    return Outcome(
        document.name,
        verdicts,
        is_archived=ran.is_archived,
        confidence=confidence_of(extraction) if extraction else 0.0,
        seconds=ran.seconds,
        confidences=_by_field(extraction, document) if extraction else {},
        route=ran.route,
        pages=ran.pages,
    )


def confidence_of(extraction: Extraction) -> float:
    """Return the confidence, 0 to 1, of the least sure value; 0 where there is none."""
    return min(map(_confidence, extraction.fields.values()), default=0.0)


def _by_field(extraction: Extraction, document: Document) -> dict[str, float]:
    """Return the confidence of each value that has rivals and a known truth."""
    found = {name: extraction.fields.get(f"/{name}") for name in document.truth}
    return {
        name: field.confidence
        for name, field in found.items()
        if field is not None and field.confidence is not None
    }


def _confidence(field: ExtractedField) -> float:
    """Return how sure a value is; one without rivals is as sure as its words were read."""
    return field.evidence.confidence if field.confidence is None else field.confidence
