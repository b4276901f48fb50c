"""The stages' parts of a DocumentPipeline: what is accepted and how it is read."""

from enum import StrEnum
from typing import Final, Literal, TypeAlias

from pydantic import Field

from inkwell_api.quantity import SIZE_PATTERN
from inkwell_api.resource import SpecModel
from inkwell_api.rules import (
    checked,
    quantity_at_least,
    quantity_at_most,
)


class ContentType(StrEnum):
    """Media types that the OCR stage can read."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    TIFF = "image/tiff"
    WEBP = "image/webp"
    HEIC = "image/heic"
    HEIF = "image/heif"
    XML = "application/xml"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    MAIL = "message/rfc822"


_WITHOUT_PAGES: Final = frozenset({ContentType.XML, ContentType.DOCX, ContentType.MAIL})


def _with_pages() -> list[ContentType]:
    return [kind for kind in ContentType if kind not in _WITHOUT_PAGES]


class DocumentsSpec(SpecModel):
    """What the gateway accepts."""

    accept: list[ContentType] = Field(
        default_factory=_with_pages,
        min_length=1,
        max_length=12,
        description=(
            "Media types that an upload may have. What a document is, its first bytes tell; "
            "neither its name nor the Content-Type of the request is believed. application/xml "
            "is an e-invoice in UBL 2.1 or CII, message/rfc822 a mail with one document attached. "
            "Those two and DOCX, which have no page that somebody drew, are accepted only where "
            "they are listed."
        ),
        json_schema_extra={"x-kubernetes-list-type": "set"},
    )
    max_bytes: str = Field(
        default="50Mi",
        max_length=12,
        pattern=SIZE_PATTERN,
        description=(
            "Largest document, as a whole number with Ki, Mi or Gi; 1Ki to 256Mi. A larger upload "
            "is refused with 413 before it is stored."
        ),
        json_schema_extra=checked(
            quantity_at_least("1Ki", SIZE_PATTERN, "maxBytes is at least 1Ki"),
            quantity_at_most("256Mi", SIZE_PATTERN, "maxBytes is at most 256Mi"),
        ),
    )
    max_pages: int = Field(
        default=500,
        ge=1,
        le=5000,
        description=(
            "Most pages of one PDF or TIFF. A document with more is refused, or fails with cause "
            "`too-many-pages` where the number shows only later."
        ),
    )


class TextLayer(StrEnum):
    """What to do with the text that a PDF brings."""

    PREFER = "Prefer"
    IGNORE = "Ignore"
    ONLY = "Only"


class PageSegmentation(StrEnum):
    """How Tesseract looks for text on a page."""

    AUTO = "Auto"
    SINGLE_COLUMN = "SingleColumn"
    SINGLE_BLOCK = "SingleBlock"
    SPARSE = "Sparse"


class OcrEngine(StrEnum):
    """Who recognises words on images."""

    AUTO = "Auto"
    TESSERACT = "Tesseract"
    TESSERACT_COMMAND = "TesseractCommand"
    PADDLE_OCR = "PaddleOCR"


Language: TypeAlias = Literal["eng", "deu", "fra", "nld", "ita", "spa"]
"""A Tesseract language code that the image of the ocr stage has data for."""


def _english() -> list[Language]:
    return ["eng"]


class OcrSpec(SpecModel):
    """How words are read from pages."""

    engine: OcrEngine = Field(
        default=OcrEngine.AUTO,
        description=(
            "Auto reads by Tesseract, and by PaddleOCR (PP-OCRv6) too where that is doubtful: "
            "receipts, photographs, faint print, amounts or dates that are missing or do not "
            "agree. Tesseract and PaddleOCR read every page by the one. TesseractCommand runs "
            "the `tesseract` program of the image, for a platform's own version and languages."
        ),
    )
    languages: list[Language] = Field(
        default_factory=_english,
        min_length=1,
        max_length=8,
        description="Tesseract language codes, most frequent first.",
        json_schema_extra={"x-kubernetes-list-type": "set"},
    )
    text_layer: TextLayer = Field(
        default=TextLayer.PREFER,
        description=(
            "Prefer reads a PDF's own text where it has some, Ignore always runs OCR, Only never "
            "does."
        ),
    )
    page_segmentation: PageSegmentation = Field(
        default=PageSegmentation.AUTO,
        description=(
            "Auto finds columns and blocks; SingleColumn, SingleBlock and Sparse help with odd "
            "layouts."
        ),
    )
    page_timeout_seconds: int = Field(
        default=120,
        ge=5,
        le=1800,
        description=(
            "Longest time for one page, in seconds. A page that takes longer makes the document "
            "fail; its neighbours go on."
        ),
    )
