"""DocumentPipeline: what a tenant's documents are turned into, and how."""

from typing import ClassVar, Final

from pydantic import ConfigDict, Field

from inkwell_api.names import NAME_PATTERN, PIPELINE_NAME_MAX_LENGTH, RESERVED_PIPELINE_NAMES
from inkwell_api.pipeline_extraction import (
    Engine,
    ExtractionSpec,
    FieldRule,
    ModelChoice,
    ScorerSource,
)
from inkwell_api.pipeline_stages import (
    ContentType,
    DocumentsSpec,
    OcrEngine,
    OcrSpec,
    PageSegmentation,
    TextLayer,
)
from inkwell_api.pipeline_validation import (
    AcceptanceSpec,
    FieldPolicy,
    Grounding,
    RuleSeverity,
    ValidationRule,
    ValidationSpec,
)
from inkwell_api.quantity import DURATION_PATTERN, parse_duration
from inkwell_api.resource import (
    AGE_COLUMN,
    BACKEND_COLUMNS,
    READY_MESSAGE_COLUMN,
    CustomResource,
    PlanLine,
    PrinterColumn,
    SpecModel,
    StatusCondition,
)
from inkwell_api.rules import checked, duration_within, not_shorter, rule

LONGEST_RETENTION: Final = "7300d"
"""Twenty years: Cassandra's longest time to live."""

_SECONDS: Final = parse_duration(LONGEST_RETENTION)

__all__ = [
    "AcceptanceSpec",
    "ContentType",
    "DocumentPipeline",
    "DocumentPipelineSpec",
    "DocumentPipelineStatus",
    "DocumentsSpec",
    "Engine",
    "ExtractionSpec",
    "FieldPolicy",
    "FieldRule",
    "Grounding",
    "ModelChoice",
    "OcrEngine",
    "OcrSpec",
    "PageSegmentation",
    "RetentionSpec",
    "RuleSeverity",
    "ScalingSpec",
    "ScorerSource",
    "StageScaling",
    "TextLayer",
    "TopicsSpec",
    "ValidationRule",
    "ValidationSpec",
]


class TopicsSpec(SpecModel):
    """The pipeline's five Kafka topics."""

    partitions: int = Field(
        default=4,
        ge=1,
        le=64,
        description=(
            "Partitions of each topic: the most pods of a stage that can work at once. Can grow, "
            "never shrink."
        ),
    )
    retention: str = Field(
        default="7d",
        max_length=8,
        pattern=DURATION_PATTERN,
        description="How long events are kept in Kafka, such as 7d; 1h to 7300d.",
        json_schema_extra=checked(
            duration_within(
                3600,
                _SECONDS,
                "retention is 1h to 7300d: an event that expires before its stage reads it loses "
                "the document",
            )
        ),
    )


class StageScaling(SpecModel):
    """How many pods a stage has."""

    model_config = ConfigDict(
        json_schema_extra=checked(
            rule(
                "self.minReplicas <= self.maxReplicas",
                "minReplicas is at most maxReplicas",
                at=".minReplicas",
            )
        )
    )

    min_replicas: int = Field(
        default=1, ge=0, le=64, description="Fewest pods; 0 lets an idle stage stop."
    )
    max_replicas: int = Field(default=2, ge=1, le=64, description="Most pods.")
    documents_per_replica: int = Field(
        default=20,
        ge=1,
        le=10_000,
        description="Waiting documents for which another pod is worth starting.",
    )


class ScalingSpec(SpecModel):
    """How many pods each stage has."""

    ocr: StageScaling = Field(default_factory=StageScaling, description="Pods that read pages.")
    extract: StageScaling = Field(
        default_factory=StageScaling, description="Pods that find fields."
    )
    archive: StageScaling = Field(
        default_factory=StageScaling, description="Pods that validate and store results."
    )


class RetentionSpec(SpecModel):
    """How long things are kept."""

    model_config = ConfigDict(
        json_schema_extra=checked(
            not_shorter(
                "results",
                "documents",
                "results are kept at least as long as the documents that they were read from",
            )
        )
    )

    documents: str = Field(
        default="365d",
        max_length=8,
        pattern=DURATION_PATTERN,
        description="Life of uploaded bytes and recognised pages; at most 7300d.",
        json_schema_extra=checked(duration_within(1, _SECONDS, "documents is at most 7300d")),
    )
    results: str = Field(
        default="3650d",
        max_length=8,
        pattern=DURATION_PATTERN,
        description="Life of results and archive records; at most 7300d.",
        json_schema_extra=checked(duration_within(1, _SECONDS, "results is at most 7300d")),
    )


def _readers_fit(stage: str) -> dict[str, str]:
    return rule(
        f"self.scaling.{stage}.maxReplicas <= self.topics.partitions",
        "maxReplicas is at most topics.partitions: a further pod would have nothing to read",
        at=f".scaling.{stage}.maxReplicas",
    )


class DocumentPipelineSpec(SpecModel):
    """What documents are accepted and what becomes of them."""

    model_config = ConfigDict(
        json_schema_extra=checked(*map(_readers_fit, ("ocr", "extract", "archive")))
    )

    documents: DocumentsSpec = Field(default_factory=DocumentsSpec, description="What is accepted.")
    ocr: OcrSpec = Field(default_factory=OcrSpec, description="How words are read from pages.")
    extraction: ExtractionSpec = Field(
        description=(
            "Which fields are wanted and who finds them. The schema says which; engine says who: "
            "patterns (Rules), a language model (LLM), or patterns first and the model for what "
            "they leave open (Hybrid). Each value is searched for in the words of the page, "
            "whoever proposed it."
        )
    )
    validation: ValidationSpec = Field(
        default_factory=ValidationSpec, description="What must hold of a result."
    )
    topics: TopicsSpec = Field(
        default_factory=TopicsSpec, description="The pipeline's Kafka topics."
    )
    scaling: ScalingSpec = Field(
        default_factory=ScalingSpec, description="How many pods each stage has."
    )
    retention: RetentionSpec = Field(
        default_factory=RetentionSpec, description="How long things are kept."
    )


class DocumentPipelineStatus(SpecModel):
    """What the operator saw last."""

    observed_generation: int = Field(
        default=0, ge=0, description="The metadata.generation that this status is about."
    )
    tenant: str = Field(
        default="", max_length=63, description="The tenant that the pipeline belongs to."
    )
    upload_url: str = Field(default="", max_length=512, description="Where documents are uploaded.")
    plan: list[PlanLine] = Field(
        default_factory=list,
        max_length=256,
        description="When the Tenant's mode is Plan: the changes that would be made, in order.",
    )
    conditions: list[StatusCondition] = Field(
        default_factory=list,
        max_length=16,
        description="One condition a backend, and Ready.",
        json_schema_extra={"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["type"]},
    )


_RESERVED = ", ".join(f"'{name}'" for name in sorted(RESERVED_PIPELINE_NAMES))


class DocumentPipeline(CustomResource):
    """A pipeline that turns a tenant's documents into validated JSON.

    It belongs to the tenant whose namespace it is in.
    """

    KIND: ClassVar[str] = "DocumentPipeline"
    PLURAL: ClassVar[str] = "documentpipelines"
    SHORT_NAME: ClassVar[str] = "dpl"
    NAMESPACED: ClassVar[bool] = True
    COLUMNS: ClassVar[tuple[PrinterColumn, ...]] = (
        PrinterColumn(
            name="Engine", type="string", json_path=".spec.extraction.engine", priority=1
        ),
        *BACKEND_COLUMNS,
        AGE_COLUMN,
        READY_MESSAGE_COLUMN,
    )
    RULES: ClassVar = (
        rule(
            f"size(self.metadata.name) <= {PIPELINE_NAME_MAX_LENGTH}",
            f"a DocumentPipeline's name has at most {PIPELINE_NAME_MAX_LENGTH} characters",
            at=".metadata.name",
        ),
        rule(
            f"self.metadata.name.matches('{NAME_PATTERN}')",
            "a DocumentPipeline's name starts with a letter and holds only a-z, 0-9 and '-'",
            at=".metadata.name",
        ),
        rule(
            f"!(self.metadata.name in [{_RESERVED}])",
            "this name is reserved; choose another",
            at=".metadata.name",
        ),
    )

    spec: DocumentPipelineSpec = Field(description="What is accepted and what becomes of it.")
    status: DocumentPipelineStatus = Field(
        default_factory=DocumentPipelineStatus, description="What the operator saw last."
    )
