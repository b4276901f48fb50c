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
import yaml

from inkwell_api.crdgen import definition
from inkwell_api.resource import CustomResource
from inkwell_api.tenant import Tenant
from inkwell_api.tenant_class import TenantClass
from inkwell_operator.backends.kubernetes_api.client import KubernetesClient, connect
from inkwell_operator.crds import upgrade
from support import make

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


def in_group(group: str, kind: type[CustomResource]) -> dict[str, Any]:
    """Return the CRD of a kind in another group."""
    crd = copy.deepcopy(definition(kind))
    crd["metadata"]["name"] = f"{kind.PLURAL}.{group}"
    crd["spec"] |= {"group": group}
    crd["spec"]["names"] |= {"categories": [], "shortNames": []}
    return crd


@pytest.fixture
def wanted(kubeconfig: Path) -> Iterator[dict[str, Any]]:
    """The CRD of a Tenant, in a group of this test's own."""
    assert kubeconfig
    group = f"t{secrets.token_hex(3)}.inkwell.test"
    crd = in_group(group, Tenant)
    yield crd
    kubectl("delete", "crd", crd["metadata"]["name"], "--ignore-not-found")


@pytest.fixture
def older(wanted: dict[str, Any]) -> dict[str, Any]:
    """The same as an earlier version had it: closed reasons, a field less; stored as Helm does."""
    crd = copy.deepcopy(wanted)
    conditions = schema(crd)["status"]["properties"]["conditions"]["items"]["properties"]
    conditions["reason"]["enum"] = ["AsSpecified"]
    del schema(crd)["spec"]["properties"]["adopt"]
    del schema(crd)["spec"]["properties"]["displayName"]["x-kubernetes-validations"]
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
        "spec": {"className": "standard", "displayName": "Acme\nCorp"},
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
    # What was accepted then stands, though a newer rule would refuse it, until somebody changes it.
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


def test_what_data_would_not_follow_cannot_be_changed_and_addresses_can(kubeconfig: Path) -> None:
    assert kubeconfig
    group = f"t{secrets.token_hex(3)}.inkwell.test"
    crd = in_group(group, TenantClass)
    name = crd["metadata"]["name"]
    example = (make.ROOT / "manifests" / "examples" / "standard-class.yaml").read_text("utf-8")
    body = yaml.safe_load(example) | {"apiVersion": f"{group}/v1alpha1"}

    def refusal(**spec: Any) -> str:
        patch = json.dumps({"spec": spec})
        return kubectl(
            "patch", name, "standard", "--type=merge", f"--patch={patch}", "--dry-run=server"
        ).stderr

    try:
        assert kubectl("create", "-f", "-", body=crd).returncode == 0
        assert kubectl("wait", "--for=condition=Established", f"crd/{name}").returncode == 0
        assert kubectl("create", "-f", "-", body=body).returncode == 0
        assert "realm cannot be changed" in refusal(keycloak={"realm": "other"})
        assert "database cannot be changed" in refusal(postgres={"database": "other"})
        assert "isolation cannot be changed" in refusal(postgres={"isolation": "Database"})
        assert "datacenter cannot be changed" in refusal(cassandra={"datacenter": "dc9"})
        assert not refusal(postgres={"address": "[::1]:5432"})
        assert not refusal(kafka={"bootstrapServers": ["another-name:9093"]})
    finally:
        kubectl("delete", "crd", name, "--ignore-not-found")
