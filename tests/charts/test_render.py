"""What the chart renders: one hardened Deployment, and settings that the operator accepts."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from inkwell_operator.settings import Settings
from support.chart import CHART

Manifest = dict[str, Any]
Render = Callable[..., list[Manifest]]


def one(objects: list[Manifest], kind: str, name: str = "inkwell-operator") -> Manifest:
    """Return the one object of a kind and name."""
    (found,) = (o for o in objects if o["kind"] == kind and o["metadata"]["name"] == name)
    return found


def kinds(objects: list[Manifest]) -> set[str]:
    """Return the kinds among objects."""
    return {item["kind"] for item in objects}


def config_of(objects: list[Manifest]) -> dict[str, Any]:
    """Return the settings that the operator would read."""
    settings = yaml.safe_load(one(objects, "ConfigMap")["data"]["config.yaml"])
    assert isinstance(settings, dict)
    return settings


def test_pods_fulfil_the_restricted_profile(render: Render) -> None:
    objects = render()
    specs = [one(objects, "Deployment")["spec"]["template"]["spec"]]
    specs += [item["spec"] for item in objects if item["kind"] == "Pod"]
    specs += [item["spec"]["template"]["spec"] for item in objects if item["kind"] == "Job"]
    assert len(specs) == 3
    for spec in specs:
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["runAsUser"] == 10001
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in spec["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert container["resources"]["limits"]["memory"]


def test_settings_are_what_the_operator_accepts(
    render: Render, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(Settings.model_config, "yaml_file", None)
    settings = Settings(**config_of(render("image.tag=v1", "settings.queue.concurrency=16")))
    assert settings.namespace == "inkwell-system"
    assert settings.queue.concurrency == 16
    assert settings.leader_election
    assert {stage.value: image for stage, image in settings.workers.images.items()} == {
        "gateway": "inkwell/gateway:v1",
        "ocr": "inkwell/ocr:v1",
        "extract": "inkwell/extract:v1",
        "archive": "inkwell/archive:v1",
    }


def test_the_config_file_is_mounted_where_the_operator_looks(render: Render) -> None:
    spec = one(render(), "Deployment")["spec"]["template"]["spec"]
    mounts = {mount["name"]: mount["mountPath"] for mount in spec["containers"][0]["volumeMounts"]}
    yaml_file = Settings.model_config["yaml_file"]
    assert isinstance(yaml_file, Path)
    assert str(yaml_file) == f"{mounts['config']}/config.yaml"


def test_new_settings_restart_the_operator(render: Render) -> None:
    def checksum(*values: str) -> str:
        template = one(render(*values), "Deployment")["spec"]["template"]
        return str(template["metadata"]["annotations"]["checksum/config"])

    assert checksum() == checksum("replicas=3")
    assert checksum() != checksum("settings.log_level=DEBUG")


def test_a_stage_may_have_a_tag_of_its_own(render: Render) -> None:
    images = config_of(render("image.tag=v1", "workers.images.ocr.tag=v2"))["workers"]["images"]
    assert images["ocr"] == "inkwell/ocr:v2"
    assert images["archive"] == "inkwell/archive:v1"


def test_monitoring_and_disruption_budget_come_only_when_they_make_sense(render: Render) -> None:
    assert "ServiceMonitor" not in kinds(render())
    assert "ServiceMonitor" in kinds(render("metrics.serviceMonitor.enabled=true"))
    assert "PodDisruptionBudget" in kinds(render("replicas=2"))
    assert "PodDisruptionBudget" not in kinds(render("replicas=1"))


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("replica=2", "replica"),
        ("replicas=0", "replicas"),
        ("image.pullPolicy=Sometimes", "pullPolicy"),
        ("workers.images.scan.repository=x", "scan"),
        ("metrics.port=80", "port"),
        ("image.repository=inkwell/operator:dev", "repository"),
    ],
)
def test_a_wrong_value_is_refused_by_name(
    refused: Callable[..., str], value: str, word: str
) -> None:
    assert word in refused(value)


def test_crds_are_brought_up_before_an_upgrade_unless_somebody_else_does(render: Render) -> None:
    job = one(render(), "Job", "inkwell-crds")
    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    (container,) = job["spec"]["template"]["spec"]["containers"]
    assert container["command"] == ["python3", "-m", "inkwell_operator.crds"]
    assert "Job" not in kinds(render("crds.upgrade=false"))


def test_replicas_keep_apart_by_zone_and_node(render: Render) -> None:
    spec = one(render(), "Deployment")["spec"]["template"]["spec"]
    keys = [spread["topologyKey"] for spread in spec["topologySpreadConstraints"]]
    assert keys == ["topology.kubernetes.io/zone", "kubernetes.io/hostname"]
    own = one(render("affinity.nodeAffinity.x=1"), "Deployment")["spec"]["template"]["spec"]
    assert own["topologySpreadConstraints"] == []


def test_only_the_metrics_of_the_operator_are_reached(render: Render) -> None:
    (rule,) = one(render(), "NetworkPolicy")["spec"]["ingress"]
    assert rule == {"ports": [{"port": "metrics", "protocol": "TCP"}]}
    peer = "networkPolicy.metricsFrom[0].namespaceSelector.matchLabels.team=platform"
    (closed,) = one(render(peer), "NetworkPolicy")["spec"]["ingress"]
    assert closed["from"] == [{"namespaceSelector": {"matchLabels": {"team": "platform"}}}]
    assert "NetworkPolicy" not in kinds(render("networkPolicy.enabled=false"))


def test_a_pod_that_is_not_ready_is_asked_elsewhere_than_one_that_is_dead(render: Render) -> None:
    (container,) = one(render(), "Deployment")["spec"]["template"]["spec"]["containers"]
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"


def test_every_policy_is_bound_and_refuses_when_it_cannot_judge(render: Render) -> None:
    objects = render()
    policies = [item for item in objects if item["kind"] == "ValidatingAdmissionPolicy"]
    bindings = [item for item in objects if item["kind"] == "ValidatingAdmissionPolicyBinding"]
    bound = {item["spec"]["policyName"] for item in bindings}
    assert {item["metadata"]["name"] for item in policies} == bound
    assert all(item["spec"]["failurePolicy"] == "Fail" for item in policies)
    assert all(item["spec"]["validationActions"] == ["Deny"] for item in bindings)


def test_the_policy_names_the_account_that_the_operator_runs_as(render: Render) -> None:
    objects = render("serviceAccount.name=clerk")
    policy = one(objects, "ValidatingAdmissionPolicy", "inkwell-operator-reach")
    (condition,) = policy["spec"]["matchConditions"]
    assert "'system:serviceaccount:inkwell-system:clerk'" in condition["expression"]
    pod = one(objects, "Deployment")["spec"]["template"]["spec"]
    assert pod["serviceAccountName"] == "clerk"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("settings.log_levl=DEBUG", "log_levl"),
        ("settings.log_level=LOUD", "log_level"),
        ("settings.queue.concurrency=0", "concurrency"),
        ("settings.queue.concurency=4", "concurency"),
        ("settings.workers.images.scan=x", "scan"),
        ("settings.installation=a b", "installation"),
    ],
)
def test_a_wrong_setting_is_refused_before_a_pod_dies_of_it(
    refused: Callable[..., str], value: str, words: str
) -> None:
    assert words in refused(value)


def test_every_setting_is_known_to_helm() -> None:
    schema = json.loads((CHART / "values.schema.json").read_text("utf-8"))
    settings = schema["properties"]["settings"]
    assert settings["properties"].keys() == Settings.model_fields.keys()
    assert settings["additionalProperties"] is False
