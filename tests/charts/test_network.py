"""Who may connect to whom on the whole platform: chart, services, and two tenants' namespaces."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from inkwell_api.tenant_class import TenantClassSpec
from inkwell_operator.backends.namespace.desire import namespace_objects
from inkwell_operator.backends.workloads.desire import pipeline_workloads, tenant_workloads
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.settings import Settings
from support import make
from support.network import (
    NODE_DNS,
    OUTSIDE,
    Connection,
    Manifest,
    allowed_connections,
    listeners,
    namespace,
    pod,
)

Render = Callable[..., list[Manifest]]

SERVICES = "inkwell-services"
TENANTS = {"acme": ("invoices", "receipts"), "globex": ("invoices",)}
NAME_SERVICE = {("kube-system/coredns", "UDP 53"), ("kube-system/coredns", "TCP 53")}
STREAMS = {
    (f"{SERVICES}/kafka", "TCP 9093"),
    (f"{SERVICES}/cassandra", "TCP 9042"),
    (f"{SERVICES}/registry", "TCP 8080"),
}
DATABASE = {(f"{SERVICES}/postgres", "TCP 5432")}
NODE_NAMES = {(NODE_DNS, "UDP 53"), (NODE_DNS, "TCP 53")}
REACHED_BY = {
    "gateway": NAME_SERVICE | STREAMS | DATABASE | {(f"{SERVICES}/keycloak", "TCP 8443")},
    "ocr": NAME_SERVICE | STREAMS,
    "extract": NAME_SERVICE | STREAMS | {(f"{SERVICES}/ollama", "TCP 11434")},
    "archive": NAME_SERVICE | STREAMS | DATABASE,
}
"""What each stage connects to; nothing else may be reached."""

SCRAPERS = {"inkwell-system/inkwell-operator", "monitoring/prometheus"}
NEIGHBOURS = {
    "default/stranger",
    "kube-system/coredns",
    *SCRAPERS,
    *(
        f"{SERVICES}/{name}"
        for name in ("cassandra", "kafka", "keycloak", "ollama", "postgres", "redis", "registry")
    ),
}


@pytest.fixture(scope="module")
def offered() -> ResolvedClass:
    """Return the class that the examples' tenants are of."""
    text = (make.ROOT / "manifests" / "examples" / "standard-class.yaml").read_text("utf-8")
    return make.resolved(TenantClassSpec.model_validate(yaml.safe_load(text)["spec"]))


@pytest.fixture(scope="module")
def platform(render: Render) -> list[Manifest]:
    """Return everything around the tenants: services, operator, and pods of other people."""
    return [
        *(namespace(name) for name in (SERVICES, "inkwell-system", "kube-system", "monitoring")),
        namespace("default"),
        *services(),
        *(item for item in render() if item["kind"] in {"Deployment", "NetworkPolicy"}),
        pod("kube-system", "coredns", "UDP 53", "TCP 53"),
        pod("monitoring", "prometheus", "TCP 9090"),
        pod("default", "stranger", "TCP 8080"),
    ]


def services() -> list[Manifest]:
    """Return the services' workloads, in the namespace that the kustomization gives them."""
    found: list[Manifest] = []
    for file in sorted((make.ROOT / "manifests" / "services").glob("*/*.yaml")):
        for item in yaml.safe_load_all(file.read_text("utf-8")):
            if item.get("kind") in {"Deployment", "StatefulSet", "NetworkPolicy"}:
                item["metadata"]["namespace"] = SERVICES
                found.append(item)
    return found


def tenant_objects(name: str, offered: ResolvedClass) -> list[Manifest]:
    """Return a tenant's namespace, policies and workloads, as the operator makes them."""
    pipelines = {pipeline: make.pipeline_spec() for pipeline in TENANTS[name]}
    tenant = make.tenant(name, pipelines=pipelines, of=offered)
    settings = Settings()
    objects = [*namespace_objects(tenant, settings), *tenant_workloads(tenant, settings.workers)]
    for pipeline in pipelines:
        objects += pipeline_workloads(make.pipeline(pipeline, of=tenant), settings.workers)
    kinds = {"NetworkPolicy", "Deployment"}
    home = namespace(f"tenant-{name}")
    return [home, *(item for item in objects if item["kind"] in kinds)]


@pytest.fixture(scope="module")
def objects(platform: list[Manifest], offered: ResolvedClass) -> list[Manifest]:
    """Return the platform with its tenants."""
    return [*platform, *(item for name in TENANTS for item in tenant_objects(name, offered))]


@pytest.fixture(scope="module")
def allowed(objects: list[Manifest], tmp_path_factory: pytest.TempPathFactory) -> set[Connection]:
    """Return every allowed connection from or to a tenant's pod, whether or not one listens."""
    found = allowed_connections(objects, tmp_path_factory.mktemp("objects"))
    return {one for one in found if is_tenants(one.source) or is_tenants(one.target)}


def is_tenants(workload: str) -> bool:
    """Say whether a workload is a tenant's."""
    return workload.startswith("tenant-")


def stages() -> dict[str, str]:
    """Return the stage of each workload of the tenants."""
    return {f"tenant-{name}/gateway": "gateway" for name in TENANTS} | {
        f"tenant-{name}/{pipeline}-{stage}": stage
        for name, pipelines in TENANTS.items()
        for pipeline in pipelines
        for stage in ("ocr", "extract", "archive")
    }


def test_a_stage_reaches_the_pods_that_it_works_with_and_no_other(
    allowed: set[Connection], objects: list[Manifest]
) -> None:
    heard = listeners(objects)
    reached = {one for one in allowed if is_tenants(one.source) and one[1:] in heard}
    assert reached == {
        Connection(workload, target, port)
        for workload, stage in stages().items()
        for target, port in REACHED_BY[stage]
    }


def test_where_nobody_listens_a_stage_reaches_no_further(allowed: set[Connection]) -> None:
    for workload, stage in stages().items():
        ports = {
            (one.target.partition("/")[0], one.port) for one in allowed if one.source == workload
        }
        wanted = REACHED_BY[stage] | NODE_NAMES
        assert ports == {(target.partition("/")[0], port) for target, port in wanted}


def test_a_tenants_pods_are_reached_at_the_gateway_and_by_who_measures_them(
    allowed: set[Connection],
) -> None:
    gateways = {workload for workload, stage in stages().items() if stage == "gateway"}
    assert {one for one in allowed if is_tenants(one.target)} == {
        *(Connection(source, one, "TCP 9090") for source in SCRAPERS for one in stages()),
        *(
            Connection(source, one, "TCP 8080")
            for source in NEIGHBOURS | {OUTSIDE, NODE_DNS}
            for one in gateways
        ),
    }


def test_no_pod_of_a_tenant_reaches_a_pod_of_a_tenant(allowed: set[Connection]) -> None:
    assert not {one for one in allowed if is_tenants(one.source) and is_tenants(one.target)}


def test_no_tenant_reaches_what_is_outside_of_the_cluster(allowed: set[Connection]) -> None:
    assert not {one for one in allowed if is_tenants(one.source) and one.target == OUTSIDE}


def test_a_database_outside_of_the_cluster_opens_its_port_to_the_stages_that_use_it(
    platform: list[Manifest], offered: ResolvedClass, tmp_path: Path
) -> None:
    spec: dict[str, Any] = offered.spec.model_dump(by_alias=True)
    spec["postgres"]["address"] = "postgres.example.org:6432"
    elsewhere = make.resolved(TenantClassSpec.model_validate(spec))
    found = allowed_connections([*platform, *tenant_objects("globex", elsewhere)], tmp_path)
    assert {one for one in found if one.target == OUTSIDE and is_tenants(one.source)} == {
        Connection("tenant-globex/gateway", OUTSIDE, "TCP 6432"),
        Connection("tenant-globex/invoices-archive", OUTSIDE, "TCP 6432"),
    }


def test_without_the_policies_all_would_be_open(objects: list[Manifest], tmp_path: Path) -> None:
    """The analysis sees what a missing policy lets through, so its silence means something."""
    bare = [item for item in objects if item["kind"] != "NetworkPolicy"]
    found = allowed_connections(bare, tmp_path)
    assert (
        Connection("tenant-acme/invoices-ocr", "tenant-globex/gateway", "All Connections") in found
    )
    assert Connection("tenant-acme/invoices-ocr", OUTSIDE, "All Connections") in found
