"""Checks a result against the tenant's JSON Schema (2020-12), without trusting either. Pure.

Patterns are matched by RE2, references to other documents are never fetched, and messages name the
keyword that failed and never the value.
"""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.exceptions import SchemaError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable

from inkwell_api.document import Finding, Severity
from inkwell_extract.patterns import InvalidPatternError, contains

_MAX_FINDINGS: Final = 50
_FORMATS: Final = FormatChecker(formats=("date", "email", "ipv4", "ipv6", "uuid"))


def check(result: Any, schema: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Return what is wrong with a result, at most fifty findings."""
    try:
        return tuple(_findings(_validator(json.dumps(schema, sort_keys=True)), result))
    except (SchemaError, Unresolvable, RecursionError, InvalidPatternError):
        message = "the schema of the pipeline cannot be applied: it is invalid or refers elsewhere"
        return (Finding("schema-unusable", Severity.ERROR, message),)


def _findings(validator: Validator, result: Any) -> Iterator[Finding]:
    for number, error in enumerate(validator.iter_errors(result)):
        if number == _MAX_FINDINGS:
            return
        yield Finding(
            "schema", Severity.ERROR, _message(error), pointer(tuple(error.absolute_path))
        )


def _message(error: ValidationError) -> str:
    if error.validator == "required":
        instance: Any = error.instance
        required: Any = error.validator_value
        missing = sorted(set(required) - set(instance))
        return f"required but not found: {', '.join(missing)}"
    return f"the value breaks the schema's keyword {error.validator}"


def pointer(path: tuple[str | int, ...]) -> str:
    """Return the JSON Pointer (RFC 6901) of a path."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)


def _pattern(
    _validator: Validator, pattern: str, instance: Any, _schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not contains(pattern, instance):
        yield ValidationError("pattern")


def _pattern_properties(
    validator: Any, patterns: Mapping[str, Any], instance: Any, _schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    if not isinstance(instance, dict):
        return
    for pattern, schema in patterns.items():
        for name, value in instance.items():
            if contains(pattern, name):
                yield from validator.descend(value, schema, path=name, schema_path=pattern)


# The stubs leave `extend` bare.
_Validator: Final = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {"pattern": _pattern, "patternProperties": _pattern_properties}
)


@lru_cache(maxsize=16)
def _validator(schema: str) -> Validator:
    parsed = json.loads(schema)
    _Validator.check_schema(parsed)
    # An empty registry that retrieves nothing: jsonschema's default one fetches references by HTTP.
    validator: Validator = _Validator(parsed, registry=Registry(), format_checker=_FORMATS)
    return validator
