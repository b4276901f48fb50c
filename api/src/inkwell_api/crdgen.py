"""From a pydantic kind to its CustomResourceDefinition, as structural OpenAPI v3.

Called by `make generate`; the files under crds/ are committed, and a test fails when they are out
of step. Kubernetes knows no `$ref`, no `anyOf` with null and no title, fills in defaults itself and
drops fields that it does not know, so the schema of pydantic is rewritten here and nowhere else.
"""

import argparse
import inspect
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import WithDefaultSchema
from typing_extensions import override

from inkwell_api import names
from inkwell_api.pipeline import DocumentPipeline
from inkwell_api.resource import CustomResource, PrinterColumn
from inkwell_api.rules import VALIDATIONS, WORDS, in_words
from inkwell_api.tenant import Tenant
from inkwell_api.tenant_class import TenantClass

KINDS: Final[tuple[type[CustomResource], ...]] = (TenantClass, Tenant, DocumentPipeline)
CATEGORY: Final = "inkwell"
"""Not also ``all``: `kubectl delete all --all` in some namespace would delete every Tenant."""

_DO_NOT_EDIT: Final = "# GENERATED from inkwell_api; do not edit: make generate\n"


_METADATA: Final = {"type": "object", "properties": {"name": {"type": "string"}}}
"""All that a CRD may say of it; needed, for a rule can only name a path that the schema has."""


class _WithDefaults(GenerateJsonSchema):
    """Also tells the defaults that come from a factory, which pydantic leaves out."""

    @override
    def get_default_value(self, schema: WithDefaultSchema) -> Any:
        """Return the default, made by its factory where it has one."""
        factory = schema.get("default_factory")
        return super().get_default_value(schema) if factory is None else factory()  # type: ignore[call-arg]  # none of ours takes the validated data


def file_name(kind: type[CustomResource]) -> str:
    """Name the file of a kind's CRD: ``inkwell.dev_tenants.yaml``."""
    return f"{names.GROUP}_{kind.PLURAL}.yaml"


def render(kind: type[CustomResource]) -> str:
    """Return the CRD of a kind as YAML text, ready to be applied."""
    text = yaml.dump(
        definition(kind), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120
    )
    return _DO_NOT_EDIT + text


def definition(kind: type[CustomResource]) -> dict[str, Any]:
    """Return the CustomResourceDefinition of a kind."""
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {
            "name": f"{kind.PLURAL}.{names.GROUP}",
            "labels": {"app.kubernetes.io/name": "inkwell", "app.kubernetes.io/part-of": "inkwell"},
        },
        "spec": {
            "group": names.GROUP,
            "names": {
                "kind": kind.KIND,
                "listKind": f"{kind.KIND}List",
                "plural": kind.PLURAL,
                "singular": kind.KIND.lower(),
                "shortNames": [kind.SHORT_NAME],
                "categories": [CATEGORY],
            },
            "scope": "Namespaced" if kind.NAMESPACED else "Cluster",
            "versions": [
                {
                    "name": names.VERSION,
                    "served": True,
                    "storage": True,
                    "subresources": {"status": {}},
                    "additionalPrinterColumns": [_column(column) for column in kind.COLUMNS],
                    "schema": {"openAPIV3Schema": structural_schema(kind)},
                }
            ],
        },
    }


def structural_schema(kind: type[CustomResource]) -> dict[str, Any]:
    """Return the OpenAPI v3 schema of a kind; its metadata is Kubernetes' business."""
    raw = kind.model_json_schema(by_alias=True, schema_generator=_WithDefaults)
    definitions = raw.get("$defs", {})
    parts = {
        part: _rewrite(part, raw["properties"][part], definitions)
        for part in ("spec", "status")
        if part in raw["properties"]
    }
    for part in parts.values():
        part.pop("default", None)
    if "status" in parts:
        _drop_defaults(parts["status"])
    schema: dict[str, Any] = {
        "description": inspect.getdoc(kind),
        "type": "object",
        "required": ["spec"],
        "properties": parts,
    }
    if kind.RULES:
        schema["properties"] = {"metadata": _METADATA, **parts}
        schema[VALIDATIONS] = list(kind.RULES)
    return schema


def _rewrite(
    name: str, node: JsonSchemaValue, definitions: dict[str, JsonSchemaValue]
) -> dict[str, Any]:
    node = _worded(name, _resolved(node, definitions))
    result: dict[str, Any] = {}
    for keyword, value in node.items():
        match keyword:
            case "properties":
                result[keyword] = {
                    below: _rewrite(below, part, definitions) for below, part in value.items()
                }
            case "items":
                result[keyword] = _rewrite(f"each of {name}", value, definitions)
                # Argo CD compares lists as they are written: a default within is a difference for
                # ever. The operator fills it in.
                _drop_defaults(result[keyword])
            case "default":
                result |= _default(value)
            case "title" | "$defs":
                pass
            case "additionalProperties" if isinstance(value, bool):
                pass
            case _:
                result[keyword] = value
    if VALIDATIONS in result and result.get("default") == {}:
        # Judged as it is written, before the fields' own defaults are filled in.
        result["default"] = {
            below: part["default"]
            for below, part in result["properties"].items()
            if "default" in part
        }
    return _in_reading_order(result)


def _resolved(node: JsonSchemaValue, definitions: dict[str, JsonSchemaValue]) -> JsonSchemaValue:
    """Replace `$ref` and "or null" by what they mean; what stands beside them wins."""
    node = dict(node)
    if "anyOf" in node:
        (only,) = [choice for choice in node.pop("anyOf") if choice.get("type") != "null"]
        node = {**only, **node}
    if "$ref" in node:
        target = definitions[node.pop("$ref").removeprefix("#/$defs/")]
        node = _resolved({**target, **node}, definitions)
    return node


def _worded(name: str, node: dict[str, Any]) -> dict[str, Any]:
    """Let a sentence stand for a pattern."""
    pattern = node.get("pattern")
    if pattern not in WORDS:
        return node
    rules = [in_words(name, pattern), *node.get(VALIDATIONS, ())]
    return {key: value for key, value in node.items() if key != "pattern"} | {VALIDATIONS: rules}


def _default(value: Any) -> dict[str, Any]:
    """Keep a default that says something; an object's is `{}`, for its fields have their own."""
    match value:
        case dict():
            return {"default": {}}
        case None | "" | []:
            return {}
        case _:
            return {"default": value}


def _drop_defaults(node: dict[str, Any]) -> None:
    node.pop("default", None)
    for part in (
        *node.get("properties", {}).values(),
        *([node["items"]] if "items" in node else []),
    ):
        _drop_defaults(part)


_FIRST: Final = ("description", "type", "format", "enum", "default")
_LAST: Final = ("required", "properties", "items", "x-kubernetes-validations")


def _in_reading_order(node: dict[str, Any]) -> dict[str, Any]:
    middle = sorted(node.keys() - set(_FIRST) - set(_LAST))
    return {key: node[key] for key in (*_FIRST, *middle, *_LAST) if key in node}


def _column(column: PrinterColumn) -> dict[str, Any]:
    told: dict[str, Any] = {"name": column.name, "type": column.type, "jsonPath": column.json_path}
    if column.priority:
        told["priority"] = column.priority
    if column.description:
        told["description"] = column.description
    return told


class _Dumper(yaml.SafeDumper):
    """Writes no anchors: a CRD is read by people."""

    @override
    def ignore_aliases(self, data: Any) -> bool:
        """Write every value out."""
        del data
        return True


def main() -> None:
    """Write the CRD of every kind into a folder."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--output", type=Path, default=Path("crds"), help="folder to write into")
    output = parser.parse_args().output
    output.mkdir(parents=True, exist_ok=True)
    for kind in KINDS:
        (output / file_name(kind)).write_text(render(kind), "utf-8")


if __name__ == "__main__":
    main()
