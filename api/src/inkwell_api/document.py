"""A document on its way: its states, its pages, and what was extracted with evidence.

These value types are what the stages hand to one another through Cassandra (`encode_page`,
`Extraction.to_json`).
"""

import json
import zlib
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final


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
    """Where the words of a page come from."""

    TEXT_LAYER = "TEXT_LAYER"
    OCR = "OCR"


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
        width: of the upright page in points (1/72 inch) where known, else in pixels.
        height: in the same unit.
        source: text layer or OCR.
        rotation: degrees clockwise (0, 90, 180, 270) that the image was turned by to stand upright.
        words: in reading order.
        findings: what a reviewer should know of the page; on the first page, of the whole document.
    """

    number: int
    width: float
    height: float
    source: PageSource
    rotation: int
    words: tuple[Word, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def text(self) -> str:
        """The words, one line of the page a line."""
        lines: dict[int, list[str]] = {}
        for word in self.words:
            lines.setdefault(word.line, []).append(word.text)
        return "\n".join(" ".join(words) for words in lines.values())


def encode_page(page: Page) -> bytes:
    """Encode a page for the `pages` table: compact JSON, zlib.

    The same page gives the same bytes.
    """
    words = [
        [
            w.text,
            *(round(v, 5) for v in (w.box.left, w.box.top, w.box.right, w.box.bottom)),
            round(w.confidence, 4),
            w.line,
        ]
        for w in page.words
    ]
    body: dict[str, Any] = {
        "number": page.number,
        "width": round(page.width, 2),
        "height": round(page.height, 2),
        "source": page.source.value,
        "rotation": page.rotation,
        "words": words,
    }
    if page.findings:
        body["findings"] = [asdict(finding) for finding in page.findings]
    return zlib.compress(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(), 6)


MAX_ENCODED_PAGE_BYTES: Final = 64 * 1024 * 1024
"""Most bytes that a stored page may unpack to; a guard against a crafted blob."""


def decode_page(content: bytes) -> Page:
    """Decode what `encode_page` made.

    Raises:
        ValueError: the bytes are no encoded page, or unpack to more than `MAX_ENCODED_PAGE_BYTES`.
    """
    unpacker = zlib.decompressobj()
    try:
        raw = unpacker.decompress(content, MAX_ENCODED_PAGE_BYTES)
    except zlib.error as error:
        msg = "stored page is not zlib data"
        raise ValueError(msg) from error
    if unpacker.unconsumed_tail:
        msg = "stored page unpacks to more than the limit"
        raise ValueError(msg)
    body = json.loads(raw)
    return Page(
        number=body["number"],
        width=body["width"],
        height=body["height"],
        source=PageSource(body["source"]),
        rotation=body["rotation"],
        words=tuple(
            Word(t, Box(x0, y0, x1, y1), c, line) for t, x0, y0, x1, y1, c, line in body["words"]
        ),
        findings=tuple(map(_finding, body.get("findings", ()))),
    )


class Origin(StrEnum):
    """Who proposed a value."""

    RULE = "RULE"
    MODEL = "MODEL"


class Match(StrEnum):
    """How a value was found again in the words of the document, best first."""

    EXACT = "EXACT"
    NORMALISED = "NORMALISED"
    FUZZY = "FUZZY"
    UNGROUNDED = "UNGROUNDED"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a value stands in the document.

    Attributes:
        match: how it was found; `UNGROUNDED` when it was not, and then the rest is empty.
        page: page number from 1, or None.
        box: smallest box around the words, or None.
        text: the words as they stand on the page.
        confidence: mean word confidence, 0 to 1; 0 when ungrounded.
    """

    match: Match
    page: int | None = None
    box: Box | None = None
    text: str = ""
    confidence: float = 0.0


UNGROUNDED: Final = Evidence(Match.UNGROUNDED)


@dataclass(frozen=True, slots=True)
class ExtractedField:
    """One value with its origin and evidence."""

    value: Any
    origin: Origin
    evidence: Evidence = UNGROUNDED


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
    """

    result: dict[str, Any]
    fields: dict[str, ExtractedField]
    engine: str
    model: str = ""
    findings: tuple[Finding, ...] = field(default=())

    def to_json(self) -> str:
        """Encode canonically: the same extraction gives the same text, so its digest is stable."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Extraction":
        """Decode what `to_json` made."""
        body = json.loads(text)
        return cls(
            result=body["result"],
            fields={pointer: _field(raw) for pointer, raw in body["fields"].items()},
            engine=body["engine"],
            model=body["model"],
            findings=tuple(map(_finding, body["findings"])),
        )


def _finding(raw: dict[str, Any]) -> Finding:
    return Finding(raw["name"], Severity(raw["severity"]), raw["message"], raw["pointer"])


def _field(raw: dict[str, Any]) -> ExtractedField:
    evidence = raw["evidence"]
    box = evidence["box"]
    return ExtractedField(
        value=raw["value"],
        origin=Origin(raw["origin"]),
        evidence=Evidence(
            match=Match(evidence["match"]),
            page=evidence["page"],
            box=Box(**box) if box else None,
            text=evidence["text"],
            confidence=evidence["confidence"],
        ),
    )
