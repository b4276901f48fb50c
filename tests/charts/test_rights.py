"""What the operator may do: what its code does, and nothing that would let it out of its room."""

from collections.abc import Callable
from typing import Any

import pytest

from inkwell_operator.backends.kubernetes_api.kinds import OWNED_KINDS, SECRET
from inkwell_operator.backends.namespace.desire import OWNER_ROLE, SECRETS_ROLE
from inkwell_operator.handlers import watches

Manifest = dict[str, Any]
Render = Callable[..., list[Manifest]]
Right = tuple[str, str, str]
"""API group, resource, verb."""

READS = {"get", "list", "watch"}
WRITES = {"create", "delete", "patch"}


@pytest.fixture(scope="module")
def roles(render: Render) -> dict[tuple[str, str], list[Manifest]]:
    """Return each role's rules by kind and name."""
    return {
        (item["kind"], item["metadata"]["name"]): item["rules"]
        for item in render()
        if item["kind"] in {"Role", "ClusterRole"}
    }


def rights(rules: list[Manifest]) -> set[Right]:
    """Write rules out, one right each."""
    return {
        (group, resource, verb)
        for rule in rules
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }


def _resource(api_version: str, plural: str) -> tuple[str, str]:
    return api_version.rpartition("/")[0], plural


def test_no_role_holds_a_wildcard(roles: dict[tuple[str, str], list[Manifest]]) -> None:
    for name, rules in roles.items():
        assert not any("*" in right for right in rights(rules)), name


def test_no_secret_is_in_reach_of_the_whole_cluster(
    roles: dict[tuple[str, str], list[Manifest]],
) -> None:
    everywhere = rights(roles["ClusterRole", "inkwell-operator"])
    assert not {right for right in everywhere if right[1] == "secrets"}
    assert rights(roles["ClusterRole", SECRETS_ROLE]) == {
        ("", "secrets", verb) for verb in ("create", "delete", "get", "list", "patch")
    }


def test_only_the_operators_own_role_is_bound_in_the_whole_cluster(render: Render) -> None:
    (binding,) = (item for item in render() if item["kind"] == "ClusterRoleBinding")
    assert binding["roleRef"]["name"] == "inkwell-operator"
    assert binding["subjects"] == [
        {"kind": "ServiceAccount", "name": "inkwell-operator", "namespace": "inkwell-system"}
    ]


def test_roles_are_never_written_and_only_two_may_be_bound(
    roles: dict[tuple[str, str], list[Manifest]],
) -> None:
    rules = roles["ClusterRole", "inkwell-operator"]
    (binding,) = (rule for rule in rules if "clusterroles" in rule["resources"])
    assert binding["verbs"] == ["bind"]
    assert binding["resourceNames"] == [OWNER_ROLE, SECRETS_ROLE]
    assert not {right for right in rights(rules) if right[1] == "roles" or right[2] == "escalate"}


def test_every_owned_kind_can_be_managed_and_no_other_is_written(
    roles: dict[tuple[str, str], list[Manifest]],
) -> None:
    ours = {_resource(kind.api_version, kind.plural) for kind in OWNED_KINDS if kind != SECRET}
    watched = {
        _resource(f"{group}/x" if group else "v1", name) for name, group, _ in watches._OWNED
    }
    allowed = rights(roles["ClusterRole", "inkwell-operator"])
    others = {right for right in allowed if right[:2] not in ours}
    assert allowed - others == {
        (*kind, verb)
        for kind in ours
        for verb in WRITES | (READS if kind in watched else {"get", "list"})
    }
    assert {right for right in others if right[2] in WRITES} == {
        ("inkwell.dev", "tenants", "patch"),
        ("inkwell.dev", "tenants/status", "patch"),
        ("inkwell.dev", "documentpipelines", "patch"),
        ("inkwell.dev", "documentpipelines", "delete"),
        ("inkwell.dev", "documentpipelines/status", "patch"),
        ("events.k8s.io", "events", "create"),
    }


def test_an_owner_can_write_pipelines_and_read_no_secret(
    roles: dict[tuple[str, str], list[Manifest]],
) -> None:
    allowed = rights(roles["ClusterRole", OWNER_ROLE])
    written = {right[1] for right in allowed if right[2] not in READS}
    assert written == {"documentpipelines"}
    assert not {right for right in allowed if right[1] in {"secrets", "configmaps", "pods/exec"}}
