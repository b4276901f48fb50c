"""Writes docs/reference from what the code says: kinds, conditions, settings and metrics.

The settings go into the schema of the chart's values as well, the rest of which people write.
Run by `make docs`; nothing else reads it. What is described here is described where it is defined.
"""

import importlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import yaml
from prometheus_client.metrics import MetricWrapperBase
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from inkwell_api.conditions import REASON_MEANINGS, ConditionType
from inkwell_operator.settings import Settings

ROOT: Final = Path(__file__).resolve().parents[1]
REFERENCE: Final = ROOT / "docs" / "reference"
VALUES_SCHEMA: Final = ROOT / "charts" / "inkwell" / "values.schema.json"
NOTICE: Final = "<!-- GENERATED: do not edit; run `make generate` -->"
METRIC_MODULES: Final = {
    "Operator": ("inkwell_operator.metrics",),
    "Stages": ("inkwell_worker.metrics",),
    "Gateway": ("inkwell_gateway.publisher", "inkwell_gateway.records"),
    "Archive": ("inkwell_archive.relay",),
}
_BOUNDS: Final = (
    "enum",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "maxProperties",
    "pattern",
    "format",
)


def main() -> None:
    """Write every page."""
    REFERENCE.mkdir(parents=True, exist_ok=True)
    pages = {
        "kinds.md": kinds(),
        "conditions.md": conditions(),
        "settings.md": settings(),
        "metrics.md": metrics(),
    }
    for name, text in pages.items():
        (REFERENCE / name).write_text(f"{NOTICE}\n{text.rstrip()}\n", "utf-8")
    VALUES_SCHEMA.write_text(values_schema(VALUES_SCHEMA.read_text("utf-8")), "utf-8")


def values_schema(existing: str) -> str:
    """Let the chart's schema know every setting, so that a misspelt one is refused by Helm."""
    schema = json.loads(existing)
    prefix = "setting-"
    known = Settings.model_json_schema(ref_template=f"#/definitions/{prefix}{{model}}")
    parts = known.pop("$defs")
    own = {
        name: part for name, part in schema["definitions"].items() if not name.startswith(prefix)
    }
    schema["properties"]["settings"] = known
    schema["definitions"] = own | {f"{prefix}{name}": part for name, part in parts.items()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def kinds() -> str:
    """Describe every field of every kind, from the CRDs."""
    parts = ["# Kinds", "", "`kubectl explain` tells the same."]
    for path in sorted((ROOT / "crds").glob("*.yaml")):
        crd = yaml.safe_load(path.read_text("utf-8"))
        (version,) = crd["spec"]["versions"]
        schema = version["schema"]["openAPIV3Schema"]
        names = crd["spec"]["names"]
        parts += [
            "",
            f"## {names['kind']}",
            "",
            schema.get("description", ""),
            "",
            (
                f"`{crd['spec']['group']}/{version['name']}`, {crd['spec']['scope']}, "
                f"short name `{names['shortNames'][0]}`."
            ),
        ]
        for section in sorted({"spec", "status"} & schema["properties"].keys()):
            parts += ["", f"### {section}", "", *_table("Field", "Type", "Meaning")]
            parts += [_row(*row) for row in _fields(schema["properties"][section], section)]
            parts += _rules(schema["properties"][section], section)
    return "\n".join(parts)


def _fields(node: Mapping[str, Any], path: str) -> Iterator[tuple[str, str, str]]:
    required = set(node.get("required", ()))
    for name, field in node.get("properties", {}).items():
        here = f"{path}.{name}"
        kind = field.get("type", "any value")
        meaning = [field.get("description", "")]
        if "default" in field:
            meaning.append(f"Default: `{_json(field['default'])}`.")
        if name in required:
            meaning.append("Required.")
        limits = ", ".join(f"{key} `{_json(field[key])}`" for key in _BOUNDS if key in field)
        yield (
            f"`{here}`",
            f"{kind}{f' ({limits})' if limits else ''}",
            " ".join(filter(None, meaning)),
        )
        yield from _fields(field, here)
        if isinstance(field.get("items"), dict):
            yield from _fields(field["items"], f"{here}[]")
        if isinstance(field.get("additionalProperties"), dict):
            yield from _fields(field["additionalProperties"], f"{here}.*")


def _rules(node: Mapping[str, Any], path: str) -> list[str]:
    rules = list(_all_rules(node, path))
    if not rules:
        return []
    rows = [
        _row(f"`{where}`", f"`{rule['rule']}`", rule.get("message", "")) for where, rule in rules
    ]
    return ["", f"Rules of {path}:", "", *_table("Where", "Rule", "Message"), *rows]


def _all_rules(node: Mapping[str, Any], path: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    for rule in node.get("x-kubernetes-validations", ()):
        yield path, rule
    for name, field in node.get("properties", {}).items():
        yield from _all_rules(field, f"{path}.{name}")
    if isinstance(node.get("items"), dict):
        yield from _all_rules(node["items"], f"{path}[]")


def conditions() -> str:
    """Describe condition types and reasons."""
    parts = [
        "# Conditions",
        "",
        "Every Tenant and DocumentPipeline has all of these from the start:",
        "",
    ]
    parts += [f"- `{kind}`" for kind in ConditionType]
    parts += ["", "## Reasons", "", *_table("Reason", "Meaning")]
    parts += [_row(f"`{reason}`", meaning) for reason, meaning in REASON_MEANINGS.items()]
    return "\n".join(parts)


def settings() -> str:
    """Describe the operator's settings."""
    parts = [
        "# Settings of the operator",
        "",
        (
            f"Read once at start from `{Settings.model_config['yaml_file']}`, the chart's, "
            "and above it from the environment."
        ),
        "",
        *_table("Setting", "Environment", "Default", "Meaning"),
    ]
    parts += [_row(*row) for row in _settings(Settings, ())]
    return "\n".join(parts)


def _settings(model: type[BaseModel], path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    prefix, between = "INKWELL_OPERATOR_", "__"
    for name, field in model.model_fields.items():
        here = (*path, name)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _settings(field.annotation, here)
            continue
        variable = prefix + between.join(here).upper()
        yield f"`{'.'.join(here)}`", f"`{variable}`", _default(field), field.description or ""


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True, validated_data={})
    return "required" if value is PydanticUndefined else f"`{_json(value)}`"


def metrics() -> str:
    """Describe what can be scraped."""
    parts = ["# Metrics"]
    for title, names in METRIC_MODULES.items():
        modules = map(importlib.import_module, names)
        found = [_row(*row) for module in modules for row in _metrics(module)]
        parts += ["", f"## {title}", "", *_table("Metric", "Type", "Labels", "Meaning"), *found]
    return "\n".join(parts)


def _metrics(module: ModuleType) -> Iterator[tuple[str, ...]]:
    for metric in vars(module).values():
        if isinstance(metric, MetricWrapperBase):
            (family,) = metric.describe()
            suffix = "_total" if family.type == "counter" else ""
            labels = ", ".join(f"`{label}`" for label in metric._labelnames)  # noqa: SLF001 - no other way
            yield f"`{family.name}{suffix}`", family.type, labels, family.documentation


def _table(*heads: str) -> list[str]:
    return [_row(*heads), "|".join(["", *(" --- " for _ in heads), ""])]


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _json(value: Any) -> str:
    """Write a value as JSON; what is no JSON is written as text."""
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json")
    elif isinstance(value, dict):
        value = {str(key): json.loads(_json(item)) for key, item in value.items()}
    return json.dumps(value, default=str, ensure_ascii=False)


if __name__ == "__main__":
    main()
