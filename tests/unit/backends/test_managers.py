"""What the API server's record of managers says of fields that others set."""

from typing import Any

from inkwell_operator.backends.kubernetes_api.apply import replacing
from inkwell_operator.backends.kubernetes_api.kinds import Manifest
from inkwell_operator.backends.kubernetes_api.managers import (
    MISSING,
    RECORD,
    added_fields,
    describe,
    value_at,
    without_others,
)
from inkwell_operator.backends.kubernetes_api.packed import pack, reduced, unpack


def entry(manager: str, fields: dict[str, Any], **more: str) -> dict[str, Any]:
    return {"manager": manager, "operation": "Update", "fieldsV1": fields} | more


OURS = entry(
    "inkwell-operator",
    {"f:spec": {"f:containers": {'k:{"name":"ocr"}': {".": {}, "f:name": {}, "f:image": {}}}}},
    operation="Apply",
)
SIDECAR = entry(
    "kubectl-edit", {"f:spec": {"f:containers": {'k:{"name":"x"}': {".": {}, "f:image": {}}}}}
)


def pod(*entries: dict[str, Any], kind: str = "Pod") -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": kind,
        "metadata": {"name": "p", "resourceVersion": "7", "managedFields": list(entries)},
        "spec": {"containers": [{"name": "ocr", "image": "o"}, {"name": "x", "image": "i"}]},
        "status": {"phase": "Running"},
    }


def test_fields_that_we_applied_and_those_of_status_are_no_addition() -> None:
    status = entry("kubelet", {"f:status": {"f:phase": {}}}, subresource="status")
    label = entry("argocd", {"f:metadata": {"f:labels": {"f:x": {}}}})
    same = entry("kubectl-edit", OURS["fieldsV1"])
    assert added_fields(pod(OURS, status, label, same)) == ()


def test_a_field_that_somebody_else_set_is_named_with_its_place() -> None:
    ((*path,),) = added_fields(pod(OURS, SIDECAR))
    assert describe(tuple(path)) == "spec.containers[name=x].image"
    assert value_at(pod(), tuple(path)) == "i"
    assert value_at({"spec": {"containers": []}}, tuple(path)) is MISSING


def test_an_update_under_our_own_name_is_no_apply_of_ours() -> None:
    disguised = SIDECAR | {"manager": "inkwell-operator"}
    assert len(added_fields(pod(OURS, disguised))) == 1


def test_an_object_without_a_record_of_our_apply_is_told_apart() -> None:
    assert added_fields(pod()) == (RECORD,)
    assert added_fields(pod(SIDECAR))[0] == RECORD
    assert added_fields(pod(kind="Namespace")) == ()


def test_what_the_server_noted_before_the_first_apply_is_nobodys() -> None:
    before = entry("before-first-apply", SIDECAR["fieldsV1"])
    assert added_fields(pod(OURS, before)) == ()


def test_a_restart_by_hand_is_left_alone() -> None:
    at: dict[str, Any] = {
        "f:metadata": {"f:annotations": {"f:kubectl.kubernetes.io/restartedAt": {}}}
    }
    assert added_fields(pod(OURS, entry("kubectl-rollout", {"f:spec": {"f:template": at}}))) == ()


def test_a_restoration_leaves_metadata_status_and_what_is_wanted() -> None:
    label = entry("argocd", {"f:metadata": {"f:labels": {"f:x": {}}}, "f:spec": {"f:a": {}}})
    found = pod(OURS, SIDECAR, label) | {"immutable": True}
    want = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"a": 1}}
    assert without_others(found) == [
        OURS,
        label | {"fieldsV1": {"f:metadata": {"f:labels": {"f:x": {}}}}},
    ]
    assert replacing(want, found) == [
        {"op": "replace", "path": "/metadata/resourceVersion", "value": "7"},
        {"op": "add", "path": "/metadata/managedFields", "value": without_others(found)},
        {"op": "add", "path": "/spec", "value": {"a": 1}},
        {"op": "remove", "path": "/immutable"},
    ]


def test_packing_keeps_what_is_compared_and_drops_the_record() -> None:
    found = pod(OURS, SIDECAR)
    (kept,) = unpack(pack([reduced(found)]))
    assert kept == reduced(found)
    assert kept.manifest["spec"] == found["spec"]
    assert kept.manifest["metadata"] == {"name": "p"}
    assert kept.added == added_fields(found)
