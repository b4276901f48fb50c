"""The documents: a handful made up for the occasion, or a person's own files."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from inkwell_api.pipeline import ContentType
from inkwell_demo.demonstration.demonstration import (
    INVOICES,
    RECEIPTS,
    Demonstration,
    Paper,
    PipelineName,
)
from inkwell_demo.demonstration.screen import plain_table
from inkwell_documents.corpus import Form, Order, Sample, make
from inkwell_documents.facts import Kind, Language

_HANDFUL: Final[tuple[tuple[PipelineName, Order], ...]] = (
    (INVOICES, Order(Language.ENGLISH, "letter", Form.BORN_DIGITAL)),
    (INVOICES, Order(Language.GERMAN, "classic", Form.BORN_DIGITAL, lines=45)),
    (INVOICES, Order(Language.FRENCH, "classic", Form.BORN_DIGITAL)),
    (INVOICES, Order(Language.ENGLISH, "classic", Form.SCANNED_PDF)),
    (INVOICES, Order(Language.GERMAN, "letter", Form.JPEG)),
    (INVOICES, Order(Language.FRENCH, "letter", Form.TIFF)),
    (RECEIPTS, Order(Language.ENGLISH, "receipt", Form.BORN_DIGITAL, Kind.RECEIPT)),
    (RECEIPTS, Order(Language.GERMAN, "receipt", Form.PNG, Kind.RECEIPT)),
)
_FORMS: Final = {
    Form.BORN_DIGITAL: "born-digital PDF",
    Form.SCANNED_PDF: "scan in a PDF",
    Form.PNG: "scan, PNG",
    Form.JPEG: "scan, JPEG",
    Form.TIFF: "scan, TIFF",
}
_LANGUAGES: Final = {
    Language.ENGLISH: "English",
    Language.GERMAN: "German",
    Language.FRENCH: "French",
}
_TYPES: Final = {
    ".pdf": ContentType.PDF,
    ".png": ContentType.PNG,
    ".jpg": ContentType.JPEG,
    ".jpeg": ContentType.JPEG,
    ".tif": ContentType.TIFF,
    ".tiff": ContentType.TIFF,
}


class NoDocumentsError(LookupError):
    """The folder holds nothing that could be uploaded."""


def collect(demo: Demonstration) -> None:
    """Make the documents, or read the person's own."""
    demo.papers = list(_own(demo, demo.options.docs) if demo.options.docs else _made_up(demo))
    table = plain_table("document", "what it is", "size", "goes to")
    for paper in demo.papers:
        size = f"{len(paper.content) / 1024:,.0f} KiB"
        table.add_row(paper.name, paper.about, size, str(paper.target))
    demo.screen.show(table)


def _made_up(demo: Demonstration) -> Iterator[Paper]:
    for index, (target, order) in enumerate(_HANDFUL):
        sample = make(demo.options.seed, index, order)
        yield Paper(
            target=target,
            name=sample.name,
            content=sample.content,
            content_type=sample.content_type.value,
            about=_about(sample),
            sample=sample,
        )


def _about(sample: Sample) -> str:
    return f"{_LANGUAGES[sample.facts.language]}, {_FORMS[sample.form]}"


def _own(demo: Demonstration, folder: Path) -> Iterator[Paper]:
    files = sorted(path for path in folder.expanduser().rglob("*") if path.is_file())
    known = [path for path in files if path.suffix.lower() in _TYPES]
    if not known:
        raise NoDocumentsError(f"{folder} holds no PDF, PNG, JPEG or TIFF")
    if len(known) < len(files):
        demo.screen.say(f"[dim]{len(files) - len(known)} files of other types are left out.[/]")
    for path in known:
        yield Paper(
            target=INVOICES,
            name=path.name,
            content=path.read_bytes(),
            content_type=_TYPES[path.suffix.lower()].value,
            about="your own",
        )
