"""What somebody adds to our objects on a real API server is seen, shown and taken away."""

from typing import Any

import pytest

from inkwell_operator.backends.kubernetes_api import KubernetesClient
from inkwell_operator.backends.kubernetes_api.kinds import (
    CONFIG_MAP,
    DEPLOYMENT,
    NETWORK_POLICY,
    RESOURCE_QUOTA,
    ROLE_BINDING,
    SECRET,
    SERVICE,
    SERVICE_ACCOUNT,
    Kind,
)
from inkwell_operator.backends.secrets.desire import decode, encode
from support import wait
from support.tenant_room import Room

_SIDECAR = {"name": "sidecar", "image": "somebody/else:1"}
_POD = "/spec/template/spec"
CASES: dict[str, tuple[Kind, str, tuple[str, str, Any], str]] = {
    "all ingress into a default deny": (
        NETWORK_POLICY,
        "default-deny",
        ("add", "/spec/ingress", [{}]),
        "-spec.ingress [{}]",
    ),
    "a default deny that selects no pod": (
        NETWORK_POLICY,
        "default-deny",
        ("add", "/spec/podSelector", {"matchLabels": {"no": "pod"}}),
        'spec.podSelector {"matchLabels": {"no": "pod"}} -> {}',
    ),
    "a port of a stage's policy": (
        NETWORK_POLICY,
        "ocr",
        ("add", "/spec/egress/-", {}),
        "spec.egress",
    ),
    "a sidecar": (
        DEPLOYMENT,
        "gateway",
        ("add", f"{_POD}/containers/-", _SIDECAR),
        "-spec.template.spec.containers[name=sidecar]",
    ),
    "the host's network": (
        DEPLOYMENT,
        "gateway",
        ("add", f"{_POD}/hostNetwork", True),
        "-spec.template.spec.hostNetwork true",
    ),
    "a variable": (
        DEPLOYMENT,
        "gateway",
        ("add", f"{_POD}/containers/0/env", [{"name": "X", "value": "1"}]),
        "spec.template.spec.containers[name=gateway].env[name=X]",
    ),
    "a label of the pods": (
        DEPLOYMENT,
        "gateway",
        ("add", "/spec/template/metadata/labels/extra", "1"),
        "-spec.template.metadata.labels.extra 1",
    ),
    "a scale": (
        DEPLOYMENT,
        "gateway",
        ("replace", "/spec/replicas", 3),
        "spec.replicas 3 -> 0",
    ),
    "an external address": (
        SERVICE,
        "gateway",
        ("add", "/spec/externalIPs", ["192.0.2.1"]),
        "-spec.externalIPs",
    ),
    "a subject": (
        ROLE_BINDING,
        "inkwell-owners",
        (
            "add",
            "/subjects/-",
            {"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "eve"},
        ),
        "subjects",
    ),
    "a limit": (
        RESOURCE_QUOTA,
        "inkwell",
        ("add", "/spec/hard/configmaps", "1"),
        "-spec.hard.configmaps 1",
    ),
    "a key of a ConfigMap": (
        CONFIG_MAP,
        "inkwell-ca",
        ("add", "/data/other.crt", "x"),
        "data.other.crt",
    ),
    "an immutable ConfigMap": (
        CONFIG_MAP,
        "gateway",
        ("add", "/immutable", True),
        "-immutable true",
    ),
    "a key of a Secret": (SECRET, "gateway", ("add", "/data/extra", encode("x")), "extra"),
}


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_what_is_added_by_hand_is_shown_and_taken_away(room: Room, case: str) -> None:
    kind, name, operation, words = CASES[case]
    before = await room.there(kind, name)
    await room.by_hand(kind, name, operation)
    (line,) = await room.bring()
    assert line.startswith(f"~ {kind.kind} {room.namespace}/{name}: ")
    assert words in line
    after = await room.there(kind, name)
    for part in before.keys() - {"metadata", "status"} | after.keys() - {"metadata", "status"}:
        assert after.get(part) == before.get(part), part
    assert await room.bring() == ()


async def test_a_binding_to_another_role_is_made_anew(room: Room, client: KubernetesClient) -> None:
    name, space = "inkwell-owners", room.namespace
    binding = await room.there(ROLE_BINDING, name)
    await client.delete(ROLE_BINDING, name, space)
    forged = {
        **{key: binding[key] for key in ("apiVersion", "kind", "subjects")},
        "metadata": {k: binding["metadata"][k] for k in ("name", "namespace", "labels")},
        "roleRef": binding["roleRef"] | {"name": "view"},
    }
    await client.create(forged)
    (line,) = await room.bring()
    assert "roleRef.name view -> inkwell-tenant-owner" in line
    assert (await room.there(ROLE_BINDING, name))["roleRef"]["name"] == "inkwell-tenant-owner"
    assert await room.bring() == ()


async def test_a_record_of_managers_that_was_cleared_hides_nothing(room: Room) -> None:
    await room.by_hand(
        NETWORK_POLICY,
        "default-deny",
        ("replace", "/metadata/managedFields", [{}]),
        ("add", "/spec/ingress", [{}]),
    )
    (line,) = await room.bring()
    assert "metadata.managedFields" in line
    assert "ingress" not in (await room.there(NETWORK_POLICY, "default-deny"))["spec"]
    assert await room.bring() == ()


async def test_objects_that_a_backup_tool_put_back_become_ours_again(
    room: Room, client: KubernetesClient
) -> None:
    """Whoever creates an object whole owns every field of it, the server's defaults included."""
    found = await room.there(DEPLOYMENT, "gateway")
    await client.delete(DEPLOYMENT, "gateway", room.namespace)

    async def is_gone() -> bool:
        return await client.get(DEPLOYMENT, "gateway", room.namespace) is None

    await wait.until("end of the Deployment", is_gone, seconds=60)
    metadata = {k: found["metadata"][k] for k in ("name", "namespace", "labels", "annotations")}
    await client.create({**found, "metadata": metadata})
    assert len(await room.bring()) == 1
    assert await room.bring() == ()


async def test_what_belongs_to_others_is_left_to_them(room: Room) -> None:
    label = ("add", "/metadata/labels/argocd.argoproj.io~1instance", "acme")
    await room.by_hand(DEPLOYMENT, "gateway", label)
    await room.by_hand(SERVICE, "gateway", label)
    await room.by_hand(
        DEPLOYMENT,
        "gateway",
        ("add", "/spec/template/metadata/annotations/kubectl.kubernetes.io~1restartedAt", "now"),
    )
    await room.by_hand(SERVICE_ACCOUNT, "gateway", ("add", "/imagePullSecrets", [{"name": "p"}]))
    assert await room.bring() == ()
    found = await room.there(DEPLOYMENT, "gateway")
    assert found["metadata"]["labels"]["argocd.argoproj.io/instance"] == "acme"


async def test_a_secret_of_another_type_keeps_its_password(
    room: Room, client: KubernetesClient
) -> None:
    found = await room.there(SECRET, "gateway")
    await client.delete(SECRET, "gateway", room.namespace)
    metadata = {k: found["metadata"][k] for k in ("name", "namespace", "labels")}
    await client.create({**found, "metadata": metadata, "type": "example.com/login"})
    (line,) = await room.bring("secrets")
    assert "type example.com/login -> Opaque" in line
    after = await room.there(SECRET, "gateway")
    assert decode(after["data"], "password") == decode(found["data"], "password")
