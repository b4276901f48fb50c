"""What the operator's ServiceAccount can do in effect: what Inkwell does, and nothing more."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from support.rights import RESTRICTED, InForce, config_map, in_force, kubectl, namespace

RBAC = "rbac.authorization.k8s.io"
ONLY_MARKED = "only into namespaces that carry its mark"
ONLY_RESTRICTED = "only where pod-security.kubernetes.io/enforce is restricted"
ONLY_TENANTS = "only namespaces that are named tenant-<name>"


@pytest.fixture(scope="module")
def found(kubeconfig: Path, kinds: None) -> Iterator[InForce]:
    """The chart's rights, in force."""
    assert kubeconfig
    del kinds
    with in_force() as rights:
        yield rights


def of(api: str, kind: str, namespace: str, **parts: Any) -> dict[str, Any]:
    """Return an object with our mark."""
    metadata = config_map(namespace)["metadata"]
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **parts}


def role_binding(namespace: str, role: str, *subjects: dict[str, str]) -> dict[str, Any]:
    """Return a RoleBinding with our mark."""
    ref = {"apiGroup": RBAC, "kind": "ClusterRole", "name": role}
    return of(f"{RBAC}/v1", "RoleBinding", namespace, roleRef=ref, subjects=list(subjects))


def account(found: InForce) -> dict[str, str]:
    """Return the operator's ServiceAccount as the subject of a RoleBinding."""
    return {"kind": "ServiceAccount", "name": "inkwell-operator", "namespace": found.home}


@contextmanager
def there(body: dict[str, Any]) -> Iterator[None]:
    """Have a namespace that somebody else made, and let it go."""
    assert kubectl("create", "-f", "-", body=body).returncode == 0
    try:
        yield
    finally:
        kubectl("delete", "namespace", body["metadata"]["name"], "--wait=false")


def deployment(namespace: str) -> dict[str, Any]:
    """Return a Deployment with our mark."""
    labels = {"app": "made-up"}
    pod = {"containers": [{"name": "c", "image": "made-up"}]}
    template = {"metadata": {"labels": labels}, "spec": pod}
    spec = {"selector": {"matchLabels": labels}, "template": template}
    return of("apps/v1", "Deployment", namespace, spec=spec)


def owned(found: InForce) -> list[dict[str, Any]]:
    """Return one object of each kind that the operator makes."""
    here = found.namespace
    return [
        config_map(here),
        deployment(here),
        role_binding(here, "inkwell-tenant-secrets", account(found)),
        of("v1", "ServiceAccount", here),
        of("v1", "LimitRange", here, spec={"limits": []}),
        of("v1", "ResourceQuota", here, spec={"hard": {"pods": "1"}}),
        of("v1", "Service", here, spec={"ports": [{"port": 80}]}),
        of("networking.k8s.io/v1", "NetworkPolicy", here, spec={"podSelector": {}}),
    ]


def test_cluster_admin_in_two_calls_ends_at_the_first(found: InForce) -> None:
    binding = role_binding("kube-system", "inkwell-tenant-secrets", account(found))
    assert ONLY_MARKED in found.operator.apply(binding)


def test_no_pod_starts_where_secrets_of_others_are(found: InForce) -> None:
    for elsewhere in ("kube-system", "default", found.home):
        assert ONLY_MARKED in found.operator.apply(deployment(elsewhere))


def test_what_others_made_is_neither_changed_nor_deleted(found: InForce) -> None:
    patch = {"data": {"Corefile": "."}}
    where = ("-n", "kube-system")
    assert ONLY_MARKED in found.operator.patch("configmap", "coredns", *where, patch=patch)
    assert ONLY_MARKED in found.operator.delete("deployment", "coredns", *where)
    assert ONLY_MARKED in found.operator.delete("configmap", "coredns", *where)


def test_no_namespace_but_a_tenants_is_written_or_deleted(found: InForce) -> None:
    marked = namespace(found.home, {"inkwell.dev/tenant": found.tenant})
    assert ONLY_TENANTS in found.operator.apply(marked)
    assert ONLY_TENANTS in found.operator.delete("namespace", found.home)
    assert ONLY_TENANTS in found.operator.apply(namespace("kube-system", {"inkwell.dev/x": "y"}))


def test_a_tenants_namespace_without_the_mark_is_not_deleted(found: InForce) -> None:
    foreign = f"{found.namespace}-foreign"
    with there(namespace(foreign, {})):
        assert ONLY_TENANTS in found.operator.delete("namespace", foreign)
        assert ONLY_MARKED in found.operator.apply(config_map(foreign))


def test_a_namespace_that_would_admit_any_pod_is_not_written(found: InForce) -> None:
    name, tenant = f"{found.namespace}-open", {"inkwell.dev/tenant": f"{found.tenant}-open"}
    for level in ("privileged", "baseline"):
        wanted = namespace(name, tenant | {RESTRICTED: level})
        assert ONLY_RESTRICTED in found.operator.apply(wanted)
    unlabelled = namespace(name, tenant)
    del unlabelled["metadata"]["labels"][RESTRICTED]
    assert ONLY_RESTRICTED in found.operator.apply(unlabelled)
    opened = {"metadata": {"labels": {RESTRICTED: None}}}
    assert ONLY_RESTRICTED in found.operator.patch("namespace", found.namespace, patch=opened)


def test_no_pod_starts_in_a_namespace_that_would_admit_any(found: InForce) -> None:
    name, tenant = f"{found.namespace}-open", {"inkwell.dev/tenant": f"{found.tenant}-open"}
    handed_over = namespace(name, tenant | {RESTRICTED: "privileged"})
    with there(handed_over):
        assert ONLY_RESTRICTED in found.operator.apply(deployment(name))
        assert not found.operator.apply(config_map(name))
        assert kubectl("create", "-f", "-", body=deployment(name)).returncode == 0
        assert not found.operator.delete("deployment", "made-up", "-n", name)
        assert not found.operator.apply(namespace(name, tenant))
        assert not found.operator.delete("namespace", name)


def test_a_pipeline_goes_also_where_the_namespace_was_refused(found: InForce) -> None:
    foreign = f"{found.namespace}-refused"
    schema = {"type": "object", "properties": {"total": {"type": "number"}}}
    pipeline = of("inkwell.dev/v1alpha1", "DocumentPipeline", foreign)
    pipeline |= {"spec": {"extraction": {"schema": schema}}}
    with there(namespace(foreign, {})):
        assert kubectl("create", "-f", "-", body=pipeline).returncode == 0
        assert not found.operator.delete("documentpipeline", "made-up", "-n", foreign)


def test_the_mark_of_another_tenant_opens_no_namespace(found: InForce) -> None:
    name = f"{found.namespace}-other"
    assert ONLY_TENANTS in found.operator.apply(namespace(name, {"inkwell.dev/tenant": "acme"}))


def test_in_a_tenants_namespace_what_bears_no_mark_stays(found: InForce) -> None:
    foreign = config_map(found.namespace, "foreign")
    foreign["metadata"]["labels"] = {}
    assert "only objects that carry its mark" in found.operator.apply(foreign)
    assert kubectl("create", "-f", "-", body=foreign).returncode == 0
    where = ("-n", found.namespace)
    refusal = found.operator.delete("configmap", "foreign", *where)
    assert "only objects that carry its mark" in refusal


def test_in_a_tenants_namespace_two_roles_are_bound_and_secrets_to_nobody_else(
    found: InForce,
) -> None:
    joe = {"apiGroup": RBAC, "kind": "User", "name": "joe"}
    refusal = found.operator.apply(role_binding(found.namespace, "inkwell-tenant-secrets", joe))
    assert "inkwell-tenant-secrets to itself" in refusal
    assert found.operator.apply(role_binding(found.namespace, "cluster-admin", joe))


def test_the_operator_makes_everything_that_a_tenant_needs(found: InForce) -> None:
    fresh = namespace(f"{found.namespace}-x", {"inkwell.dev/tenant": f"{found.tenant}-x"})
    assert not found.operator.apply(fresh)
    for item in owned(found):
        assert not found.operator.apply(item), item["kind"]


def test_in_its_own_namespace_the_operator_records_orphans_and_changes_no_settings(
    found: InForce,
) -> None:
    assert not found.operator.apply(config_map(found.home, "orphan-tenant-acme"))
    assert ONLY_MARKED in found.operator.apply(config_map(found.home, "inkwell-operator"))


def test_the_operator_deletes_what_it_made(found: InForce) -> None:
    made = config_map(found.namespace, "made")
    assert kubectl("create", "-f", "-", body=made).returncode == 0
    assert not found.operator.delete("configmap", "made", "-n", found.namespace)
    assert not found.operator.delete("namespace", found.namespace)


def test_the_operator_keeps_its_lease_and_posts_events(found: InForce) -> None:
    lease = of("coordination.k8s.io/v1", "Lease", found.home, spec={"holderIdentity": "x"})
    lease["metadata"]["name"] = "inkwell-operator"
    made = found.operator.asks("create", "--dry-run=server", "-f", "-", body=lease)
    assert made.returncode == 0, made.stderr
    event = {
        "apiVersion": "events.k8s.io/v1",
        "kind": "Event",
        "metadata": {"name": "acme.1", "namespace": "default"},
        "eventTime": "2026-01-01T00:00:00.000000Z",
        "reportingController": "inkwell-operator",
        "reportingInstance": "test",
        "action": "Ready",
        "reason": "Applied",
        "type": "Normal",
        "regarding": {"apiVersion": "inkwell.dev/v1alpha1", "kind": "Tenant", "name": "acme"},
    }
    done = found.operator.asks("create", "--dry-run=server", "-f", "-", body=event)
    assert done.returncode == 0, done.stderr
