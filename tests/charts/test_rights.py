"""What the operator may do: what its code does, and nothing that would let it out of its room.

That each right is used and none is missing shows on a cluster: `tests/cluster/test_rights_used.py`.
"""

from collections.abc import Callable
from typing import Any

import pytest

from inkwell_api.crdgen import KINDS
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


def test_two_roles_are_bound_in_the_whole_cluster_each_to_its_own_account(render: Render) -> None:
    bindings = [item for item in render() if item["kind"] == "ClusterRoleBinding"]
    assert {binding["roleRef"]["name"]: binding["subjects"] for binding in bindings} == {
        name: [{"kind": "ServiceAccount", "name": name, "namespace": "inkwell-system"}]
        for name in ("inkwell-operator", "inkwell-crds")
    }


def test_the_hook_can_replace_our_crds_and_do_nothing_else(
    roles: dict[tuple[str, str], list[Manifest]],
) -> None:
    (rule,) = roles["ClusterRole", "inkwell-crds"]
    assert set(rule["resourceNames"]) == {f"{kind.PLURAL}.inkwell.dev" for kind in KINDS}
    assert rights([rule]) == {
        ("apiextensions.k8s.io", "customresourcedefinitions", verb) for verb in ("get", "update")
    }


def test_who_may_view_or_edit_a_namespace_may_do_so_with_its_pipelines(render: Render) -> None:
    found = {item["metadata"]["name"]: item for item in render() if item["kind"] == "ClusterRole"}

    def added_to(name: str) -> set[str]:
        prefix = "rbac.authorization.k8s.io/aggregate-to-"
        labels = found[name]["metadata"]["labels"]
        return {label.removeprefix(prefix) for label in labels if label.startswith(prefix)}

    assert added_to("inkwell-view") == {"view", "edit", "admin"}
    assert added_to("inkwell-edit") == {"edit", "admin"}
    assert added_to("inkwell-admin") == set()
    assert {right[2] for right in rights(found["inkwell-view"]["rules"])} == READS
    assert {right[1] for right in rights(found["inkwell-edit"]["rules"])} == {"documentpipelines"}


def test_the_roles_that_owners_are_bound_to_outlive_the_chart(render: Render) -> None:
    kept = {
        item["metadata"]["name"]
        for item in render()
        if item["metadata"].get("annotations", {}).get("helm.sh/resource-policy") == "keep"
    }
    assert kept == {OWNER_ROLE, SECRETS_ROLE}


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
        _resource(f"{group}/{version}" if group else version, plural)
        for group, version, plural in watches._OWNED
    }
    allowed = rights(roles["ClusterRole", "inkwell-operator"])
    others = {right for right in allowed if right[:2] not in ours}
    assert allowed - others == {
        (*kind, verb)
        for kind in ours
        for verb in WRITES | (READS if kind in watched else {"get", "list"})
    }
    assert {right for right in others if right[2] in WRITES} == {
        ("inkwell.dev", "tenantclasses", "patch"),
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
