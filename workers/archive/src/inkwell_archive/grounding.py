"""Which values have to stand on the page: what the pipeline says, or else their type. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from inkwell_api import result_schema
from inkwell_api.pipeline import Grounding, ValidationSpec


@dataclass(frozen=True)
class Groundings:
    """The policy of one pipeline.

    Attributes:
        schema: of its results.
        validation: what the pipeline says of fields.
    """

    schema: Mapping[str, Any]
    validation: ValidationSpec

    def is_required(self, path: Sequence[str]) -> bool:
        """Say whether a value has to be found on a page.

        Args:
            path: names of the properties that lead to it; places in lists are left out.
        """
        for length in range(len(path), 0, -1):
            said = self._said.get(".".join(path[:length]))
            if said is not None:
                return said is Grounding.REQUIRED
        return not self._is_choice(path)

    @cached_property
    def _said(self) -> Mapping[str, Grounding]:
        return {
            policy.field: policy.grounding
            for policy in self.validation.fields
            if policy.grounding is not None
        }

    def _is_choice(self, path: Sequence[str]) -> bool:
        """Say whether all values that the schema allows are of a few: yes or no, or classes."""
        verdicts = [
            verdict
            for node in result_schema.schemas_at(self.schema, path)
            if (verdict := _chooses(node)) is not None
        ]
        return bool(verdicts) and all(verdicts)


def _chooses(node: Mapping[str, Any]) -> bool | None:
    """Say whether a schema leaves a choice of few values, or None where it tells of no value."""
    if "enum" in node or "const" in node:
        return True
    told = node.get("type")
    types = set(told if isinstance(told, list) else [told]) - {"null", "array", "object", None}
    return types == {"boolean"} if types else None
