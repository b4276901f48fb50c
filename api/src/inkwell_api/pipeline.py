"""DocumentPipeline: what a tenant's documents are turned into, and how."""

from enum import StrEnum
from typing import Any, ClassVar

from pydantic import Field

from inkwell_api.names import NAME_PATTERN, PIPELINE_NAME_MAX_LENGTH, RESERVED_PIPELINE_NAMES
from inkwell_api.quantity import DURATION_PATTERN, SIZE_PATTERN
from inkwell_api.resource import (
    AGE_COLUMN,
    BACKEND_COLUMNS,
    READY_MESSAGE_COLUMN,
    CustomResource,
    Part,
    PrinterColumn,
    StatusCondition,
)


class ContentType(StrEnum):
    """Media types that the OCR stage can read."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    TIFF = "image/tiff"


class DocumentsSpec(Part):
    """What the gateway accepts."""

    accept: list[ContentType] = Field(default_factory=lambda: list(ContentType), min_length=1, max_length=4, description="Media types, judged by content and never by file name.", json_schema_extra={"x-kubernetes-list-type": "set"})
    max_bytes: str = Field(default="50Mi", max_length=12, pattern=SIZE_PATTERN, description="Largest document, at most 256Mi.", json_schema_extra={"x-kubernetes-validations": [{"rule": "quantity(self).compareTo(quantity('256Mi')) <= 0", "message": "maxBytes is at most 256Mi"}]})
    max_pages: int = Field(default=500, ge=1, le=5000, description="Most pages of one document.")


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


class OcrSpec(Part):
    """How words are read from pages."""

    languages: list[str] = Field(default_factory=lambda: ["eng"], min_length=1, max_length=8, description="Tesseract language codes, most frequent first; one of eng, deu, fra, nld, ita, spa in the standard image.", json_schema_extra={"x-kubernetes-list-type": "set", "items": {"type": "string", "pattern": "^[a-z]{3}(_[a-z]{3,5})?$", "maxLength": 9}})
    text_layer: TextLayer = Field(default=TextLayer.PREFER, description="Prefer reads a PDF's own text where it has some, Ignore always runs OCR, Only never does.")
    page_segmentation: PageSegmentation = Field(default=PageSegmentation.AUTO, description="Auto finds columns and blocks; SingleColumn, SingleBlock and Sparse help with odd layouts.")
    page_timeout_seconds: int = Field(default=120, ge=5, le=1800, description="Longest time for one page, in seconds.")


class Engine(StrEnum):
    """Who finds the fields."""

    RULES = "Rules"
    LLM = "LLM"
    HYBRID = "Hybrid"


class ModelChoice(Part):
    """Which model to ask."""

    endpoint: str = Field(default="default", max_length=63, pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", description="Name of a model endpoint in the TenantClass.")
    name: str = Field(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9][-A-Za-z0-9._:/]*$", description="The model, as its server calls it, such as llama3.1:8b.")


class FieldRule(Part):
    """Patterns that find one field."""

    field: str = Field(min_length=1, max_length=63, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", description="A property of the schema.")
    patterns: list[str] = Field(min_length=1, max_length=20, description="Regular expressions (RE2 syntax), tried in order; the first group, or else the whole match, is the value.", json_schema_extra={"items": {"type": "string", "minLength": 1, "maxLength": 500}})


class ExtractionSpec(Part):
    """Which fields are wanted and who finds them."""

    engine: Engine = Field(default=Engine.RULES, description="Rules reads by patterns, LLM asks the model, Hybrid asks the model only for what the rules leave open.")
    model: ModelChoice | None = Field(default=None, description="The model to ask; needed by LLM and Hybrid.")
    prompt: str = Field(default="", max_length=8000, description="What the model should know about these documents.")
    result_schema: dict[str, Any] = Field(alias="schema", description="JSON Schema (2020-12) of the result; an object.", json_schema_extra={"type": "object", "x-kubernetes-preserve-unknown-fields": True, "additionalProperties": None})
    rules: list[FieldRule] = Field(default_factory=list, max_length=100, description="Patterns of your own; they come before the built-in ones.", json_schema_extra={"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["field"]})


class RuleSeverity(StrEnum):
    """What a broken rule does."""

    ERROR = "Error"
    WARNING = "Warning"


class ValidationRule(Part):
    """One thing that must hold of a result."""

    name: str = Field(min_length=1, max_length=63, pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", description="A name for the finding.")
    expression: str = Field(min_length=1, max_length=2000, description="CEL expression over `result` that is true when all is well.")
    message: str = Field(min_length=1, max_length=500, description="What a reviewer reads when it is not.")
    severity: RuleSeverity = Field(default=RuleSeverity.ERROR, description="Error sends the document to review, Warning is only noted.")


class ValidationSpec(Part):
    """What must hold of a result before it is accepted."""

    rules: list[ValidationRule] = Field(default_factory=list, max_length=100, description="CEL rules over the result.", json_schema_extra={"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]})
    ungrounded: RuleSeverity = Field(default=RuleSeverity.ERROR, description="What it means when a value is not found again on the page: Error sends the document to review.")


class TopicsSpec(Part):
    """The pipeline's five Kafka topics."""

    partitions: int = Field(default=4, ge=1, le=64, description="Partitions of each topic: the most pods of a stage that can work at once. Can grow, never shrink.")
    retention: str = Field(default="7d", max_length=8, pattern=DURATION_PATTERN, description="How long events are kept in Kafka, such as 7d.")


class StageScaling(Part):
    """How many pods a stage has."""

    min_replicas: int = Field(default=1, ge=0, le=64, description="Fewest pods; 0 lets an idle stage stop.")
    max_replicas: int = Field(default=2, ge=1, le=64, description="Most pods.")
    documents_per_replica: int = Field(default=20, ge=1, le=10_000, description="Waiting documents for which another pod is worth starting.")


class ScalingSpec(Part):
    """How many pods each stage has."""

    ocr: StageScaling = Field(default_factory=StageScaling, description="Pods that read pages.")
    extract: StageScaling = Field(default_factory=StageScaling, description="Pods that find fields.")
    archive: StageScaling = Field(default_factory=StageScaling, description="Pods that validate and store results.")


class RetentionSpec(Part):
    """How long things are kept."""

    documents: str = Field(default="365d", max_length=8, pattern=DURATION_PATTERN, description="Life of uploaded bytes and recognised pages; at most 7300d.")
    results: str = Field(default="3650d", max_length=8, pattern=DURATION_PATTERN, description="Life of results and archive records; at most 7300d.")


class DocumentPipelineSpec(Part):
    """What documents are accepted and what becomes of them."""

    documents: DocumentsSpec = Field(default_factory=DocumentsSpec, description="What is accepted.")
    ocr: OcrSpec = Field(default_factory=OcrSpec, description="How words are read from pages.")
    extraction: ExtractionSpec = Field(description="Which fields are wanted and who finds them.")
    validation: ValidationSpec = Field(default_factory=ValidationSpec, description="What must hold of a result.")
    topics: TopicsSpec = Field(default_factory=TopicsSpec, description="The pipeline's Kafka topics.")
    scaling: ScalingSpec = Field(default_factory=ScalingSpec, description="How many pods each stage has.")
    retention: RetentionSpec = Field(default_factory=RetentionSpec, description="How long things are kept.")


class DocumentPipelineStatus(Part):
    """What the operator saw last."""

    observed_generation: int = Field(default=0, ge=0, description="The metadata.generation that this status is about.")
    tenant: str = Field(default="", max_length=63, description="The tenant that the pipeline belongs to.")
    upload_url: str = Field(default="", max_length=512, description="Where documents are uploaded.")
    plan: list[str] = Field(default_factory=list, max_length=256, description="When the Tenant's mode is Plan: the changes that would be made, in order.")
    conditions: list[StatusCondition] = Field(default_factory=list, max_length=16, description="One condition a backend, and Ready.", json_schema_extra={"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["type"]})


_RESERVED = ", ".join(f"'{name}'" for name in sorted(RESERVED_PIPELINE_NAMES))


class DocumentPipeline(CustomResource):
    """A pipeline that turns a tenant's documents into validated JSON. It belongs to the tenant whose namespace it is in."""

    KIND: ClassVar[str] = "DocumentPipeline"
    PLURAL: ClassVar[str] = "documentpipelines"
    SHORT_NAME: ClassVar[str] = "dpl"
    NAMESPACED: ClassVar[bool] = True
    COLUMNS: ClassVar[tuple[PrinterColumn, ...]] = (
        PrinterColumn(name="Engine", type="string", json_path=".spec.extraction.engine", priority=1),
        *BACKEND_COLUMNS,
        AGE_COLUMN,
        READY_MESSAGE_COLUMN,
    )
    RULES: ClassVar = (
        {"rule": f"size(self.metadata.name) <= {PIPELINE_NAME_MAX_LENGTH}", "message": f"a DocumentPipeline's name has at most {PIPELINE_NAME_MAX_LENGTH} characters"},
        {"rule": f"self.metadata.name.matches('{NAME_PATTERN}')", "message": "a DocumentPipeline's name starts with a letter and holds only a-z, 0-9 and '-'"},
        {"rule": f"!(self.metadata.name in [{_RESERVED}])", "message": "this name is reserved; choose another"},
        {"rule": "self.spec.extraction.engine == 'Rules' || has(self.spec.extraction.model)", "message": "spec.extraction.model is needed by the engines LLM and Hybrid: name the model, or choose engine Rules"},
        {"rule": "self.spec.scaling.ocr.minReplicas <= self.spec.scaling.ocr.maxReplicas && self.spec.scaling.extract.minReplicas <= self.spec.scaling.extract.maxReplicas && self.spec.scaling.archive.minReplicas <= self.spec.scaling.archive.maxReplicas", "message": "in spec.scaling, minReplicas must not be above maxReplicas"},
    )

    spec: DocumentPipelineSpec = Field(description="What is accepted and what becomes of it.")
    status: DocumentPipelineStatus = Field(default_factory=DocumentPipelineStatus, description="What the operator saw last.")
