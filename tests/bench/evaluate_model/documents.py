"""Documents with known truth, read by the OCR stage; what was read once is kept in build/."""

import base64
import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any, Final

from inkwell_api.document import Match, Page
from inkwell_api.page_codec import decode_page, encode_page
from inkwell_demo.evaluation import orders
from inkwell_demo.real_invoices import truth_of
from inkwell_documents import corpus
from inkwell_documents.corpus import Form
from inkwell_documents.paper.scanning import Scanner, to_pdf
from inkwell_documents.varied.document import make
from inkwell_documents.varied.rendering import to_pdf as render
from inkwell_extract.evidence import Evidences
from inkwell_extract.page.layout import Layout
from inkwell_ocr.job import Job
from inkwell_ocr.sandbox.pool import Sandbox

PDF: Final = "application/pdf"
SEED: Final = 20_270_101
"""Of the held-out documents; training uses another seed, other layouts and other names."""

FIELDS: Final = (
    "currency",
    "due_date",
    "invoice_number",
    "issue_date",
    "subtotal",
    "tax",
    "total",
    "vendor",
)
"""In alphabetical order, the one in which Kubernetes hands a schema's properties back."""

_KINDS: Final[Mapping[str, Mapping[str, str]]] = {
    "due_date": {"format": "date", "type": "string"},
    "issue_date": {"format": "date", "type": "string"},
    "subtotal": {"type": "number"},
    "tax": {"type": "number"},
    "total": {"type": "number"},
}
AMOUNTS: Final = frozenset({"subtotal", "tax", "total"})
_LEGIBLE: Final = frozenset({Match.EXACT, Match.NORMALISED})
_NAMES_OF_THE_DEMO: Final = {"vendor": "seller", "subtotal": "net"}


@dataclass(frozen=True, slots=True)
class Case:
    """One document in one form.

    Attributes:
        kind: the row of the tables that it is counted in.
        name: for the list of wrong values.
        content: its bytes.
        content_type: its media type.
        truth: what it says; a field of `asked` that is not here stands nowhere in it.
        asked: the fields that the truth is known of.
    """

    kind: str
    name: str
    content: bytes = field(repr=False)
    content_type: str
    truth: Mapping[str, Any]
    asked: tuple[str, ...] = FIELDS


def schema(fields: tuple[str, ...]) -> dict[str, Any]:
    """Return the schema of some of the fields, none of them required."""
    properties = {name: dict(_KINDS.get(name, {"type": "string"})) for name in fields}
    return {"properties": properties, "type": "object"}


def held_out(count: int) -> Iterator[Case]:
    """Yield made-up documents of layouts and names that training never saw, each in two forms."""
    for index in range(count):
        document = make(SEED, index, is_held_out=True)
        name = f"{index:03}-{document.language}-{document.layout}"
        content = render(document.sheet)
        yield Case("held-out, text layer", name, content, PDF, document.truth)
        scanner = Scanner.draw(Random(f"{SEED}/{index}"))
        scan = to_pdf(scanner.scan(content), scanner.dpi)
        yield Case("held-out, scanned", name, scan, PDF, document.truth)


def of_the_demonstration(count: int) -> Iterator[Case]:
    """Yield everyday invoices, whose layouts training knows nothing of."""
    for index, order in enumerate(orders(count)):
        sample = corpus.make(SEED, index, order)
        form = "text layer" if sample.form is Form.BORN_DIGITAL else "scanned"
        truth = {name: sample.truth[_NAMES_OF_THE_DEMO.get(name, name)] for name in FIELDS}
        media = sample.content_type.value
        yield Case(f"demonstration's, {form}", sample.name, sample.content, media, truth)


def real(folder: Path) -> Iterator[Case]:
    """Yield real invoices, as they are and as scans; their truth has at most four fields."""
    for file in sorted(folder.glob("*.pdf")):
        truth = truth_of(json.loads(file.with_suffix(".json").read_text("utf-8")))
        content, asked = file.read_bytes(), tuple(name for name in FIELDS if name in truth)
        yield Case("real, text layer", file.stem, content, PDF, truth, asked)
        scanner = Scanner(dpi=200)
        scan = to_pdf(scanner.scan(content), scanner.dpi)
        yield Case("real, scanned", file.stem, scan, PDF, truth, asked)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads documents as the OCR stage does.

    Attributes:
        sandbox: where Tesseract runs.
        kept: folder with the pages of documents that were read before.
    """

    sandbox: Sandbox
    kept: Path

    def read(self, case: Case) -> tuple[Page, ...]:
        """Return the pages of a document."""
        self.kept.mkdir(parents=True, exist_ok=True)
        file = self.kept / f"{hashlib.sha256(case.content).hexdigest()}.json"
        if file.exists():
            blobs = json.loads(file.read_text("ascii"))
            return tuple(decode_page(base64.b64decode(blob)) for blob in blobs)
        with tempfile.TemporaryFile() as opened:
            opened.write(case.content)
            opened.seek(0)
            job = Job(case.content_type, "Prefer", 50, 600)
            # What is measured is reading, and an e-invoice needs none.
            pages = tuple(replace(p, einvoices=()) for p in self.sandbox.read(opened, job, 600))
        blobs = [base64.b64encode(encode_page(page)).decode("ascii") for page in pages]
        file.write_text(json.dumps(blobs), encoding="ascii")
        return pages


def legible(pages: Sequence[Page], truth: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of the truth stands in the words that were read: the most that can be found."""
    evidences = Evidences(Layout(pages))
    return {
        name: true
        for name, true in truth.items()
        if evidences.find(float(true) if name in AMOUNTS else true, ()).match in _LEGIBLE
    }


def is_right(result: Mapping[str, Any], truth: Mapping[str, Any], name: str) -> bool:
    """Say whether a field is exactly what the document says, or absent from both."""
    if (name in result) != (name in truth):
        return False
    if name not in truth:
        return True
    value, true = result[name], truth[name]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value)) == Decimal(str(true))
    return str(value) == str(true)
