import re
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from inkwell_api import crdgen, names
from inkwell_api.pipeline_stages import Language
from inkwell_api.resource import CustomResource
from inkwell_local.bases import LANGUAGES
from support import make

KINDS = pytest.mark.parametrize("kind", crdgen.KINDS, ids=lambda kind: kind.KIND)
EXAMPLES = sorted((make.ROOT / "manifests" / "examples").glob("*.yaml"))


def nodes(node: dict[str, Any], path: str = "") -> list[tuple[str, dict[str, Any]]]:
    """Return every part of a schema with its path."""
    found = [(path, node)]
    for name, part in node.get("properties", {}).items():
        found += nodes(part, f"{path}.{name}")
    if "items" in node:
        found += nodes(node["items"], f"{path}[]")
    return found


def of_ours(path: Path) -> list[dict[str, Any]]:
    """Return the objects of our kinds in a file."""
    bodies = yaml.safe_load_all(path.read_text("utf-8"))
    return [body for body in bodies if body["apiVersion"].startswith(names.GROUP)]


def test_every_kind_is_told_of() -> None:
    assert {kind.KIND for kind in crdgen.KINDS} == {"TenantClass", "Tenant", "DocumentPipeline"}


@KINDS
def test_committed_crd_is_current(kind: type[CustomResource]) -> None:
    path = make.ROOT / "crds" / crdgen.file_name(kind)
    assert path.read_text("utf-8") == crdgen.render(kind), "run `make generate`"


@KINDS
def test_schema_is_structural(kind: type[CustomResource]) -> None:
    for path, node in nodes(crdgen.structural_schema(kind)):
        assert "type" in node, path
        assert not node.keys() & {"$ref", "anyOf", "allOf", "oneOf", "title", "$defs"}, path
        assert node.get("default", 0) is not None, path


@KINDS
def test_every_field_is_explained(kind: type[CustomResource]) -> None:
    for path, node in nodes(crdgen.structural_schema(kind)):
        if not path.endswith("[]") and not path.startswith(".metadata"):
            assert node.get("description", "").endswith((".", ".)")), path


@KINDS
def test_everything_has_bounds(kind: type[CustomResource]) -> None:
    schema = crdgen.structural_schema(kind)
    for part in (schema["properties"]["spec"], schema["properties"].get("status", {})):
        for path, node in nodes(part):
            match node.get("type"):
                case "array":
                    assert "maxItems" in node, path
                case "string":
                    bounds = {"maxLength", "enum", "pattern", "format"}
                    assert node.keys() & bounds, path
                case "integer" if not path.startswith(".conditions"):
                    assert "minimum" in node, path
                case _:
                    pass


@KINDS
def test_status_is_a_subresource_and_fills_in_nothing(kind: type[CustomResource]) -> None:
    (version,) = crdgen.definition(kind)["spec"]["versions"]
    assert version["subresources"] == {"status": {}}
    status = crdgen.structural_schema(kind)["properties"].get("status", {})
    assert not [path for path, node in nodes(status) if "default" in node]


@KINDS
def test_whoever_breaks_a_rule_of_a_spec_reads_words_and_no_pattern(
    kind: type[CustomResource],
) -> None:
    schema = crdgen.structural_schema(kind)
    for path, node in nodes(schema["properties"]["spec"]):
        assert "pattern" not in node, path
    for path, node in nodes(schema):
        for rule in node.get("x-kubernetes-validations", ()):
            assert rule["message"], path
            assert path or rule["fieldPath"] == ".metadata.name"


@KINDS
def test_what_a_list_holds_is_stored_as_it_was_written(kind: type[CustomResource]) -> None:
    """A default within a list is a difference that Argo CD shows for ever."""
    for path, node in nodes(crdgen.structural_schema(kind)):
        assert "[]" not in path or "default" not in node, path


def test_languages_are_those_that_the_image_of_the_ocr_stage_has() -> None:
    assert {"osd", *get_args(Language)} == set(LANGUAGES)


@KINDS
def test_conditions_may_have_words_that_only_the_next_version_knows(
    kind: type[CustomResource],
) -> None:
    status = crdgen.structural_schema(kind)["properties"].get("status", {})
    for path, node in nodes(status):
        if path.endswith((".conditions[].type", ".conditions[].reason")):
            assert "enum" not in node, path
            assert re.fullmatch(node["pattern"], "KeysReady"), path


def test_kubectl_get_shows_one_column_a_backend() -> None:
    for kind in crdgen.KINDS[1:]:
        names = [column.name for column in kind.COLUMNS if column.priority == 0]
        assert names[:7] == [
            "Ready", "Namespace", "Kafka", "Cassandra", "Postgres", "Keycloak", "Workers",
        ]  # fmt: skip


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_examples_fit_their_kind(path: Path) -> None:
    by_name = {kind.KIND: kind for kind in crdgen.KINDS}
    for body in of_ours(path):
        spec = by_name[body["kind"]].model_fields["spec"].annotation
        assert spec is not None
        spec.model_validate(body["spec"], extra="forbid")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_examples_leave_nothing_within_a_list_to_a_default(path: Path) -> None:
    for body in of_ours(path):
        for rule in body["spec"].get("validation", {}).get("rules", ()):
            assert "severity" in rule, rule["name"]
        for model in body["spec"].get("models", ()):
            assert {"contextTokens", "timeoutSeconds"} <= model.keys(), model["name"]


@pytest.mark.parametrize("name", ["acme", "globex"])
def test_a_tenant_and_its_pipeline_stand_in_one_file_that_applies_in_one_go(name: str) -> None:
    path = make.ROOT / "manifests" / "examples" / f"{name}.yaml"
    namespace, pipeline, tenant = yaml.safe_load_all(path.read_text("utf-8"))
    assert namespace["kind"] == "Namespace"
    assert namespace["metadata"]["name"] == names.namespace(name)
    assert namespace["metadata"]["labels"] == {names.LABEL_TENANT: name}
    assert pipeline["metadata"]["namespace"] == names.namespace(name)
    assert tenant["metadata"]["name"] == name
