"""Documents with known truth, by source: real ones where they lie beside the checkout."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml
from dateutil import parser

from inkwell_api.pipeline import DocumentPipelineSpec, Engine
from inkwell_demo.evaluation import orders
from inkwell_demo.real_invoices import truth_of
from inkwell_documents import corpus
from inkwell_documents.everyday.truth import FIELDS_OF_INVOICES
from inkwell_documents.paper.scanning import Scanner, to_pdf
from inkwell_documents.varied.document import make as make_varied
from inkwell_documents.varied.rendering import to_pdf as render

PDF: Final = "application/pdf"
JPEG: Final = "image/jpeg"
_EIGHT_DIGITS: Final = 8
_EVERYDAY_SEED: Final = 9001
"""The labels were tuned with other documents of the same collection."""
_VARIED_SEED: Final = 20_271_127
_NAMES: Final = {"vendor": "seller", "subtotal": "net"}
_FIELDS: Final = (*FIELDS_OF_INVOICES, "seller")
"""What the truth of made-up documents tells of, also where a document does not say it."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file and what is true of it.

    Attributes:
        name: of the file.
        content: its bytes.
        content_type: media type.
        truth: true values by the names of the pipeline's fields; None where the document is known
            not to say it, absent where that is not known.
    """

    name: str
    content: bytes
    content_type: str
    truth: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """Documents of one origin in one form.

    Attributes:
        name: as the page calls it.
        pipeline: that reads them.
        documents: yields them anew at each call.
        is_tuned_on: whether anybody looked at them while rules were written.
        leaves_einvoices_aside: whether the XML that is attached to a PDF is not looked at.
    """

    name: str
    pipeline: DocumentPipelineSpec
    documents: Callable[[], Iterator[Document]]
    is_tuned_on: bool
    leaves_einvoices_aside: bool = False


def example(manifests: Path, name: str) -> DocumentPipelineSpec:
    """Return the pipeline of an example, by rules alone and with the seller's name wanted too."""
    for body in yaml.safe_load_all(manifests.read_text("utf-8")):
        if body["kind"] == "DocumentPipeline" and body["metadata"]["name"] == name:
            extraction = body["spec"]["extraction"]
            extraction["engine"] = Engine.RULES.value
            extraction.pop("model", None)
            extraction.pop("prompt", None)
            extraction["schema"]["properties"].setdefault("seller", {"type": "string"})
            return DocumentPipelineSpec.model_validate(body["spec"])
    msg = f"{manifests} has no pipeline {name}"
    raise LookupError(msg)


def invoices(folder: Path) -> Iterator[Document]:
    """Yield real invoices as they are; the embedded XML, where there is one, is in them."""
    for file in sorted(folder.glob("*.pdf")):
        golden = json.loads(file.with_suffix(".json").read_text("utf-8"))
        truth = truth_of(golden)
        seller = golden.get("seller", golden.get("partner_name"))
        if seller is not None:
            truth["seller"] = seller
        yield Document(file.stem, file.read_bytes(), PDF, truth)


def drawn(documents: Iterator[Document]) -> Iterator[Document]:
    """Yield the same documents as clean pictures of 200 dots an inch, without text or XML."""
    for document in documents:
        scanner = Scanner(dpi=200)
        content = to_pdf(scanner.scan(document.content), scanner.dpi)
        yield Document(document.name, content, PDF, document.truth)


def receipts(folder: Path, *, is_odd: bool) -> Iterator[Document]:
    """Yield till receipts: odd ones are for measuring, even ones for corrections."""
    for file in sorted(folder.glob("*.jpg")):
        if int(file.stem) % 2 == is_odd:
            truth = receipt_truth(json.loads(file.with_suffix(".json").read_text("utf-8")))
            yield Document(file.stem, file.read_bytes(), JPEG, truth)


def receipt_truth(golden: Mapping[str, str]) -> dict[str, Any]:
    """Return the truth of a receipt under the pipeline's names.

    The receipts are Malaysian, where days stand before months.
    """
    return {
        "seller": golden["company"],
        "issue_date": day_of(golden["date"]).isoformat(),
        "total": golden["total"].removeprefix("RM").removeprefix("$").strip(),
    }


def day_of(text: str) -> date:
    """Return the day that a Malaysian receipt prints.

    Raises:
        ValueError: it is no day.
    """
    if len(text) == _EIGHT_DIGITS and text.isdigit():
        try:
            return parser.parse(text, yearfirst=True).date()
        except parser.ParserError:
            text = f"{text[:2]}/{text[2:4]}/{text[4:]}"
    is_year_first = text[:4].isdigit()
    moment = parser.parse(text, dayfirst=not is_year_first, yearfirst=is_year_first)
    return moment.date()


def everyday(count: int, seed: int = _EVERYDAY_SEED) -> Iterator[Document]:
    """Yield made-up invoices of many looks, languages and forms, scans among them."""
    for index, order in enumerate(orders(count)):
        sample = corpus.make(seed, index, order)
        truth = {name: sample.truth.get(name) for name in _FIELDS}
        yield Document(sample.name, sample.content, sample.content_type.value, truth)


def varied(count: int, seed: int = _VARIED_SEED) -> Iterator[Document]:
    """Yield made-up invoices and receipts of layouts and names that nobody wrote rules for."""
    for index in range(count):
        made = make_varied(seed, index, is_held_out=True)
        known = {_NAMES.get(name, name): value for name, value in made.truth.items()}
        truth = {name: known.get(name) for name in _FIELDS}
        yield Document(f"{made.layout}-{index}", render(made.sheet), PDF, truth)


def printed_lines(folder: Path, name: str) -> list[str]:
    """Return the lines that a receipt prints, as people typed them."""
    text = (folder / f"{name}.csv").read_text("utf-8", errors="replace")
    corners = 8
    rows = csv.reader(text.splitlines(), quoting=csv.QUOTE_NONE)
    return [",".join(row[corners:]).strip() for row in rows if len(row) > corners]
