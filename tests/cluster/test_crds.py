"""CRDs of an older version become this one's, on a real API server.

The kinds here are those of Inkwell in a group of the test's own, so that nobody else is disturbed.
"""

import copy
import json
import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from inkwell_api.crdgen import definition
from inkwell_api.tenant import Tenant
from inkwell_operator.backends.kubernetes_api.client import KubernetesClient, connect
from inkwell_operator.crds import upgrade

CONDITION = {
    "type": "KeysReady",
    "status": "False",
    "reason": "KeyExpired",
    "message": "key acme is too old; rotate it",
    "observedGeneration": 1,
    "lastTransitionTime": "2026-01-01T00:00:00Z",
}


def kubectl(*arguments: str, body: Any = None) -> subprocess.CompletedProcess[str]:
    """Run kubectl, with an object as its input."""
    return subprocess.run(
        ["kubectl", *arguments],
        input=None if body is None else json.dumps(body),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def schema(crd: dict[str, Any]) -> Any:
    """Return the schema of the one version that a CRD has."""
    (version,) = crd["spec"]["versions"]
    return version["schema"]["openAPIV3Schema"]["properties"]


@pytest.fixture
def wanted(kubeconfig: Path) -> Iterator[dict[str, Any]]:
    """The CRD of a Tenant, in a group of this test's own."""
    assert kubeconfig
    group = f"t{secrets.token_hex(3)}.inkwell.test"
    crd = copy.deepcopy(definition(Tenant))
    crd["metadata"]["name"] = f"tenants.{group}"
    crd["spec"] |= {"group": group}
    crd["spec"]["names"] |= {"categories": [], "shortNames": []}
    yield crd
    kubectl("delete", "crd", crd["metadata"]["name"], "--ignore-not-found")


@pytest.fixture
def older(wanted: dict[str, Any]) -> dict[str, Any]:
    """The same as an earlier version had it: closed reasons, a field less; stored as Helm does."""
    crd = copy.deepcopy(wanted)
    conditions = schema(crd)["status"]["properties"]["conditions"]["items"]["properties"]
    conditions["reason"]["enum"] = ["AsSpecified"]
    del schema(crd)["spec"]["properties"]["adopt"]
    made = kubectl("create", "--field-manager=helm", "-f", "-", body=crd)
    assert made.returncode == 0, made.stderr
    name = crd["metadata"]["name"]
    assert kubectl("wait", "--for=condition=Established", f"crd/{name}").returncode == 0
    assert kubectl("label", "crd", name, "team=platform").returncode == 0
    return crd


async def brought_up(crd: dict[str, Any]) -> None:
    """Do what the chart's hook does."""
    client = KubernetesClient(await connect())
    try:
        await upgrade(client, [crd])
    finally:
        await client.aclose()


async def test_an_older_crd_becomes_this_versions_and_its_objects_stay(
    older: dict[str, Any], wanted: dict[str, Any]
) -> None:
    name, group = older["metadata"]["name"], older["spec"]["group"]
    tenant = {
        "apiVersion": f"{group}/v1alpha1",
        "kind": "Tenant",
        "metadata": {"name": "acme"},
        "spec": {"className": "standard"},
    }
    assert kubectl("create", "-f", "-", body=tenant).returncode == 0
    before = json.loads(kubectl("get", name, "acme", "-o", "json").stdout)

    await brought_up(wanted)

    stored = json.loads(kubectl("get", "crd", name, "-o", "json").stdout)
    assert schema(stored)["status"] == schema(wanted)["status"]
    assert "adopt" in schema(stored)["spec"]["properties"]
    assert stored["metadata"]["labels"]["team"] == "platform"
    after = json.loads(kubectl("get", name, "acme", "-o", "json").stdout)
    assert after["metadata"]["uid"] == before["metadata"]["uid"]
    patch = json.dumps({"status": {"conditions": [CONDITION]}})
    told = kubectl(
        "patch", name, "acme", "--subresource=status", "--type=merge", f"--patch={patch}"
    )
    assert told.returncode == 0, told.stderr


async def test_a_crd_that_is_current_is_not_written_again(
    older: dict[str, Any], wanted: dict[str, Any]
) -> None:
    name = older["metadata"]["name"]
    await brought_up(wanted)
    first = kubectl("get", "crd", name, "-o", "jsonpath={.metadata.resourceVersion}").stdout
    await brought_up(wanted)
    assert kubectl("get", "crd", name, "-o", "jsonpath={.metadata.resourceVersion}").stdout == first


async def test_a_crd_that_is_not_stored_is_left_to_the_charts_own_folder(
    wanted: dict[str, Any],
) -> None:
    await brought_up(wanted)
    assert kubectl("get", "crd", wanted["metadata"]["name"]).returncode != 0
