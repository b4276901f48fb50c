"""A document on its way: its states, its pages, and what was extracted with evidence.

These value types are what the stages hand to one another through Cassandra
(`page_codec`, `extraction_codec`).
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from inkwell_api.einvoice import EInvoice
from inkwell_api.explanation import UNTOLD, Why
from inkwell_api.field_status import Alternative, FieldStatus
from inkwell_api.route import Doubt, RouteReason


class DocumentState(StrEnum):
    """Where a document stands; `TRANSITIONS` says what may follow, and the database too."""

    UPLOADED = "UPLOADED"
    RECOGNIZED = "RECOGNIZED"
    ANALYZED = "ANALYZED"
    ARCHIVED = "ARCHIVED"
    NEEDS_REVIEW = "NEEDS_REVIEW"
    FAILED = "FAILED"
    ERASED = "ERASED"


TRANSITIONS: Final[dict[DocumentState, frozenset[DocumentState]]] = {
    DocumentState.UPLOADED: frozenset(
        {DocumentState.RECOGNIZED, DocumentState.FAILED, DocumentState.ERASED}
    ),
    DocumentState.RECOGNIZED: frozenset(
        {DocumentState.ANALYZED, DocumentState.FAILED, DocumentState.ERASED}
    ),
    DocumentState.ANALYZED: frozenset(
        {
            DocumentState.ARCHIVED,
            DocumentState.NEEDS_REVIEW,
            DocumentState.FAILED,
            DocumentState.ERASED,
        }
    ),
    DocumentState.NEEDS_REVIEW: frozenset({DocumentState.ARCHIVED, DocumentState.ERASED}),
    DocumentState.ARCHIVED: frozenset({DocumentState.ERASED}),
    DocumentState.FAILED: frozenset({DocumentState.UPLOADED, DocumentState.ERASED}),
    DocumentState.ERASED: frozenset(),
}
"""From each state, the states that may follow. FAILED -> UPLOADED is a replay."""


class PageSource(StrEnum):
    """Where the words of a page come from.

    XML is an e-invoice on its own, which shows no page. TEXT is a DOCX or a mail, whose page is
    made up: words stand in the rows and columns that the text has, at no place that anybody drew.
    """

    TEXT_LAYER = "TEXT_LAYER"
    OCR = "OCR"
    XML = "XML"
    TEXT = "TEXT"


class Reader(StrEnum):
    """Who recognised words on an image: the engines that a page may be given to."""

    TESSERACT = "Tesseract"
    PADDLE_OCR = "PaddleOCR"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the upright page: fractions (0 to 1) of its size from the top left corner."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Word:
    """One word as recognised.

    Attributes:
        text: the word, without surrounding white space.
        box: where it stands.
        confidence: 0 to 1; words of a text layer have 1.
        line: number of its line on the page, from 0 in reading order; words of one line share it.
    """

    text: str
    box: Box
    confidence: float
    line: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What another engine read on the same page; boxes are of the page as it stands there."""

    reader: Reader
    words: tuple[Word, ...]


class Severity(StrEnum):
    """What a finding does: an `ERROR` sends the document to review, a `WARNING` is only noted."""

    ERROR = "Error"
    WARNING = "Warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a reviewer should know.

    Attributes:
        name: the rule's name, or a name of ours such as ``schema`` or ``ungrounded``.
        severity: error or warning.
        message: one sentence; may hold tenant-written rule text, never document text.
        pointer: JSON Pointer (RFC 6901) of the value concerned, or empty.
    """

    name: str
    severity: Severity
    message: str
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page as recognised.

    Attributes:
        number: from 1.
        width: of the upright page in points (1/72 inch) where known, else in pixels; 0 for XML.
        height: in the same unit.
        source: text layer, OCR, XML or text without a drawn page.
        rotation: degrees clockwise (0, 90, 180, 270) that the image was turned by to stand upright.
        words: in reading order.
        reason: why this source.
        hidden_characters: of the text layer, that nobody sees on the page; they are in no word.
        einvoices: with the first page, the e-invoices that the document is or has attached.
        findings: what a reviewer should know of the page; on the first page, of the whole document.
        reader: who recognised `words`; None for a text layer, XML, and what version 0.1 stored.
        second_reading: what the other engine read, where two were asked.
        doubts: why a second engine was asked.
    """

    number: int
    width: float
    height: float
    source: PageSource
    rotation: int
    words: tuple[Word, ...]
    reason: RouteReason = RouteReason.UNSTATED
    hidden_characters: int = 0
    einvoices: tuple[EInvoice, ...] = ()
    findings: tuple[Finding, ...] = ()
    reader: Reader | None = None
    second_reading: Reading | None = None
    doubts: tuple[Doubt, ...] = ()

    @property
    def words_held(self) -> int:
        """How many words are in memory with it, those of a second reading too."""
        return len(self.words) + (len(self.second_reading.words) if self.second_reading else 0)

    @property
    def text(self) -> str:
        """The words, one line of the page a line."""
        lines: dict[int, list[str]] = {}
        for word in self.words:
            lines.setdefault(word.line, []).append(word.text)
        return "\n".join(" ".join(words) for words in lines.values())


class Origin(StrEnum):
    """Who proposed a value."""

    XML = "XML"
    RULE = "RULE"
    MODEL = "MODEL"


class Match(StrEnum):
    """How a value was found again in the words, best first; `AMBIGUOUS` ones mean others too."""

    EXACT = "EXACT"
    NORMALISED = "NORMALISED"
    FUZZY = "FUZZY"
    AMBIGUOUS = "AMBIGUOUS"
    UNGROUNDED = "UNGROUNDED"


@dataclass(frozen=True, slots=True)
class Area:
    """A part of a page: its number from 1, and a box on it."""

    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a value stands in the document.

    Attributes:
        match: how it was found; `UNGROUNDED` when it was not, and then the rest is empty.
        page: page number from 1, or None.
        box: smallest box around the words of that page, or None.
        text: the words as they stand on the page, or in the XML where no page shows them.
        confidence: mean word confidence, 0 to 1; 0 when ungrounded.
        path: XPath of the element of the e-invoice that states the value, or empty.
        further: where the value goes on, on later pages.
    """

    match: Match
    page: int | None = None
    box: Box | None = None
    text: str = ""
    confidence: float = 0.0
    path: str = ""
    further: tuple[Area, ...] = ()


UNGROUNDED: Final = Evidence(Match.UNGROUNDED)


@dataclass(frozen=True, slots=True)
class ExtractedField:
    """One value with its origin and evidence.

    Attributes:
        value: in the type of the schema; numbers are `int` or `Decimal`, never `float`.
        origin: who proposed it.
        evidence: where it stands.
        status: how sure it is; what an older Inkwell stored counts as ok.
        confidence: its odds among all values that were proposed, 0 to 1, or None without rivals.
        raw: the words as they stand on the page, or as the model said them.
        alternatives: what else it might have been, likeliest first; a few at most.
        why: what spoke for and against it.
    """

    value: Any
    origin: Origin
    evidence: Evidence = UNGROUNDED
    status: FieldStatus = FieldStatus.OK
    confidence: float | None = None
    raw: str = ""
    alternatives: tuple[Alternative, ...] = ()
    why: Why = UNTOLD


@dataclass(frozen=True, slots=True)
class PageRoute:
    """By which route a page was read, by whom, and why; `doubts` made a second engine read it."""

    number: int
    source: PageSource
    reason: RouteReason = RouteReason.UNSTATED
    reader: Reader | None = None
    doubts: tuple[Doubt, ...] = ()

    @classmethod
    def of(cls, page: Page) -> "PageRoute":
        """Return the route that a page was read by."""
        return cls(page.number, page.source, page.reason, page.reader, page.doubts)


@dataclass(frozen=True, slots=True)
class Extraction:
    """What the extract stage found in one document.

    Attributes:
        result: the JSON object, in the shape of the pipeline's schema; fields that were not found
            are absent.
        fields: by JSON Pointer (RFC 6901) of each scalar in `result`: value, origin, evidence.
        engine: ``Rules``, ``LLM`` or ``Hybrid``.
        model: the model's name, or empty.
        findings: problems seen while extracting (schema violations, a cut context, a cut answer).
        pages: the route of each page, in their order.
    """

    result: dict[str, Any]
    fields: dict[str, ExtractedField]
    engine: str
    model: str = ""
    findings: tuple[Finding, ...] = field(default=())
    pages: tuple[PageRoute, ...] = ()


def finding_from(raw: dict[str, Any]) -> Finding:
    """Decode a finding as it is stored."""
    return Finding(raw["name"], Severity(raw["severity"]), raw["message"], raw["pointer"])
