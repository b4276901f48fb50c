"""Measures how line items are read by rules alone: ``PYTHONPATH=tests python -m bench.items``.

The truth of real invoices is that of their e-invoice, which is left aside for reading.
"""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from bench.accuracy.documents import PDF, example
from bench.items.judging import Judged, judge, table
from inkwell_api.document import Page
from inkwell_api.pipeline import ExtractionSpec
from inkwell_demo.real_invoices import DATA_VARIABLE, folder_of
from inkwell_documents import corpus
from inkwell_documents.corpus import Form, Order
from inkwell_documents.facts import Facts, Kind
from inkwell_documents.varied.document import make as make_varied
from inkwell_documents.varied.rendering import to_pdf
from inkwell_extract.engine import Extractor
from inkwell_ocr.job import Job
from inkwell_ocr.sandbox.pool import Sandbox, Settings

ROOT: Final = Path(__file__).resolve().parents[3]
COUNT: Final = 60
_SECONDS: Final = 600
_EVERYDAY_SEED: Final = 4242
_VARIED_SEED: Final = 20_271_127
_NUMBER: Final = {"type": "number"}
_ITEM: Final = {
    "description": {"type": "string"},
    "quantity": _NUMBER,
    "unit_price": _NUMBER,
    "amount": _NUMBER,
}
_LIST: Final = {"type": "array", "items": {"type": "object", "properties": _ITEM}}
_SCHEMA: Final = {"type": "object", "properties": {"total": _NUMBER, "line_items": _LIST}}

Truth = Sequence[dict[str, Any]]


def main() -> int:
    """Measure what there is, and print it."""
    print(table(measured()))
    return 0


def measured() -> dict[str, list[Judged]]:
    """Measure what there is, by source; say loudly what is not there."""
    found: dict[str, list[Judged]] = {}
    spec = example(ROOT / "manifests" / "examples" / "acme.yaml", "invoices")
    settings = Settings(tuple(spec.ocr.languages), spec.ocr.page_segmentation.value, 120)
    sandbox = Sandbox(settings)
    try:
        for source, name, content in _documents():
            with tempfile.TemporaryFile() as file:
                file.write(content[0])
                file.seek(0)
                job = Job(PDF, spec.ocr.text_layer.value, 50, _SECONDS)
                pages = tuple(sandbox.read(file, job, _SECONDS))
            judged = _judged(name, pages, content[1])
            if judged is not None:
                found.setdefault(source, []).append(judged)
    finally:
        sandbox.stop()
    return found


def _documents() -> Iterator[tuple[str, str, tuple[bytes, Truth | None]]]:
    folder = folder_of(ROOT)
    if not folder.is_dir():
        print(f"SKIPPED: no real documents; set {DATA_VARIABLE} to a folder that has `invoices`")
    for file in sorted(folder.glob("*.pdf")):
        yield "invoices without their XML", file.stem, (file.read_bytes(), None)
    for index in range(COUNT):
        kind = Kind.RECEIPT if index % 5 == 0 else Kind.INVOICE  # a till roll in five
        sample = corpus.make(_EVERYDAY_SEED, index, Order(form=Form.BORN_DIGITAL, kind=kind))
        yield "made up, everyday", sample.name, (sample.content, _truth(sample.facts))
        made = make_varied(_VARIED_SEED, index, is_held_out=True)
        yield "made up, varied", made.layout, (to_pdf(made.sheet), _truth(made.facts))


def _truth(facts: Facts) -> Truth:
    return [
        {
            "description": line.description,
            "quantity": line.quantity,
            "unit_price": line.price,
            "amount": line.amount,
        }
        for line in facts.lines
    ]


def _judged(name: str, pages: Sequence[Page], truth: Truth | None) -> Judged | None:
    """Return what the items of a document are worth, or None where nobody knows the truth."""
    extractor = Extractor(ExtractionSpec.model_validate({"schema": _SCHEMA}))
    if truth is None:
        truth = extractor.extract(pages).result.get("line_items", [])
        if not any(page.einvoices for page in pages) or not truth:
            return None
    found = extractor.extract([replace(page, einvoices=()) for page in pages])
    is_proven = not any(each.pointer.startswith("/line_items") for each in found.findings)
    return Judged(name, judge(found.result.get("line_items", []), truth), is_proven)


if __name__ == "__main__":
    sys.exit(main())
