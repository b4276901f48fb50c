"""What the API speaks: the shapes of its answers, and rows made into them. Pure."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, computed_field

from inkwell_api.document import DocumentState, Match, Origin, PageSource, Reader, Severity
from inkwell_api.explanation import Reason
from inkwell_api.field_status import FieldStatus
from inkwell_api.route import Doubt, RouteReason
from inkwell_gateway.problems import ProblemDetails


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Failure(_Answer):
    """Why a document failed."""

    stage: str = Field(description="The stage that gave up.")
    cause: str = Field(description="A stable word, such as encrypted-pdf.")
    detail: str = Field(description="One sentence.")


class Document(_Answer):
    """A document and where it stands."""

    document_id: UUID
    pipeline: str
    state: DocumentState
    file_name: str = Field(description="As the client named it; empty when it did not.")
    content_type: str = Field(description="By content, not by name.")
    size_bytes: int
    sha256: str
    page_count: int | None = Field(description="Known once the pages are recognised.")
    uploaded_by: str
    uploaded_at: datetime
    updated_at: datetime
    failure: Failure | None = Field(default=None, description="With state FAILED.")


class HistoryEntry(_Answer):
    """A state that the document came to."""

    state: DocumentState
    occurred_at: datetime
    detail: dict[str, Any]


class BoxModel(_Answer):
    """A rectangle in fractions (0 to 1) of the upright page, from its top left corner."""

    left: float
    top: float
    right: float
    bottom: float


class AreaModel(_Answer):
    """A part of a page."""

    page: int = Field(description="Page number from 1.")
    box: BoxModel


class EvidenceModel(_Answer):
    """Where a value stands in the document."""

    match: Match = Field(
        description="How the value was found again; AMBIGUOUS when its words may mean another "
        "value as well, UNGROUNDED when it was not found."
    )
    page: int | None = Field(default=None, description="Page number from 1.")
    box: BoxModel | None = None
    text: str = Field(
        default="",
        description="The words as they stand on the page, or in the XML where no page shows them.",
    )
    confidence: float = Field(default=0.0, description="Mean confidence of these words, 0 to 1.")
    path: str = Field(
        default="",
        description="XPath of the element of the e-invoice that states the value; empty when none.",
    )
    further: list[AreaModel] = Field(
        default_factory=list, description="Where the value goes on, on later pages."
    )


class ReasonModel(_Answer):
    """Something that speaks for a value, or against it."""

    feature: str = Field(description="A stable word, such as sums_agree.")
    log_odds: float = Field(description="How much; below 0 it speaks against the value.")

    @computed_field(description="The same in words.")
    def says(self) -> str:
        """Return the same in words."""
        return Reason(self.feature, self.log_odds).says


class WhyModel(_Answer):
    """Why a value is as likely as it is."""

    proposers: list[str] = Field(
        default=[],
        description="Who proposed it: pattern (of the pipeline), label, page, sum, model and the "
        "like. Empty where it had no rivals, or where that was not kept.",
    )
    reasons: list[ReasonModel] = Field(
        default=[], description="What spoke loudest for and against it, the loudest first."
    )


class AlternativeModel(_Answer):
    """What else a value might have been."""

    value: Any
    confidence: float = Field(description="0 to 1, in the same measure as the field's own.")
    raw: str = Field(default="", description="The words as they stand on the page.")
    page: int | None = Field(default=None, description="Page number from 1.")
    box: BoxModel | None = None
    why: WhyModel = WhyModel()


class FieldModel(_Answer):
    """One value with its origin and evidence."""

    value: Any
    origin: Origin
    evidence: EvidenceModel
    status: FieldStatus = Field(
        default=FieldStatus.OK,
        description="How sure the value is; a result of an older version has none and says ok.",
    )
    confidence: float | None = Field(
        default=None, description="Its odds among all values that were proposed, 0 to 1."
    )
    raw: str = Field(default="", description="The words that it was read from.")
    alternatives: list[AlternativeModel] = Field(
        default=[], description="What else it might have been, likeliest first; a few at most."
    )
    why: WhyModel = WhyModel()


class FindingModel(_Answer):
    """Something a reviewer should know."""

    name: str
    severity: Severity
    message: str
    pointer: str = Field(default="", description="JSON Pointer of the value concerned, or empty.")


class PageModel(_Answer):
    """By which route a page was read."""

    number: int = Field(description="From 1.")
    source: PageSource = Field(
        description="TEXT_LAYER and OCR say where its words come from. XML is an e-invoice on its "
        "own, which has no page to be shown. TEXT is a DOCX or a mail: the boxes of its words say "
        "which row and column they stand in, on a page that is made up."
    )
    reason: RouteReason = Field(
        default=RouteReason.UNSTATED,
        description="Why by this route: `text-is-shown` where the text layer was believed, else "
        "why it was not. Empty where that was not kept.",
    )
    reader: Reader | None = Field(
        default=None,
        description="Which engine recognised its words; null where they were not recognised.",
    )
    doubts: list[Doubt] = Field(
        default=[], description="Why a second engine was asked; empty where one was enough."
    )


class DocumentResult(_Answer):
    """The newest result of a document."""

    document_id: UUID
    state: DocumentState
    version: int = Field(description="From 1, one more at each new result.")
    result: dict[str, Any] = Field(description="In the shape of the pipeline's schema.")
    fields: dict[str, FieldModel] = Field(description="By JSON Pointer: value, origin, evidence.")
    findings: list[FindingModel]
    engine: str
    model: str
    pages: list[PageModel] = Field(
        default=[], description="In their order; empty for a result of before these were kept."
    )
    archived_at: datetime


class DocumentDetails(Document):
    """A document with its history and, once there is one, its result."""

    history: list[HistoryEntry]
    result: DocumentResult | None = None


class DocumentPage(_Answer):
    """Some documents, newest first."""

    items: list[Document]
    next_cursor: str | None = Field(
        default=None, description="Give it as `cursor` for the next page; null on the last."
    )


class BulkItem(_Answer):
    """What became of one part of a bulk upload."""

    name: str = Field(description="The part's file name.")
    status: int = Field(description="What a request for this part alone would have answered.")
    document: Document | None = None
    problem: ProblemDetails | None = None


class BulkAnswer(_Answer):
    """What became of each part, in their order."""

    items: list[BulkItem]


def document_of(row: dict[str, Any]) -> Document:
    """Return a document as clients see it."""
    return Document.model_validate(row | {"failure": failure_of(row)})


def details_of(
    row: dict[str, Any], history: list[dict[str, Any]], result: dict[str, Any] | None
) -> DocumentDetails:
    """Return a document with its history and result."""
    return DocumentDetails.model_validate(
        row
        | {
            "failure": failure_of(row),
            "history": [HistoryEntry.model_validate(entry) for entry in history],
            "result": None if result is None else DocumentResult.model_validate(result),
        }
    )


def failure_of(row: dict[str, Any]) -> Failure | None:
    """Return why a document failed, or None when it did not."""
    if row["failure_stage"] is None:
        return None
    return Failure(
        stage=row["failure_stage"], cause=row["failure_cause"], detail=row["failure_detail"] or ""
    )
