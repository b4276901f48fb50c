"""What the API server cannot judge of a pipeline: JSON Schema, patterns, CEL, models.

Pure. Called by `validate`; uses the libraries of the workers, so that what passes here works there.
`check_bounds` costs little and comes first; `check_content` may cost seconds on what an owner wrote
to hurt, so that the operator runs it by `check_runner`, away from its event loop.
"""

from typing import Any, Final

import re2
from pydantic import ValidationError

from inkwell_api.invoice_template import InvoiceTemplate
from inkwell_api.pipeline import LONGEST_RETENTION, DocumentPipelineSpec, ExtractionSpec
from inkwell_api.quantity import parse_duration
from inkwell_api.result_schema import schemas_at
from inkwell_operator.model.errors import InvalidSpec
from inkwell_operator.model.expressions import check_expressions
from inkwell_operator.model.result_schema import check_depth, check_schema
from inkwell_operator.model.targets import ResolvedClass

MAX_BYTES: Final = 96 * 1024
"""Largest spec, as JSON: what is judged in about a second and fits a ConfigMap ten times."""


def check_pipeline(spec: DocumentPipelineSpec, resolved: ResolvedClass) -> None:
    """Raise for the first thing that cannot work.

    Raises:
        InvalidSpec: the message names the field and what is wrong with it.
    """
    check_bounds(spec, resolved)
    check_content(spec)


def check_bounds(spec: DocumentPipelineSpec, resolved: ResolvedClass) -> None:
    """Raise for what is too large, too deep, too long or not offered; takes no time.

    Raises:
        InvalidSpec: the message names the field and what is wrong with it.
    """
    check_depth(spec.extraction.result_schema)
    _check_size(spec)
    _check_retention(spec)
    _check_model(spec.extraction, resolved)


def check_content(spec: DocumentPipelineSpec) -> None:
    """Raise for a schema, a pattern or a rule that cannot work; the bounds are checked already.

    Raises:
        InvalidSpec: the message names the field and what is wrong with it.
    """
    check_schema(spec.extraction.result_schema)
    _check_rules(spec.extraction)
    _check_templates(spec.extraction)
    _check_fields(spec)
    check_expressions(spec.validation, spec.extraction.result_schema)


def _check_size(spec: DocumentPipelineSpec) -> None:
    size = len(spec.model_dump_json(by_alias=True).encode())
    if size > MAX_BYTES:
        raise InvalidSpec(
            f"spec is {size} bytes long as JSON; at most {MAX_BYTES} are possible: shorten schema, "
            "patterns or rules"
        )


def _check_retention(spec: DocumentPipelineSpec) -> None:
    """The API server judges this too, but not of what was stored before it did."""
    longest = parse_duration(LONGEST_RETENTION)
    for name, text in (
        ("retention.documents", spec.retention.documents),
        ("retention.results", spec.retention.results),
        ("topics.retention", spec.topics.retention),
    ):
        if parse_duration(text) > longest:
            raise InvalidSpec(f"spec.{name} is {text}; at most {LONGEST_RETENTION} is possible")


def _check_rules(extraction: ExtractionSpec) -> None:
    fields: dict[str, Any] = extraction.result_schema["properties"]
    for rule in extraction.rules:
        if rule.field not in fields:
            raise InvalidSpec(
                f"spec.extraction.rules: {rule.field} is no property of spec.extraction.schema"
            )
        for number, pattern in enumerate(rule.patterns, 1):
            where = f"spec.extraction.rules: pattern {number} of {rule.field}"
            _check_pattern(where, pattern)


def _check_templates(extraction: ExtractionSpec) -> None:
    for number, body in enumerate(extraction.templates, 1):
        where = f"spec.extraction.templates: template {number}"
        try:
            template = InvoiceTemplate.model_validate(body)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, first["loc"]))
            raise InvalidSpec(f"{where}: {place}: {first['msg']}") from error
        for name, pattern in template.patterns():
            _check_pattern(f"{where}: a pattern of {name}", pattern)


def _check_fields(spec: DocumentPipelineSpec) -> None:
    for policy in spec.validation.fields:
        if not schemas_at(spec.extraction.result_schema, policy.field.split(".")):
            raise InvalidSpec(
                f"spec.validation.fields: {policy.field} is no property of spec.extraction.schema"
            )


def _check_pattern(where: str, pattern: str) -> None:
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern, options)
    except re2.error as error:
        why = error.args[0].decode() if isinstance(error.args[0], bytes) else error.args[0]
        raise InvalidSpec(f"{where} is no RE2 expression: {why}") from error


def _check_model(extraction: ExtractionSpec, resolved: ResolvedClass) -> None:
    if extraction.model is None:
        return
    offered = [model.name for model in resolved.spec.models]
    if extraction.model.endpoint not in offered:
        raise InvalidSpec(
            f"spec.extraction.model.endpoint is {extraction.model.endpoint}; class {resolved.name} "
            f"offers {', '.join(sorted(offered)) or 'none'}"
        )
