"""What may not get worse: ``make accuracy-gate`` records it anew.

A small set of fixed documents, the same on every machine, and real invoices where they lie. Of each
collection it is recorded how many were archived without a person, and how many of these wrongly.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Final

from bench.accuracy import cases
from bench.accuracy.documents import Document, Source, everyday, example, invoices, varied
from bench.accuracy.running import outcome_of
from bench.accuracy.stages import Stages
from inkwell_api.document import Page
from inkwell_demo.real_invoices import folder_of
from inkwell_extract.engine import Extractor

_ROOT: Final = Path(__file__).resolve().parents[3]
RECORD: Final = _ROOT / "tests" / "data" / "accuracy-gate.json"
REAL: Final = "invoices as they are"
_EVERYDAY: Final = 10
_VARIED: Final = 24


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of a collection."""

    documents: int
    archived: int
    wrong_and_archived: int

    def worse_than(self, recorded: "Counts") -> Iterator[str]:
        """Yield what got worse."""
        if self.documents != recorded.documents:
            yield f"{self.documents} documents instead of {recorded.documents}"
        if self.wrong_and_archived > recorded.wrong_and_archived:
            yield (
                f"{self.wrong_and_archived} archived with a wrong value, "
                f"and {recorded.wrong_and_archived} before"
            )
        if self.archived < recorded.archived:
            yield f"{self.archived} archived without a person, and {recorded.archived} before"


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents of one source, read once.

    Attributes:
        source: them.
        pages: of each; none where it cannot be read.
    """

    source: Source
    pages: tuple[tuple[Document, tuple[Page, ...]], ...]

    @classmethod
    def of(cls, source: Source) -> "Collection":
        """Read all documents of a source."""
        with Stages(source.pipeline) as stages:
            return cls(source, tuple((each, stages.readable(each)) for each in source.documents()))

    def counts(self, extractor: Extractor) -> Counts:
        """Return what becomes of the documents with an extractor."""
        with Stages(self.source.pipeline) as stages:
            found = [
                outcome_of(document, stages.checked(extractor.extract(pages), 0.0))
                for document, pages in self.pages
                if pages
            ]
        return Counts(
            len(self.pages),
            sum(outcome.is_archived for outcome in found),
            sum(outcome.is_wrong_and_archived for outcome in found),
        )


def sources() -> dict[str, Source]:
    """Return the collections of the gate by name; real invoices are among them where they lie."""
    pipeline = example(_ROOT / "manifests" / "examples" / "acme.yaml", "invoices")
    found = [
        Source("cases", pipeline, cases.documents, is_tuned_on=True),
        Source("made up, everyday", pipeline, partial(everyday, _EVERYDAY), is_tuned_on=True),
        Source("made up, varied", pipeline, partial(varied, _VARIED), is_tuned_on=False),
    ]
    folder = folder_of(_ROOT)
    if folder.is_dir():
        found.append(Source(REAL, pipeline, partial(invoices, folder), is_tuned_on=True))
    return {source.name: source for source in found}


def recorded() -> dict[str, Counts]:
    """Return what was recorded, by collection."""
    return {name: Counts(**each) for name, each in json.loads(RECORD.read_text("utf-8")).items()}


def measured(source: Source) -> Counts:
    """Return what becomes of a collection today."""
    return Collection.of(source).counts(Extractor(source.pipeline.extraction))


def record() -> None:
    """Record what becomes of each collection; what cannot be measured here stays as it was."""
    counts: Mapping[str, Counts] = recorded() if RECORD.exists() else {}
    found = {name: measured(source) for name, source in sources().items()}
    for name, each in found.items():
        print(f"{name}: {counts.get(name)} -> {each}")
    body = {name: asdict(each) for name, each in {**counts, **found}.items()}
    RECORD.write_text(json.dumps(body, indent=2) + "\n", "utf-8")
