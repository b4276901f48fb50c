"""The stages' parts of a DocumentPipeline: what is accepted, read, extracted and validated."""

from enum import StrEnum
from typing import Annotated, Any, Final, TypeAlias

from pydantic import Field, StringConstraints

from inkwell_api.quantity import SIZE_PATTERN
from inkwell_api.resource import SpecModel


class ContentType(StrEnum):
    """Media types that the OCR stage can read."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    TIFF = "image/tiff"


class DocumentsSpec(SpecModel):
    """What the gateway accepts."""

    accept: list[ContentType] = Field(
        default_factory=lambda: list(ContentType),
        min_length=1,
        max_length=4,
        description=(
            "Media types that an upload may have. What a document is, its first bytes tell; "
            "neither its name nor the Content-Type of the request is believed."
        ),
        json_schema_extra={"x-kubernetes-list-type": "set"},
    )
    max_bytes: str = Field(
        default="50Mi",
        max_length=12,
        pattern=SIZE_PATTERN,
        description=(
            "Largest document, as a whole number with Ki, Mi or Gi; at most 256Mi. A larger upload "
            "is refused with 413 before it is stored."
        ),
        json_schema_extra={
            "x-kubernetes-validations": [
                {
                    "rule": "quantity(self).compareTo(quantity('256Mi')) <= 0",
                    "message": "maxBytes is at most 256Mi",
                }
            ]
        },
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


Language: TypeAlias = Annotated[
    str, StringConstraints(max_length=9, pattern=r"^[a-z]{3}(_[a-z]{3,5})?$")
]
"""A Tesseract language code such as ``eng`` or ``chi_sim``."""


class OcrSpec(SpecModel):
    """How words are read from pages."""

    languages: list[Language] = Field(
        default_factory=lambda: ["eng"],
        min_length=1,
        max_length=8,
        description=(
            "Tesseract language codes, most frequent first; one of eng, deu, fra, nld, ita, spa in "
            "the standard image."
        ),
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
        pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
        description=(
            "Name of a model endpoint in the TenantClass (`kubectl get tcls standard -o yaml`, "
            "spec.models). A pipeline cannot name an address of its own."
        ),
    )
    name: str = Field(
        min_length=1,
        max_length=200,
        pattern=r"^[A-Za-z0-9][-A-Za-z0-9._:/]*$",
        description="The model, as its server calls it, such as llama3.1:8b.",
    )


RegularExpression: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=500)]
"""A pattern in RE2 syntax: linear in time, whatever the text."""


class FieldRule(SpecModel):
    """Patterns that find one field."""

    field: str = Field(
        min_length=1,
        max_length=63,
        pattern=r"^[A-Za-z_][A-Za-z0-9_]*$",
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
            "x-kubernetes-preserve-unknown-fields": True,
            "minProperties": 1,
            "maxProperties": 200,
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
"""The API server checks the outermost keywords; the operator checks the rest."""


class ExtractionSpec(SpecModel):
    """Which fields are wanted and who finds them."""

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


class RuleSeverity(StrEnum):
    """What a broken rule does."""

    ERROR = "Error"
    WARNING = "Warning"


class ValidationRule(SpecModel):
    """One thing that must hold of a result."""

    name: str = Field(
        min_length=1,
        max_length=63,
        pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
        description="Name of the rule, which the finding bears; unique in the list.",
    )
    expression: str = Field(
        min_length=1,
        max_length=2000,
        description=(
            "CEL expression over `result` that is true when all is well, such as `result.total > "
            "0.0`. A field that was not found is absent: write `!has(result.total) || result.total "
            "> 0.0`."
        ),
    )
    message: str = Field(
        min_length=1, max_length=500, description="What a reviewer reads when it is not."
    )
    severity: RuleSeverity = Field(
        default=RuleSeverity.ERROR,
        description="Error sends the document to review, Warning is only noted.",
    )


class ValidationSpec(SpecModel):
    """What must hold of a result before it is accepted."""

    rules: list[ValidationRule] = Field(
        default_factory=list,
        max_length=100,
        description=(
            "Rules in CEL, the language of Kubernetes' own validation rules, over the result."
        ),
        json_schema_extra={"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]},
    )
    ungrounded: RuleSeverity = Field(
        default=RuleSeverity.ERROR,
        description=(
            "What it means when a value is not found again on the page: Error sends the document "
            "to review."
        ),
    )
