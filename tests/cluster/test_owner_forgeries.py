"""An owner may write pipelines, and nothing in them that is the operator's or the platform's."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.rights import Actor, InForce, in_force, kubectl

FINALIZER = "inkwell.dev/cleanup"
ADMIN = Actor("root", ("system:masters",))


def pipeline(namespace: str, name: str, **metadata: Any) -> dict[str, Any]:
    """Return a DocumentPipeline."""
    schema = {"type": "object", "properties": {"total": {"type": "number"}}}
    return {
        "apiVersion": "inkwell.dev/v1alpha1",
        "kind": "DocumentPipeline",
        "metadata": {"name": name, "namespace": namespace, **metadata},
        "spec": {"extraction": {"schema": schema}},
    }


@pytest.fixture(scope="module")
def found(kubeconfig: Path, kinds: None) -> Iterator[InForce]:
    """The chart's rights in force, and a pipeline that the operator has taken on."""
    assert kubeconfig
    del kinds
    with in_force() as rights:
        metadata = {"finalizers": [FINALIZER], "labels": {"inkwell.dev/of": "the-operator"}}
        body = pipeline(rights.namespace, "mine", **metadata)
        made = kubectl("create", "-f", "-", body=body)
        assert made.returncode == 0, made.stderr
        yield rights
        patch = '--patch={"metadata":{"finalizers":null}}'
        kubectl("patch", "dpl", "mine", "-n", rights.namespace, "--type=merge", patch)
        kubectl("delete", "dpl", "mine", "-n", rights.namespace)


def changed(found: InForce, metadata: dict[str, Any], who: Actor | None = None) -> str:
    """Return how a change of the pipeline's metadata by its owner is refused, or ''."""
    where = ("dpl", "mine", "-n", found.namespace)
    return (who or found.owner).patch(*where, patch={"metadata": metadata})


def test_an_owner_works_with_pipelines(found: InForce) -> None:
    assert not found.owner.apply(pipeline(found.namespace, "another"))
    assert not changed(found, {"labels": {"team": "x"}, "annotations": {"note": "y"}})
    assert not found.owner.delete("dpl", "mine", "-n", found.namespace)


def test_an_owner_cannot_leave_everything_behind(found: InForce) -> None:
    assert "finalizer inkwell.dev/cleanup" in changed(found, {"finalizers": []})
    body = pipeline(found.namespace, "another", finalizers=[FINALIZER])
    assert "finalizer inkwell.dev/cleanup" in found.owner.apply(body)


def test_whoever_may_change_tenants_may_let_a_pipeline_go(found: InForce) -> None:
    assert not changed(found, {"finalizers": []}, ADMIN)
    assert not changed(found, {"finalizers": []}, found.operator)


def test_an_owner_forges_no_mark(found: InForce) -> None:
    for metadata in (
        {"labels": {"inkwell.dev/tenant": "other"}},
        {"labels": {"inkwell.dev/of": "me"}},
        {"labels": {"inkwell.dev/of": None}},
        {"labels": {"inkwell.dev/anything": ""}},
    ):
        assert "labels that start with inkwell.dev/" in changed(found, metadata)
    for value in ("x", ""):
        forged = {"annotations": {"inkwell.dev/anything": value}}
        assert "annotations that start with inkwell.dev/" in changed(found, forged)
    body = pipeline(found.namespace, "another", labels={"inkwell.dev/tenant": "other"})
    assert "labels that start with inkwell.dev/" in found.owner.apply(body)


def test_an_owner_hangs_a_pipeline_on_nothing_that_could_take_it_down(found: InForce) -> None:
    reference = {"apiVersion": "v1", "kind": "ConfigMap", "name": "x", "uid": "1-2-3"}
    assert "no ownerReferences" in changed(found, {"ownerReferences": [reference]})


def test_an_owner_writes_no_status_even_if_a_role_of_somebody_elses_lets_him(
    found: InForce,
) -> None:
    rule = ["--verb=get,patch", "--resource=documentpipelines.inkwell.dev/status"]
    here = ("-n", found.namespace)
    assert not kubectl("create", "role", "status", *rule, *here).returncode
    assert not kubectl(
        "create", "rolebinding", "status", "--role=status", "--user=joe", *here
    ).returncode
    patch = {"status": {"uploadUrl": "http://evil.example"}}
    refusal = found.owner.patch("dpl", "mine", *here, "--subresource=status", patch=patch)
    assert "status is the operator's" in refusal
