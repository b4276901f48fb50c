"""How rights granted are compared with rights used, without a cluster."""

from collections.abc import Callable
from typing import Any

import pytest

from support.rbac import Ask, Comparison, Grant, Reach, Request, asks_of, compare, grants_of

HOME = "inkwell-system"
APPS = "/apis/apps/v1"
RULES: list[dict[str, Any]] = [
    {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["get", "list"]},
    {"apiGroups": ["inkwell.dev"], "resources": ["tenants/status"], "verbs": ["patch"]},
]


@pytest.mark.parametrize(
    ("method", "target", "status", "wanted"),
    [
        ("GET", "/api/v1/secrets?limit=500", 200, Ask("", "secrets", "list")),
        ("GET", f"{APPS}/deployments?watch=true", 200, Ask("", "deployments.apps", "watch")),
        ("GET", "/api/v1/namespaces/acme", 404, Ask("", "namespaces", "get", "acme")),
        (
            "PATCH",
            "/apis/inkwell.dev/v1alpha1/tenants/acme/status?force=True",
            200,
            Ask("", "tenants.inkwell.dev/status", "patch", "acme"),
        ),
        (
            "POST",
            "/apis/events.k8s.io/v1/namespaces/default/events",
            201,
            Ask("default", "events.events.k8s.io", "create"),
        ),
        (
            "DELETE",
            "/api/v1/namespaces/tenant-acme/secrets/gateway",
            403,
            Ask("tenant-acme", "secrets", "delete", "gateway", was_let=False),
        ),
    ],
)
def test_a_request_asks_for_one_right(method: str, target: str, status: int, wanted: Ask) -> None:
    assert asks_of(Request(method, target, status)) == [wanted]


@pytest.mark.parametrize("target", ["/version", "/api", "/apis", "/apis/apps", "/apis/apps/v1"])
def test_discovery_is_everybodys(target: str) -> None:
    assert asks_of(Request("GET", target, 200)) == []


def test_an_apply_of_what_is_not_there_asks_for_its_creation_too() -> None:
    asks = asks_of(Request("PATCH", f"{APPS}/namespaces/tenant-acme/deployments/ocr", 201))
    assert [ask.verb for ask in asks] == ["patch", "create"]


def test_whoever_writes_a_binding_asks_for_the_role_in_it() -> None:
    target = "/apis/rbac.authorization.k8s.io/v1/namespaces/tenant-acme/rolebindings/x"
    *_, bind = asks_of(Request("PATCH", target, 200, "inkwell-tenant-owner"))
    assert (bind.verb, bind.name) == ("bind", "inkwell-tenant-owner")
    assert bind.resource == "clusterroles.rbac.authorization.k8s.io"


def test_a_right_that_nobody_uses_is_named() -> None:
    asks = [Ask("", "deployments.apps", "list"), Ask("x", "tenants.inkwell.dev/status", "patch")]
    found = compare(asks, grants_of(Reach.EVERYWHERE, RULES), HOME)
    assert found == Comparison(unused=frozenset({"get deployments.apps everywhere"}))


def test_a_right_that_is_not_granted_is_named() -> None:
    asks = [Ask("tenant-acme", "deployments.apps", "delete", "ocr", was_let=False)]
    found = compare(asks, grants_of(Reach.EVERYWHERE, RULES), HOME)
    assert found.missing == {"delete deployments.apps ocr in tenant-acme"}


def test_what_was_refused_was_not_used() -> None:
    grant = Grant(Reach.TENANTS, "secrets", "list")
    refused = Ask("tenant-acme", "secrets", "list", was_let=False)
    assert compare([refused], {grant}, HOME).unused == {str(grant)}


@pytest.mark.parametrize("namespace", ["", "kube-system", "tenant-acme"])
def test_a_right_at_home_reaches_nowhere_else(namespace: str) -> None:
    grant = Grant(Reach.HOME, "leases.coordination.k8s.io", "get", "inkwell-operator")
    ask = Ask(namespace, grant.resource, "get", "inkwell-operator")
    assert compare([ask], {grant}, HOME).missing


def test_a_right_on_one_name_reaches_no_other() -> None:
    grant = Grant(Reach.HOME, "leases.coordination.k8s.io", "get", "inkwell-operator")
    other = Ask(HOME, grant.resource, "get", "another")
    assert compare([other], {grant}, HOME).missing


def test_of_two_rights_to_the_same_the_wider_is_too_much() -> None:
    narrow = Grant(Reach.HOME, "secrets", "get")
    wide = Grant(Reach.EVERYWHERE, "secrets", "get")
    found = compare([Ask(HOME, "secrets", "get", "x")], {narrow, wide}, HOME)
    assert found == Comparison(unused=frozenset({str(wide)}))


def test_each_right_of_the_chart_can_be_told_from_the_others(
    render: Callable[..., list[dict[str, Any]]],
) -> None:
    """An exception names a right by its text."""
    for item in render():
        if item["kind"] in {"Role", "ClusterRole"}:
            granted = grants_of(Reach.EVERYWHERE, item["rules"])
            assert len({str(grant) for grant in granted}) == len(granted)
