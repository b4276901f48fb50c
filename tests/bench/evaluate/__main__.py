"""How many fields of real invoices are right: ``PYTHONPATH=tests python -m bench.evaluate``.

The stages are called as functions, engine Rules, no platform. A document is read as it came (text
layer) and as a scan (drawn, so that the text layer is gone, and read by Tesseract), both without
the e-invoice that may be attached. What the e-invoice gives stands in a row of its own: the truth
of those documents is from there, so it shows that nothing is lost on the way, and no more.

The built-in labels were tuned on these very invoices, and on everyday made-up ones as in the second
table. So neither table is a held-out estimate: they show that nothing got worse, and not how
documents of a new maker fare. Two of the real invoices print another total or date than the XML
says that their truth was taken from; they count as wrong.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from inkwell_api.document import Page
from inkwell_api.pipeline import ExtractionSpec
from inkwell_demo.evaluation import orders
from inkwell_demo.real_invoices import DATA_VARIABLE, folder_of, truth_of
from inkwell_documents.corpus import Form, make
from inkwell_documents.everyday.truth import same
from inkwell_extract.engine import Extractor
from inkwell_ocr.job import Job
from inkwell_ocr.sandbox.pool import Sandbox, Settings

ROOT: Final = Path(__file__).resolve().parents[3]
SEED: Final = 9001
"""Of everyday documents; the labels were tuned with others of the same collection."""

SCHEMA: Final = {
    "type": "object",
    "properties": {
        "invoice_number": {"type": "string"},
        "issue_date": {"type": "string", "format": "date"},
        "total": {"type": "number"},
        "currency": {"type": "string"},
    },
}
FIELDS: Final = tuple(SCHEMA["properties"])


@dataclass(frozen=True, slots=True)
class Case:
    """A document, the class that it is counted in, and what is true of it."""

    name: str
    kind: str
    content: bytes
    content_type: str
    text_layer: str
    truth: Mapping[str, Any]
    has_einvoice: bool = False


def real_invoices(folder: Path) -> Iterator[Case]:
    """Yield each real invoice as it came and as a scan, and with its e-invoice if it has one."""
    for file in sorted(folder.glob("*.pdf")):
        truth = truth_of(json.loads(file.with_suffix(".json").read_text("utf-8")))
        content = file.read_bytes()
        family = "ZUGFeRD" if file.stem.startswith("zugferd") else "other makers"
        for kind, layer in (("text layer", "Prefer"), ("scan", "Ignore")):
            yield Case(file.stem, f"{family}, {kind}", content, "application/pdf", layer, truth)
        if family == "ZUGFeRD":
            kind = f"{family}, e-invoice"
            yield Case(
                file.stem, kind, content, "application/pdf", "Prefer", truth, has_einvoice=True
            )


def made_up_invoices(count: int) -> Iterator[Case]:
    """Yield invoices of many looks, languages and forms."""
    for index, order in enumerate(orders(count)):
        sample = make(SEED, index, order)
        kind = "text layer" if sample.form is Form.BORN_DIGITAL else "scan"
        yield Case(
            sample.name,
            f"made up {sample.facts.language.value}, {kind}",
            sample.content,
            sample.content_type.value,
            "Prefer",
            {name: sample.truth[name] for name in FIELDS},
        )


class Table:
    """Counts what is right, by class and field."""

    def __init__(self) -> None:
        """Count nothing yet."""
        self._right: dict[str, dict[str, int]] = {}
        self._all: dict[str, dict[str, int]] = {}
        self._seconds: dict[str, list[float]] = {}
        self._wrong: list[str] = []

    def add(self, case: Case, result: Mapping[str, Any], seconds: float) -> None:
        """Count one document."""
        self._seconds.setdefault(case.kind, []).append(seconds)
        for name, true in case.truth.items():
            right = name in result and same(result[name], true)
            for table, value in ((self._right, right), (self._all, True)):
                row = table.setdefault(case.kind, {})
                row[name] = row.get(name, 0) + value
            if not right:
                found = result.get(name, "nothing")
                self._wrong.append(f"{case.kind}: {case.name}: {name}: {found}, truth {true}")

    def show(self) -> None:
        """Print the table, then each wrong value."""
        print("| documents | count | " + " | ".join(FIELDS) + " | seconds each |")
        print("| --- | ---: |" + " ---: |" * (len(FIELDS) + 1))
        for kind, seconds in self._seconds.items():
            cells = [
                f"{self._right[kind].get(name, 0)}/{self._all[kind].get(name, 0)}"
                for name in FIELDS
            ]
            each = sum(seconds) / len(seconds)
            print(f"| {kind} | {len(seconds)} | {' | '.join(cells)} | {each:.2f} |")
        print()
        for line in self._wrong:
            print(f"wrong: {line}")


def evaluate(cases: Iterable[Case], sandbox: Sandbox) -> Table:
    """Send documents through the stages' own functions."""
    extractor = Extractor(ExtractionSpec.model_validate({"schema": SCHEMA}))
    table = Table()
    for case in cases:
        started = time.perf_counter()
        extraction = extractor.extract(recognise(case, sandbox))
        table.add(case, extraction.result, time.perf_counter() - started)
    return table


def recognise(case: Case, sandbox: Sandbox) -> tuple[Page, ...]:
    """Return the pages of a document."""
    with tempfile.TemporaryFile() as file:
        file.write(case.content)
        file.seek(0)
        job = Job(case.content_type, case.text_layer, 50, 600)
        pages = sandbox.read(file, job, 600)
        return tuple(page if case.has_einvoice else replace(page, einvoices=()) for page in pages)


def main() -> int:
    """Evaluate what there is; say loudly what is not there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--made-up", type=int, default=60, help="number of made-up documents")
    count: int = parser.parse_args().made_up
    invoices = folder_of(ROOT)
    sandbox = Sandbox(Settings(("eng", "deu", "fra", "nld"), "Auto", 120))
    try:
        if invoices.is_dir():
            print("Real invoices (the labels were tuned on them):\n")
            evaluate(real_invoices(invoices), sandbox).show()
        else:
            print(f"SKIPPED: no real invoices; set {DATA_VARIABLE} to a folder that has `invoices`")
        if count:
            print("\nMade-up invoices (the labels were tuned with others of this kind):\n")
            evaluate(made_up_invoices(count), sandbox).show()
    finally:
        sandbox.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
