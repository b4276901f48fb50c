"""The stages' parts of a DocumentPipeline: what is accepted, read and extracted."""

from enum import StrEnum
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import ConfigDict, Field, StringConstraints

from inkwell_api.quantity import SIZE_PATTERN
from inkwell_api.resource import SpecModel
from inkwell_api.rules import (
    CONFIG_MAP_NAME_PATTERN,
    IDENTIFIER_PATTERN,
    LABEL_PATTERN,
    MODEL_PATTERN,
    checked,
    quantity_at_least,
    quantity_at_most,
    rule,
)


class ContentType(StrEnum):
    """Media types that the OCR stage can read."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    TIFF = "image/tiff"
    WEBP = "image/webp"
    XML = "application/xml"


def _with_pages() -> list[ContentType]:
    return [kind for kind in ContentType if kind is not ContentType.XML]


class DocumentsSpec(SpecModel):
    """What the gateway accepts."""

    accept: list[ContentType] = Field(
        default_factory=_with_pages,
        min_length=1,
        max_length=5,
        description=(
            "Media types that an upload may have. What a document is, its first bytes tell; "
            "neither its name nor the Content-Type of the request is believed. application/xml "
            "is an e-invoice in UBL 2.1 or CII, and accepted only where it is listed."
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


Language: TypeAlias = Literal["eng", "deu", "fra", "nld", "ita", "spa"]
"""A Tesseract language code that the image of the ocr stage has data for."""


def _english() -> list[Language]:
    return ["eng"]


class OcrSpec(SpecModel):
    """How words are read from pages."""

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


class Engine(StrEnum):
    """Who finds the fields."""

    RULES = "Rules"
    LLM = "LLM"
    HYBRID = "Hybrid"


class ModelChoice(SpecModel):
    """Which model to ask."""

    endpoint: str = Field(
        default="default",
        max_length=63,
        pattern=LABEL_PATTERN,
        description=(
            "Name of a model endpoint in the TenantClass (`kubectl get tcls standard -o yaml`, "
            "spec.models). A pipeline cannot name an address of its own."
        ),
    )
    name: str = Field(
        min_length=1,
        max_length=200,
        pattern=MODEL_PATTERN,
        description="The model, as its server calls it, such as llama3.1:8b.",
    )


RegularExpression: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=500)]
"""A pattern in RE2 syntax: linear in time, whatever the text."""


class FieldRule(SpecModel):
    """Patterns that find one field."""

    field: str = Field(
        min_length=1,
        max_length=63,
        pattern=IDENTIFIER_PATTERN,
        description="The property of spec.extraction.schema that the patterns are for.",
    )
    patterns: list[RegularExpression] = Field(
        min_length=1,
        max_length=20,
        description=(
            "Regular expressions (RE2 syntax), tried in order; the first group, or else the whole "
            "match, is the value."
        ),
    )


_RESULT_SCHEMA: Final[dict[str, Any]] = {
    "x-kubernetes-preserve-unknown-fields": True,
    "maxProperties": 64,
    "required": ["type", "properties"],
    "properties": {
        "type": {
            "type": "string",
            "enum": ["object"],
            "description": "A result is always an object.",
        },
        "properties": {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 200,
            "additionalProperties": {
                "type": "object",
                "x-kubernetes-preserve-unknown-fields": True,
                "maxProperties": 32,
            },
            "description": (
                "The fields by name, each with a JSON Schema of its own, such as {type: number}."
            ),
        },
        "required": {
            "type": "array",
            "maxItems": 200,
            "items": {"type": "string", "maxLength": 63},
            "description": "Fields without which a document goes to review.",
        },
    },
}
"""The API server checks the outermost keywords; the operator checks the rest.

Neither depth nor size of what is within can be bounded here: CEL does not see fields that the
schema does not know.
"""


class ScorerSource(SpecModel):
    """Where a learned scorer lies."""

    config_map: str = Field(
        min_length=1,
        max_length=253,
        pattern=CONFIG_MAP_NAME_PATTERN,
        description=(
            "Name of a ConfigMap in the pipeline's namespace with the files model.json and "
            "model.onnx that `python -m inkwell_extract.train` writes. Name a new one for a new "
            "scorer: the change of name brings it into the pods, and back."
        ),
    )


class ExtractionSpec(SpecModel):
    """Which fields are wanted and who finds them."""

    model_config = ConfigDict(
        json_schema_extra=checked(
            rule(
                "self.engine == 'Rules' || has(self.model)",
                "the engines LLM and Hybrid need a model: name it, or choose engine Rules",
                at=".model",
            )
        )
    )

    engine: Engine = Field(
        default=Engine.RULES,
        description=(
            "Rules reads by patterns, LLM asks the model, Hybrid asks the model only for what the "
            "rules leave open."
        ),
    )
    model: ModelChoice | None = Field(
        default=None,
        description="The model to ask. Needed by the engines LLM and Hybrid, ignored by Rules.",
    )
    prompt: str = Field(
        default="",
        max_length=8000,
        description=(
            "What the model should know about these documents: who sends them, what the fields "
            "mean. It stands before the schema in every request; the document's text never does."
        ),
    )
    result_schema: dict[str, Any] = Field(
        alias="schema",
        description=(
            "JSON Schema (2020-12) of the result: an object whose properties are the fields to "
            "find. Type and format say how a value is read: number, integer, boolean, string with "
            "format date. What `required` names and nobody finds sends the document to review."
        ),
        json_schema_extra=_RESULT_SCHEMA,
    )
    rules: list[FieldRule] = Field(
        default_factory=list,
        max_length=100,
        description=(
            "Patterns of your own for the engines Rules and Hybrid; they are tried before the "
            "built-in ones for well-known fields."
        ),
        json_schema_extra={
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["field"],
        },
    )
    scorer: ScorerSource | None = Field(
        default=None,
        description=(
            "A scorer that was learned from the pipeline's corrected documents. Without one, and "
            "where it cannot be used, values are judged by rules alone."
        ),
    )
