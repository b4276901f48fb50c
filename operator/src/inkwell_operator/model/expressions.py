"""Judges the CEL rules of a pipeline: they compile, say true or false, and end soon. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from cel_expr_python import cel  # type: ignore[import-untyped]  # it ships no types

from inkwell_api.pipeline import ValidationRule, ValidationSpec
from inkwell_operator.model import expression_tree
from inkwell_operator.model.errors import InvalidSpec

MAX_STEPS: Final = 300_000
"""About what an evaluation may take; the archive stage gives a rule a part of a second."""

_ENVIRONMENT: Final = cel.NewEnv(variables={"result": cel.Type.DYN})
"""Made once: the first one imports Protocol Buffers where they are installed, for a tenth of a
second, and that is no spec's cost."""

_BOOLEAN: Final = (cel.Type.BOOL, cel.Type.DYN)


def check_expressions(validation: ValidationSpec, schema: Mapping[str, Any]) -> None:
    """Raise for the first rule that cannot work on results of a schema.

    Raises:
        InvalidSpec: the message names the rule and what is wrong with it.
    """
    for rule in validation.rules:
        _check_expression(rule, schema)


def _check_expression(rule: ValidationRule, schema: Mapping[str, Any]) -> None:
    where = f"spec.validation.rules: {rule.name}"
    try:
        compiled = _ENVIRONMENT.compile(rule.expression)
    except RuntimeError as error:
        raise InvalidSpec(
            f"{where} is no CEL expression over result: {str(error).strip()[:200]}"
        ) from error
    if compiled.return_type() not in _BOOLEAN:
        raise InvalidSpec(f"{where} is neither true nor false; compare it with something")
    tree = expression_tree.parse(compiled.serialize())
    for path in sorted(expression_tree.fields_read(tree, "result")):
        _check_field(where, path, schema)
    if expression_tree.steps(tree) > MAX_STEPS:
        raise InvalidSpec(
            f"{where} may take more than {MAX_STEPS} steps; put fewer loops within each other"
        )


def _check_field(where: str, path: tuple[str, ...], schema: Mapping[str, Any]) -> None:
    """Follow a path as far as the schema writes properties out."""
    node: Any = schema
    for number, name in enumerate(path, 1):
        fields = node.get("properties") if isinstance(node, dict) else None
        if not isinstance(fields, dict):
            return
        if name not in fields:
            raise InvalidSpec(
                f"{where} reads result.{'.'.join(path[:number])}, "
                "which spec.extraction.schema does not have"
            )
        node = fields[name]
