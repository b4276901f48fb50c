"""Objects are compared whole with what a person has read: `make golden` rewrites them."""

from typing import Any

import pytest
import yaml
from typing_extensions import override

from inkwell_operator.backends.kubernetes_api.actions import ObjectAction
from inkwell_operator.backends.kubernetes_api.diff import diff_objects
from inkwell_operator.backends.kubernetes_api.kinds import Manifest, kind_of
from inkwell_operator.backends.kubernetes_api.state import (
    DesiredObjects,
    ObservedObjects,
    Scope,
)
from inkwell_operator.backends.namespace.desire import namespace_objects
from inkwell_operator.backends.secrets.desire import pipeline_secrets, tenant_secrets
from inkwell_operator.backends.workloads.desire import (
    pipeline_workloads,
    tenant_workloads,
)
from inkwell_operator.backends.workloads.gateway import gateway_url
from inkwell_operator.model.plan import Plan, PlanBuilder
from inkwell_operator.model.plan_text import render_plan
from inkwell_operator.settings import Settings
from support import golden, make

GOLDEN = make.DATA / "kubernetes"
SETTINGS = Settings()
HYBRID = make.pipeline_spec(
    extraction={
        "engine": "Hybrid",
        "model": {"name": "llama3.1:8b"},
        "schema": {"type": "object", "properties": {"total": {"type": "number"}}},
    }
)
TENANT = make.tenant(
    owners=[{"kind": "Group", "name": "oidc:acme-admins"}],
    pipelines={"invoices": make.pipeline_spec()},
)
CASES: dict[str, list[Manifest]] = {
    "tenant-namespace": namespace_objects(TENANT, SETTINGS),
    "tenant-secrets": [manifest for manifest, _ in tenant_secrets(TENANT).values()],
    "tenant-workloads": tenant_workloads(TENANT, SETTINGS.workers),
    "pipeline-secrets": [
        manifest
        for manifest, _ in pipeline_secrets(
            make.pipeline(
                spec=HYBRID, of=make.tenant(of=make.resolved(model_keys={"default": "k"}))
            )
        ).values()
    ],
    "pipeline-workloads": pipeline_workloads(make.pipeline(spec=HYBRID), SETTINGS.workers),
    "suspended-workloads": pipeline_workloads(
        make.pipeline(of=make.tenant(suspended=True)), SETTINGS.workers
    ),
}


class _Readable(yaml.SafeDumper):
    """Writes text of several lines as such."""

    def represent_text(self, text: str) -> yaml.ScalarNode:
        style = "|" if "\n" in text else None
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=style)

    @override
    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


_Readable.add_representer(str, _Readable.represent_text)


@pytest.mark.parametrize("case", CASES)
def test_objects_are_as_reviewed(case: str) -> None:
    path = GOLDEN / f"{case}.yaml"
    text = yaml.dump_all(CASES[case], Dumper=_Readable, sort_keys=False, width=100)
    golden.check(path, text)


@pytest.mark.parametrize("case", CASES)
def test_plan_of_a_new_one_is_as_reviewed(case: str) -> None:
    path = GOLDEN / f"{case}.plan.txt"
    text = "\n".join(render_plan(plan_of(CASES[case]))) + "\n"
    golden.check(path, text)


def plan_of(objects: list[Manifest]) -> Plan[ObjectAction]:
    """Return the plan that makes all of the objects."""
    pipeline = objects[0]["metadata"]["labels"].get("inkwell.dev/pipeline")
    scope = Scope("tenant-acme", "acme", pipeline, tuple({kind_of(each) for each in objects}))
    plan: PlanBuilder[ObjectAction] = PlanBuilder()
    diff_objects(plan, DesiredObjects.of(scope, objects), ObservedObjects({}))
    return plan.build()


@pytest.mark.parametrize("case", ["tenant-workloads", "pipeline-workloads"])
def test_pods_meet_the_restricted_profile(case: str) -> None:
    for deployment in (m for m in CASES[case] if m["kind"] == "Deployment"):
        pod = deployment["spec"]["template"]["spec"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["automountServiceAccountToken"] is False
        for container in pod["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert container["resources"].keys() == {"requests", "limits"}


def test_no_secret_stands_outside_of_secrets() -> None:
    pipeline = make.pipeline(spec=HYBRID)
    text = yaml.safe_dump_all(pipeline_workloads(pipeline, SETTINGS.workers))
    assert not [login for login in pipeline.logins.values() if login.password in text]


def test_a_new_password_or_configuration_rolls_the_pods() -> None:
    def templates(password: str, pages: int) -> list[object]:
        spec = make.pipeline_spec(documents={"maxPages": pages})
        objects = pipeline_workloads(make.pipeline(spec=spec, password=password), SETTINGS.workers)
        return [m["spec"]["template"]["metadata"] for m in objects if m["kind"] == "Deployment"]

    first = templates("a", 10)
    for other in (templates("b", 10), templates("a", 11)):
        assert all(one != another for one, another in zip(first, other, strict=True))
    assert templates("a", 10) == first


def test_a_stage_that_reads_hostile_files_reaches_least() -> None:
    egress = {
        manifest["metadata"]["name"]: {
            port["port"] for rule in manifest["spec"]["egress"] for port in rule["ports"]
        }
        for manifest in CASES["tenant-namespace"]
        if manifest["kind"] == "NetworkPolicy" and "egress" in manifest["spec"]
    }
    assert egress["ocr"] == {53, 5353, 9093, 9042, 8080}
    assert egress["extract"] == {53, 5353, 9093, 9042, 8080, 11434}
    assert egress["archive"] == {53, 5353, 9093, 9042, 8080, 5432}
    assert egress["gateway"] == {53, 5353, 9093, 9042, 8080, 5432, 8443}


def test_a_learned_scorer_is_mounted_where_extract_looks_for_it_and_nowhere_else() -> None:
    schema = {"type": "object", "properties": {"total": {"type": "number"}}}
    spec = make.pipeline_spec(extraction={"schema": schema, "scorer": {"configMap": "totals-3"}})
    of = {
        each["metadata"]["name"]: each["spec"]["template"]["spec"]
        for each in pipeline_workloads(make.pipeline(spec=spec), SETTINGS.workers)
        if each["kind"] == "Deployment"
    }
    volume = {"name": "scorer", "configMap": {"name": "totals-3", "optional": True}}
    mount = {"name": "scorer", "mountPath": "/etc/inkwell/scorer", "readOnly": True}
    assert {name for name, pod in of.items() if volume in pod["volumes"]} == {"invoices-extract"}
    assert mount in of["invoices-extract"]["containers"][0]["volumeMounts"]


def test_the_address_of_a_gateway_follows_its_kind_of_service() -> None:
    objects = tenant_workloads(TENANT, SETTINGS.workers)
    service = next(m for m in objects if m["kind"] == "Service")
    offer = make.class_spec().gateway
    assert gateway_url(service, offer) == ""
    service["spec"]["ports"][0]["nodePort"] = 30012
    assert gateway_url(service, offer) == "http://127.0.0.1:30012"
    inside = make.class_spec(gateway={}).gateway
    assert gateway_url(service, inside) == "http://gateway.tenant-acme.svc"


@pytest.mark.parametrize(
    ("ingress", "url"),
    [
        ({"ip": "192.0.2.1"}, "http://192.0.2.1"),
        ({"ip": "2001:db8::1"}, "http://[2001:db8::1]"),
        ({"hostname": "lb.example.org", "ip": "2001:db8::1"}, "http://lb.example.org"),
    ],
)
def test_a_balancers_address_stands_in_brackets_where_it_is_ipv6(
    ingress: dict[str, str], url: str
) -> None:
    objects = tenant_workloads(TENANT, SETTINGS.workers)
    service = next(m for m in objects if m["kind"] == "Service")
    offer = make.class_spec(gateway={"serviceType": "LoadBalancer"}).gateway
    assert gateway_url(service, offer) == ""
    balanced = service | {"status": {"loadBalancer": {"ingress": [ingress]}}}
    assert gateway_url(balanced, offer) == url
