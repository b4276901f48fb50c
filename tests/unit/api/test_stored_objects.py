"""Objects as the next version's CRDs hand them out, read by the models of this one."""

from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from inkwell_api.crdgen import KINDS
from inkwell_api.tenant import Tenant, TenantSpec
from support import make

EXAMPLES = sorted((make.ROOT / "manifests" / "examples").glob("*.yaml"))
BODIES = [
    body
    for path in EXAMPLES
    for body in yaml.safe_load_all(path.read_text("utf-8"))
    if body["apiVersion"].startswith("inkwell.dev/")
]
BY_NAME = {kind.KIND: kind for kind in KINDS}
TOMORROW = {"driftPolicy": "Correct"}


def with_defaults_of_tomorrow(node: Any, path: tuple[str, ...] = ()) -> Any:
    """Return an object with a further field at each level that is not people's own."""
    if isinstance(node, list):
        return [with_defaults_of_tomorrow(item, path) for item in node]
    if not isinstance(node, dict) or path[-2:] == ("extraction", "schema"):
        return node
    parts = {key: with_defaults_of_tomorrow(part, (*path, key)) for key, part in node.items()}
    return parts | TOMORROW


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body["metadata"]["name"])
def test_an_object_with_fields_of_the_next_version_reads_as_before(body: dict[str, Any]) -> None:
    kind = BY_NAME[body["kind"]]
    stored = with_defaults_of_tomorrow(body)
    assert stored["spec"]["driftPolicy"] == "Correct"
    assert kind.model_validate(stored) == kind.model_validate(body)


def test_a_condition_of_the_next_version_can_be_read() -> None:
    condition = {
        "type": "KeysReady",
        "status": "False",
        "reason": "KeyExpired",
        "message": "key acme is too old; rotate it",
        "observedGeneration": 1,
        "lastTransitionTime": "2026-01-01T00:00:00Z",
        "severity": "Warning",
    }
    body = {
        "metadata": {"name": "acme"},
        "spec": {"className": "standard"},
        "status": {"conditions": [condition]},
    }
    (found,) = Tenant.model_validate(body).status.conditions
    assert (found.type, found.reason) == ("KeysReady", "KeyExpired")


def test_who_checks_what_people_write_still_sees_their_typing_errors() -> None:
    with pytest.raises(ValidationError, match="deletePolicy"):
        TenantSpec.model_validate({"className": "x", "deletePolicy": "Delete"}, extra="forbid")
