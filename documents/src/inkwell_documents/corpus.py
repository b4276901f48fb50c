"""Makes files of everyday documents: of which language, look and form, and what is true of each."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from random import Random

from inkwell_api.pipeline import ContentType
from inkwell_documents.everyday.invention import invent
from inkwell_documents.everyday.layouts import LAYOUTS, Layout, layouts_for
from inkwell_documents.everyday.truth import truth_of
from inkwell_documents.everyday.wording import Wording
from inkwell_documents.facts import Facts, Kind, Language
from inkwell_documents.paper import scanning
from inkwell_documents.paper.scanning import Scanner


class Form(StrEnum):
    """In which form a document arrives."""

    BORN_DIGITAL = "pdf"
    SCANNED_PDF = "scan.pdf"
    PNG = "png"
    JPEG = "jpg"
    TIFF = "tiff"

    @property
    def content_type(self) -> ContentType:
        """Its media type."""
        match self:
            case Form.BORN_DIGITAL | Form.SCANNED_PDF:
                return ContentType.PDF
            case Form.PNG:
                return ContentType.PNG
            case Form.JPEG:
                return ContentType.JPEG
            case Form.TIFF:
                return ContentType.TIFF


@dataclass(frozen=True, slots=True)
class Order:
    """What a document is to be; what is None is drawn by lot.

    Attributes:
        language: that it is written in.
        layout: name of its look.
        form: in which it arrives.
        kind: invoice or receipt.
        lines: number of positions; some forty of them take two pages.
    """

    language: Language | None = None
    layout: str | None = None
    form: Form | None = None
    kind: Kind = Kind.INVOICE
    lines: int | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """A document with its truth.

    Attributes:
        name: file name.
        content: its bytes.
        content_type: its media type.
        facts: the truth in full.
        layout: name of its look.
        form: in which it arrives.
    """

    name: str
    content: bytes
    content_type: ContentType
    facts: Facts
    layout: str
    form: Form

    @property
    def truth(self) -> Mapping[str, str | int]:
        """What an extraction should find."""
        return truth_of(self.facts)


def make(seed: int, index: int, order: Order | None = None) -> Sample:
    """Make one document; the same arguments give the same bytes.

    Args:
        seed: of the whole corpus.
        index: of the document in it; leaving one out changes no other.
        order: what it is to be.
    """
    order = order or Order()
    random = Random(f"{seed}/{index}")
    language = order.language or random.choice(tuple(Language))
    layout = _layout(order, random)
    form = order.form or random.choice(tuple(Form))
    facts = invent(random, language, layout.kind, order.lines)
    pdf = layout.sheet(Wording.draw(facts, random), random.choice(layout.faces))
    return Sample(
        name=f"{index:03}-{language.value}-{layout.name}.{form.value}",
        content=_arrive(pdf, form, random),
        content_type=form.content_type,
        facts=facts,
        layout=layout.name,
        form=form,
    )


def make_many(seed: int, orders: tuple[Order, ...]) -> Iterator[Sample]:
    """Make one document for each order, numbered from 0."""
    for index, order in enumerate(orders):
        yield make(seed, index, order)


def save(sample: Sample, folder: Path) -> Path:
    """Write a document and, beside it, its truth as JSON; return the document's path."""
    path = folder / sample.name
    path.write_bytes(sample.content)
    truth = json.dumps(sample.truth, ensure_ascii=False, indent=1)
    path.with_name(f"{sample.name}.truth.json").write_text(truth + "\n", encoding="utf-8")
    return path


def _layout(order: Order, random: Random) -> Layout:
    if order.layout is None:
        return random.choice(layouts_for(order.kind))
    return {layout.name: layout for layout in LAYOUTS}[order.layout]


def _arrive(pdf: bytes, form: Form, random: Random) -> bytes:
    if form is Form.BORN_DIGITAL:
        return pdf
    if form in {Form.PNG, Form.JPEG} and (count := scanning.count_pages(pdf)) > 1:
        raise ValueError(f"a {form.name} holds one page, not {count}: ask for fewer lines or TIFF")
    scanner = Scanner.draw(random)
    pages = scanner.scan(pdf)
    match form:
        case Form.SCANNED_PDF:
            return scanning.to_pdf(pages, scanner.dpi)
        case Form.PNG:
            return scanning.to_png(pages[0], scanner.dpi)
        case Form.JPEG:
            return scanning.to_jpeg(pages[0], scanner.dpi)
        case Form.TIFF:
            return scanning.to_tiff(pages, scanner.dpi)
