"""What a pipeline left behind is told from what a young, dying or broken pipeline owns."""

from typing import Any

import pytest

from inkwell_operator.backends.kubernetes_api.kinds import CONFIG_MAP, PIPELINE, Kind, Manifest
from inkwell_operator.backends.kubernetes_api.metadata import metadata
from inkwell_operator.backends.kubernetes_api.orphans import orphans_among
from inkwell_operator.backends.kubernetes_api.state import DesiredObjects, ObjectRef, Scope

SCOPE = Scope("tenant-acme", "acme", None, (CONFIG_MAP,))


class Api:
    """The API server's list of pipelines."""

    def __init__(self, *pipelines: tuple[str, str]) -> None:
        self.pipelines = pipelines
        self.calls = 0

    async def list(self, kind: Kind, namespace: str) -> list[Manifest]:
        assert (kind, namespace) == (PIPELINE, "tenant-acme")
        self.calls += 1
        return [{"metadata": {"name": name, "uid": uid}} for name, uid in self.pipelines]


def config(pipeline: str | None, owner: str = "") -> dict[ObjectRef, Manifest]:
    found: Manifest = {"kind": "ConfigMap", "metadata": metadata("c", "acme", pipeline)}
    if owner:
        found["metadata"]["ownerReferences"] = [{"uid": owner}]
    return {ObjectRef.of(found): found}


async def orphans(api: Any, found: dict[ObjectRef, Manifest], *known: str) -> int:
    desired = DesiredObjects.of(SCOPE, pipelines=frozenset(known))
    return len(await orphans_among(api, desired, found))


async def test_what_belongs_to_a_pipeline_that_does_not_exist_is_an_orphan() -> None:
    assert await orphans(Api(("credits", "u-1")), config("invoices"), "credits") == 1


@pytest.mark.parametrize("exists", [("invoices", "u-2"), ("renamed", "u-1")])
async def test_a_pipeline_that_the_tenant_does_not_know_but_that_exists_keeps_its_objects(
    exists: tuple[str, str],
) -> None:
    """It was just made, is being deleted, or does not parse."""
    assert await orphans(Api(exists), config("invoices", "u-1")) == 0


async def test_nobody_is_asked_where_every_object_is_accounted_for() -> None:
    api = Api()
    assert await orphans(api, config("invoices") | config(None), "invoices") == 0
    assert api.calls == 0


async def test_an_object_in_another_namespace_is_never_an_orphan() -> None:
    (found,) = config("invoices").values()
    found["metadata"]["namespace"] = "kube-system"
    assert await orphans(Api(), {ObjectRef.of(found): found}) == 0
