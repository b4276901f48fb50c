"""The extract stage's part of a DocumentPipeline: which fields are wanted, and who finds them."""

from enum import StrEnum
from typing import Annotated, Any, Final, TypeAlias

from pydantic import ConfigDict, Field, StringConstraints

from inkwell_api.resource import SpecModel
from inkwell_api.rules import (
    CONFIG_MAP_NAME_PATTERN,
    IDENTIFIER_PATTERN,
    LABEL_PATTERN,
    MODEL_PATTERN,
    checked,
    rule,
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


_TEMPLATE: Final[dict[str, Any]] = {"x-kubernetes-preserve-unknown-fields": True}

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
    templates: list[Annotated[dict[str, Any], Field(json_schema_extra=_TEMPLATE)]] = Field(
        default_factory=list,
        max_length=50,
        description=(
            "Templates for single issuers in the YAML format of invoice2data: keywords, "
            "exclude_keywords, issuer, fields, options. The first one whose keywords all stand in "
            "a document reads it; its patterns are RE2 expressions and weigh as much as those of "
            "spec.extraction.rules."
        ),
    )
    scorer: ScorerSource | None = Field(
        default=None,
        description=(
            "A scorer that was learned from the pipeline's corrected documents. Without one, and "
            "where it cannot be used, values are judged by rules alone."
        ),
    )
