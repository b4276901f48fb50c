"""The chart's roles and policies under names of one test, in force on a real API server.

The operator's ServiceAccount and the people are impersonated; every request is a server-side dry
run, for which admission policies hold as for any other. Nothing of an installed chart is touched.
"""

import asyncio
import json
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from support import wait
from support.chart import Manifest, objects

MARK: Final = "inkwell-operator"
RESTRICTED: Final = "pod-security.kubernetes.io/enforce"
"""The label by which Kubernetes admits no privileged pod and no path of a node."""
_RIGHTS: Final = {
    "ClusterRole",
    "ClusterRoleBinding",
    "Role",
    "RoleBinding",
    "ServiceAccount",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
}
_GLOBAL: Final = _RIGHTS - {"Role", "RoleBinding", "ServiceAccount"}
_KEPT: Final = {"inkwell-tenant-secrets"}
"""The one role whose name stands in a policy."""


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


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, as the API server sees them."""

    user: str
    groups: tuple[str, ...] = ()

    def asks(self, *arguments: str, body: Any = None) -> subprocess.CompletedProcess[str]:
        """Run kubectl as this actor."""
        groups = [f"--as-group={group}" for group in self.groups]
        return kubectl(*arguments, f"--as={self.user}", *groups, body=body)

    def apply(self, body: Manifest) -> str:
        """Apply an object without keeping it, as the operator does; return the refusal or ''."""
        return self._refusal("apply", "--server-side", "--force-conflicts", "-f", "-", body=body)

    def delete(self, *what: str) -> str:
        """Delete an object without doing so; return the refusal or ''."""
        return self._refusal("delete", *what, "--wait=false")

    def patch(self, *what: str, patch: Any) -> str:
        """Patch an object without keeping it; return the refusal or ''."""
        return self._refusal("patch", *what, "--type=merge", f"--patch={json.dumps(patch)}")

    def _refusal(self, *arguments: str, body: Any = None) -> str:
        done = self.asks(*arguments, "--dry-run=server", body=body)
        return "" if done.returncode == 0 else done.stderr.strip()


@dataclass(frozen=True, slots=True)
class InForce:
    """What is in force while a test runs.

    Attributes:
        home: namespace of the operator.
        tenant: name of a tenant whose namespace bears the mark.
        operator: the operator's ServiceAccount.
        owner: a member of the group that owns the tenant.
    """

    home: str
    tenant: str
    operator: Actor
    owner: Actor

    @property
    def namespace(self) -> str:
        """Return the tenant's namespace."""
        return f"tenant-{self.tenant}"


@contextmanager
def in_force() -> Iterator[InForce]:
    """Put the chart's rights in force, wait until they are, and take them away."""
    token = secrets.token_hex(3)
    home, tenant, suffix = f"home-{token}", f"rights-{token}", f"-{token}"
    group = f"oidc:{tenant}-admins"
    operator = Actor(f"system:serviceaccount:{home}:inkwell-operator")
    rendered = [
        _renamed(item, suffix)
        for item in objects("--no-hooks", namespace=home)
        if item["kind"] in _RIGHTS and item["metadata"]["name"] not in _KEPT
    ]
    everything = [
        namespace(home, {}),
        namespace(f"tenant-{tenant}", {"inkwell.dev/tenant": tenant}),
        *rendered,
        _owners(tenant, group, suffix),
    ]
    try:
        for item in everything:
            made = kubectl("create", "-f", "-", body=item)
            assert made.returncode == 0, made.stderr
        found = InForce(home, tenant, operator, Actor("joe", (group, "system:authenticated")))
        asyncio.run(_until_in_force(found))
        yield found
    finally:
        for item in reversed(everything):
            kubectl("delete", "--ignore-not-found", "--wait=false", "-f", "-", body=item)


@contextmanager
def secrets_role_in_force() -> Iterator[None]:
    """Have the role by which the operator reaches tenants' Secrets, as this chart renders it.

    Its name stands in a policy, so it is one for the whole cluster; an installed one is given back.
    """
    (role,) = (
        item
        for item in objects("--no-hooks")
        if item["kind"] == "ClusterRole" and item["metadata"]["name"] in _KEPT
    )
    what = ("clusterrole", role["metadata"]["name"])
    text = kubectl("get", *what, "--ignore-not-found", "--output=json").stdout
    installed = json.loads(text) if text.strip() else None
    try:
        if installed is None:
            made = kubectl("create", "-f", "-", body=role)
        else:
            made = _with_rules(what, role["rules"])
        assert made.returncode == 0, made.stderr
        yield
    finally:
        if installed is None:
            kubectl("delete", *what, "--ignore-not-found")
        else:
            _with_rules(what, installed["rules"])


def _with_rules(what: tuple[str, str], rules: Any) -> subprocess.CompletedProcess[str]:
    return kubectl("patch", *what, "--type=merge", f"--patch={json.dumps({'rules': rules})}")


async def _until_in_force(found: InForce) -> None:
    """Roles and policies reach the API server's caches a moment after they are stored."""

    async def is_in_force() -> bool:
        return (
            "only into namespaces" in found.operator.apply(config_map(found.home))
            and not found.operator.apply(config_map(found.namespace))
            and found.owner.asks("get", "pods", "-n", found.namespace).returncode == 0
        )

    await wait.until("policies in force", is_in_force, seconds=30)


def _renamed(item: Manifest, suffix: str) -> Manifest:
    if item["kind"] in _GLOBAL:
        item["metadata"]["name"] += suffix
        item["metadata"]["labels"] = {"inkwell-test": suffix.strip("-")}
    if item["kind"] == "ClusterRoleBinding":
        item["roleRef"]["name"] += suffix
    if item["kind"] == "ValidatingAdmissionPolicyBinding":
        item["spec"]["policyName"] += suffix
    return item


def _owners(tenant: str, group: str, suffix: str) -> Manifest:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": "owners", "namespace": f"tenant-{tenant}"},
        "roleRef": {
            "apiGroup": "rbac.authorization.k8s.io",
            "kind": "ClusterRole",
            "name": f"inkwell-tenant-owner{suffix}",
        },
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": group}],
    }


def namespace(name: str, labels: dict[str, str]) -> Manifest:
    """Return a Namespace, where it has a tenant with our mark and what holds its pods."""
    mark = {"app.kubernetes.io/managed-by": MARK, RESTRICTED: "restricted"} if labels else {}
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": name, "labels": mark | labels},
    }


def config_map(namespace: str, name: str = "made-up", **labels: str) -> Manifest:
    """Return a ConfigMap with our mark."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "labels": {"app.kubernetes.io/managed-by": MARK} | labels,
        },
        "data": {"key": "value"},
    }
