"""Checks a result against the tenant's JSON Schema (2020-12), without trusting either. Pure.

The validator matches patterns in linear time, compares numbers digit by digit and fetches no
reference. The schema's bounds are checked before it is used, so that no schema makes a check long;
messages name the keyword that failed and never the value.
"""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, NoReturn

from jsonschema_rs import (
    Draft202012Validator,
    RegexOptions,
    ValidationError,
    ValidationErrorKind,
)

from inkwell_api import result_schema
from inkwell_api.document import Finding, Severity

_MAX_FINDINGS: Final = 50
_UNUSABLE: Final = Finding(
    "schema-unusable",
    Severity.ERROR,
    "the schema of the pipeline cannot be applied: it is invalid, too large, or refers elsewhere",
)
_BRANCHING: Final = ("anyOf", "oneOf", "required")
_BROKEN: Final = Finding(
    "schema",
    Severity.ERROR,
    "the result breaks the schema, which has too many alternatives or required names to say where",
)
_MOST_TOLD_APART: Final = 300_000
"""Alternatives and required names, times values, up to which each fault is told: the validator
makes an error of every alternative that a value is not, and only then says which is the first."""


def check(result: Any, schema: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Return what is wrong with a result, at most fifty findings."""
    try:
        validator = _validator(json.dumps(schema, sort_keys=True))
    except (result_schema.UnboundedSchemaError, ValidationError, RecursionError):
        return (_UNUSABLE,)
    if validator.is_valid(result):
        return ()
    if _branches(schema) * _values(result) > _MOST_TOLD_APART:
        return (_BROKEN,)
    return tuple(_findings(validator, result))


def _branches(schema: Mapping[str, Any]) -> int:
    parts = (node.get(keyword) for node in result_schema.schemas(schema) for keyword in _BRANCHING)
    return sum(len(part) for part in parts if isinstance(part, list))


def _values(result: Any) -> int:
    left, seen = [result], 0
    while left:
        node = left.pop()
        seen += 1
        left += node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return seen


def _findings(validator: Draft202012Validator, result: Any) -> Iterator[Finding]:
    for number, error in enumerate(validator.iter_errors(result)):
        if number == _MAX_FINDINGS:
            return
        yield Finding(
            "schema", Severity.ERROR, _message(error), pointer(tuple(error.instance_path))
        )


def _message(error: ValidationError) -> str:
    if isinstance(error.kind, ValidationErrorKind.Required):
        return f"required but not found: {error.kind.property}"
    return f"the value breaks the schema's keyword {error.kind.name}"


def pointer(path: tuple[str | int, ...]) -> str:
    """Return the JSON Pointer (RFC 6901) of a path."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)


@lru_cache(maxsize=16)
def _validator(schema: str) -> Draft202012Validator:
    """Return the validator of a schema, which is given as text for its numbers to stay as written.

    Raises:
        UnboundedSchemaError: a check with it could take too long, or it refers elsewhere.
        ValidationError: it is no JSON Schema, or has a pattern that cannot be matched.
    """
    result_schema.check_bounds(json.loads(schema))
    # The operator makes the same before it accepts a pipeline (model/result_schema.py).
    return Draft202012Validator(
        schema,
        validate_formats=True,
        retriever=_fetch_nothing,
        pattern_options=RegexOptions(),
    )


def _fetch_nothing(uri: str) -> NoReturn:
    """Stand where references are fetched over the network, were one to pass the bounds."""
    raise LookupError(f"{uri} is elsewhere")
