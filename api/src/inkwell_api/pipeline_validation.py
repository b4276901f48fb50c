"""What must hold of a result before it is archived: rules in CEL, evidence, and how sure it is."""

from enum import StrEnum

from pydantic import ConfigDict, Field

from inkwell_api.quantity import PERCENT_PATTERN
from inkwell_api.resource import SpecModel
from inkwell_api.rules import FIELD_PATH_PATTERN, LABEL_PATTERN, checked, rule


class RuleSeverity(StrEnum):
    """What a broken rule does."""

    ERROR = "Error"
    WARNING = "Warning"


class ValidationRule(SpecModel):
    """One thing that must hold of a result."""

    name: str = Field(
        min_length=1,
        max_length=63,
        pattern=LABEL_PATTERN,
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
        description=(
            "Error, which holds where nothing is said, sends the document to review; Warning is "
            "only noted."
        ),
    )


class Grounding(StrEnum):
    """Whether a value has to stand on the page."""

    REQUIRED = "required"
    INFERRED = "inferred"


class FieldPolicy(SpecModel):
    """What must hold of the values of one field."""

    model_config = ConfigDict(
        json_schema_extra=checked(
            rule(
                "has(self.grounding) || has(self.minConfidence)",
                "a field needs grounding, minConfidence, or both",
            ),
            rule(
                "!has(self.minConfidence) || !self.field.contains('.')",
                "minConfidence is of a property of the schema itself: values within another, or "
                "within a list, have no confidence",
                at=".minConfidence",
            ),
        )
    )

    field: str = Field(
        min_length=1,
        max_length=127,
        pattern=FIELD_PATH_PATTERN,
        description=(
            "The property of spec.extraction.schema; one within another, or within the items of a "
            "list, is named with dots: lines.kind. What is said of a property holds for all within "
            "it of which nothing is said."
        ),
    )
    grounding: Grounding | None = Field(
        default=None,
        description=(
            "required: a value that is not found again on the page is a finding (see ungrounded). "
            "inferred: it may follow from the page without standing there, as yes or no and "
            "classes do. Where nothing is said, booleans and properties with enum or const are "
            "inferred, and all others required."
        ),
    )
    min_confidence: str | None = Field(
        default=None,
        max_length=7,
        pattern=PERCENT_PATTERN,
        description=(
            "Confidence below which a value goes to review, such as 90%. It stands in place of "
            "what acceptance.maxErrorRate asks of the field."
        ),
    )


class AcceptanceSpec(SpecModel):
    """What needs no person."""

    max_error_rate: str = Field(
        default="2%",
        max_length=7,
        pattern=PERCENT_PATTERN,
        description=(
            "Share of a field's accepted values that may be wrong. A value that is less sure than "
            "was seen to keep to it goes to review, with its confidence and the threshold. With a "
            "scorer of the pipeline's own (extraction.scorer) that was seen on its corrected "
            "documents, else on made-up ones: no promise for documents unlike them."
        ),
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
            "What it means when a value that has to stand on the page is not found again there: "
            "Error sends the document to review."
        ),
    )
    acceptance: AcceptanceSpec = Field(
        default_factory=AcceptanceSpec,
        description="How sure a value must be to be archived without a person.",
    )
    fields: list[FieldPolicy] = Field(
        default_factory=list,
        max_length=200,
        description="What is asked of values, field by field.",
        json_schema_extra={
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["field"],
        },
    )
