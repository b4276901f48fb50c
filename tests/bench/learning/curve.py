"""Learns from some receipts and measures on others: the curve of docs/accuracy.md."""

import random
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from bench.accuracy.documents import Document
from bench.accuracy.measures import Share, auroc
from bench.accuracy.outcomes import Outcome, Verdict, is_same_name, judge
from bench.accuracy.running import outcome_of
from bench.accuracy.stages import Stages
from inkwell_api.document import Extraction, Page
from inkwell_api.pipeline import DocumentPipelineSpec
from inkwell_extract.engine import Extractor
from inkwell_extract.resolve.acceptance import Acceptance
from inkwell_extract.score.learned.opening import Opened, open_scorer
from inkwell_extract.score.learned.ranker import LearnedScorer
from inkwell_extract.train.calibrating import BINS
from inkwell_extract.train.examples import Corrected, case_of
from inkwell_extract.train.export import write
from inkwell_extract.train.training import train
from inkwell_extract.values.confirmed import NOBODY
from inkwell_extract.values.folding import letters_and_digits

COUNTS: Final = (0, 20, 40, 80)
FIELDS: Final = ("total", "issue_date", "seller")
_SEED: Final = 0


@dataclass(frozen=True, slots=True)
class Measured:
    """One receipt that was not learned from.

    Attributes:
        outcome: what became of it; its seconds are those of extraction alone.
        is_seen: whether its vendor was learned from.
        values: the confidence of each value that has one, and whether it is right.
    """

    outcome: Outcome
    is_seen: bool
    values: tuple[tuple[float, bool], ...]


@dataclass(frozen=True, slots=True)
class Point:
    """What so many corrections come to.

    Attributes:
        corrections: documents that were learned from; 0 is the cold start.
        measured: all receipts that were kept apart.
    """

    corrections: int
    measured: tuple[Measured, ...]


def points(
    counts: Sequence[int],
    spec: DocumentPipelineSpec,
    learning: Sequence[Document],
    measuring: Sequence[Document],
    stages: Stages,
) -> Iterator[Point]:
    """Yield a point for each count; more corrections hold all of fewer.

    Args:
        counts: how many documents to learn from.
        spec: the pipeline.
        learning: documents that may be learned from.
        measuring: documents that are measured on.
        stages: of the pipeline; they read the documents and check what comes out.
    """
    apart = [(document, stages.readable(document)) for document in measuring]
    drawn = list(learning)
    random.Random(_SEED).shuffle(drawn)
    pages = {document.name: stages.readable(document) for document in drawn[: max(counts)]}
    for count in counts:
        opened = _learned(drawn[:count], pages, spec)
        acceptance = Acceptance.of(spec.validation, opened.calibrations)
        extractor = Extractor(
            spec.extraction, scorer=opened.scorer, acceptance=acceptance, sellers=opened.sellers
        )
        sellers = [str(document.truth["seller"]) for document in drawn[:count]]
        measured = []
        for document, its in apart:
            started = time.perf_counter()
            extraction = extractor.extract(its)
            seconds = time.perf_counter() - started
            found = outcome_of(document, stages.checked(extraction, seconds))
            measured.append(_measured(document, extraction, found, sellers))
        yield Point(count, tuple(measured))


def _learned(
    documents: Sequence[Document], pages: Mapping[str, tuple[Page, ...]], spec: DocumentPipelineSpec
) -> Opened:
    """Train as a person would, through the files that a pipeline mounts."""
    if not documents:
        return Opened(LearnedScorer({}), {}, NOBODY)
    cases = [
        case_of(
            Corrected(
                pages[document.name],
                _typed(document.truth),
                letters_and_digits(str(document.truth["seller"])),
            ),
            spec.extraction,
        )
        for document in documents
    ]
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), train(cases, _SEED), "", "2026-01-01", _SEED)
        return open_scorer(Path(folder))


def _typed(truth: Mapping[str, Any]) -> dict[str, Any]:
    """Return the truth as a person's corrections have it: the total as a number."""
    return {**truth, "total": Decimal(truth["total"])}


def _measured(
    document: Document, extraction: Extraction, found: Outcome, sellers: Sequence[str]
) -> Measured:
    seller = str(document.truth["seller"])
    is_seen = any(is_same_name(seller, each) for each in sellers)
    return Measured(found, is_seen, tuple(_values(extraction, document)))


def _values(extraction: Extraction, document: Document) -> Iterator[tuple[float, bool]]:
    verdicts = judge(extraction.result, document.truth)
    for name, verdict in verdicts.items():
        field = extraction.fields.get(f"/{name}")
        if field is not None and field.confidence is not None:
            yield field.confidence, verdict is Verdict.RIGHT


_COLUMNS: Final = (
    "corrections",
    "receipts",
    *(name.replace("_", " ") for name in FIELDS),
    "archived alone",
    "wrong and archived",
    "of 100 archived",
    "AUROC",
    "calibration error",
    "ms each",
)


def table(found: Sequence[Point]) -> str:
    """Return the learning curve in Markdown: all receipts, and by whether a vendor was seen."""
    lines = [f"| {' | '.join(_COLUMNS)} |", "| --- | --- |" + " ---: |" * (len(_COLUMNS) - 2)]
    for point in found:
        seen = [each for each in point.measured if each.is_seen]
        unseen = [each for each in point.measured if not each.is_seen]
        lines.append(_row(str(point.corrections), "all", point.measured))
        if seen:
            lines.append(_row("", "of vendors seen", seen))
            lines.append(_row("", "of vendors never seen", unseen))
    return "\n".join(lines) + "\n"


def _row(corrections: str, whose: str, measured: Sequence[Measured]) -> str:
    outcomes = [each.outcome for each in measured]
    archived = [each for each in outcomes if each.is_archived]
    wrong = Share(sum(each.is_wrong for each in archived), len(archived))
    low, high = wrong.interval
    ranked = auroc(outcomes)
    right = (
        Share(sum(each.verdicts[name] is Verdict.RIGHT for each in outcomes), len(outcomes))
        for name in FIELDS
    )
    cells = (
        corrections,
        f"{whose}, {len(outcomes)}",
        *(f"{each.count} ({each.percent:.0f} %)" for each in right),
        f"{len(archived)} ({Share(len(archived), len(outcomes)).percent:.0f} %)",
        str(wrong.count),
        f"{wrong.percent:.1f} ({low:.1f} to {high:.1f})",
        "-" if ranked is None else f"{ranked:.2f}",
        f"{calibration_error([value for each in measured for value in each.values]):.3f}",
        f"{1000 * sum(each.seconds for each in outcomes) / max(len(outcomes), 1):.0f}",
    )
    return f"| {' | '.join(cells)} |"


def calibration_error(values: Sequence[tuple[float, bool]]) -> float:
    """Return the mean distance of confidence and truth, in five bins of equal width (ECE)."""
    bins: dict[int, list[float]] = {}
    for confidence, is_right in values:
        place = min(int(confidence * BINS), BINS - 1)
        bins.setdefault(place, []).append(confidence - is_right)
    return sum(abs(sum(gaps)) for gaps in bins.values()) / max(len(values), 1)
