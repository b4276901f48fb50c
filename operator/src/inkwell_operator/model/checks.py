"""What the API server cannot judge of a pipeline: JSON Schema, patterns, CEL, models.

Pure. Called by `validate`; uses the libraries of the workers, so that what passes here works there.
"""

from typing import Any

import re2
from cel_expr_python import cel  # type: ignore[import-untyped]  # it ships no types
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from inkwell_api.pipeline import DocumentPipelineSpec, ExtractionSpec, ValidationSpec
from inkwell_operator.model.errors import InvalidSpec
from inkwell_operator.model.targets import ResolvedClass


def check_pipeline(spec: DocumentPipelineSpec, resolved: ResolvedClass) -> None:
    """Raise for the first thing that cannot work.

    Raises:
        InvalidSpec: the message names the field and what is wrong with it.
    """
    _check_schema(spec.extraction)
    _check_rules(spec.extraction)
    _check_model(spec.extraction, resolved)
    _check_expressions(spec.validation)


def _check_schema(extraction: ExtractionSpec) -> None:
    schema = extraction.result_schema
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        raise InvalidSpec(
            f"spec.extraction.schema{_pointer(error)} is no JSON Schema: {error.message[:200]}"
        ) from error
    unknown = sorted(set(schema.get("required", ())) - set(schema["properties"]))
    if unknown:
        raise InvalidSpec(
            f"spec.extraction.schema.required names {', '.join(unknown)}, which properties lacks"
        )


def _pointer(error: SchemaError) -> str:
    return "".join(f".{part}" for part in error.absolute_path)


def _check_rules(extraction: ExtractionSpec) -> None:
    fields: dict[str, Any] = extraction.result_schema["properties"]
    for rule in extraction.rules:
        if rule.field not in fields:
            raise InvalidSpec(
                f"spec.extraction.rules: {rule.field} is no property of spec.extraction.schema"
            )
        for number, pattern in enumerate(rule.patterns, 1):
            _check_pattern(rule.field, number, pattern)


def _check_pattern(field_name: str, number: int, pattern: str) -> None:
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern, options)
    except re2.error as error:
        why = error.args[0].decode() if isinstance(error.args[0], bytes) else error.args[0]
        raise InvalidSpec(
            f"spec.extraction.rules: pattern {number} of {field_name} is no RE2 expression: {why}"
        ) from error


def _check_model(extraction: ExtractionSpec, resolved: ResolvedClass) -> None:
    if extraction.model is None:
        return
    offered = [model.name for model in resolved.spec.models]
    if extraction.model.endpoint not in offered:
        raise InvalidSpec(
            f"spec.extraction.model.endpoint is {extraction.model.endpoint}; class {resolved.name} "
            f"offers {', '.join(sorted(offered)) or 'none'}"
        )


def _check_expressions(validation: ValidationSpec) -> None:
    environment = cel.NewEnv(variables={"result": cel.Type.DYN})
    for rule in validation.rules:
        try:
            environment.compile(rule.expression)
        except RuntimeError as error:
            raise InvalidSpec(
                f"spec.validation.rules: {rule.name} is no CEL expression over result: "
                f"{str(error).strip()[:200]}"
            ) from error
