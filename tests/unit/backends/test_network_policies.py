"""What a stage's pods may reach, by where the class says that its endpoints are."""

from typing import Any

import pytest
from pydantic import ValidationError

from inkwell_api.names import Stage
from inkwell_operator.backends.namespace.network import stage_policy
from inkwell_operator.settings import DnsServer, WorkerSettings
from support import make

ANYWHERE = [
    {"ipBlock": {"cidr": "0.0.0.0/0", "except": ["169.254.0.0/16"]}},
    {"ipBlock": {"cidr": "::/0", "except": ["fe80::/10"]}},
]


def egress(stage: Stage, settings: WorkerSettings | None = None, **spec: Any) -> dict[int, Any]:
    """Return by port where a stage may connect to."""
    tenant = make.tenant(of=make.resolved(make.class_spec(**spec)))
    policy = stage_policy(tenant, stage, settings or WorkerSettings(dns=()))
    return {rule["ports"][0]["port"]: rule["to"] for rule in policy["spec"]["egress"]}


def test_names_are_asked_for_in_the_cluster_on_the_node_and_on_openshift() -> None:
    settings = WorkerSettings()
    policy = stage_policy(make.tenant(), Stage.OCR, settings)
    asked = [
        (rule["to"][0], rule["ports"][0]["port"])
        for rule in policy["spec"]["egress"]
        if rule["ports"][0]["protocol"] == "UDP"
    ]
    place = "kubernetes.io/metadata.name"
    assert asked == [
        ({"namespaceSelector": {"matchLabels": {place: "kube-system"}}}, 53),
        ({"ipBlock": {"cidr": "169.254.20.10/32"}}, 53),
        ({"namespaceSelector": {"matchLabels": {place: "openshift-dns"}}}, 5353),
    ]


def test_a_stage_that_reads_hostile_files_reaches_no_outside_for_another_stages_sake() -> None:
    postgres = {"address": "db.example.com:5432", "database": "x", "secretName": "s"}
    outside = egress(Stage.OCR, postgres=postgres)
    assert not [peer for peers in outside.values() for peer in peers if "ipBlock" in peer]
    assert egress(Stage.ARCHIVE, postgres=postgres)[5432] == ANYWHERE


@pytest.mark.parametrize(
    ("host", "cidr"), [("192.0.2.7", "192.0.2.7/32"), ("[2001:db8::7]", "2001:db8::7/128")]
)
def test_an_endpoint_with_an_address_is_reached_there_alone(host: str, cidr: str) -> None:
    postgres = {"address": f"{host}:5432", "database": "x", "secretName": "s"}
    assert egress(Stage.ARCHIVE, postgres=postgres)[5432] == [{"ipBlock": {"cidr": cidr}}]


@pytest.mark.parametrize("wrong", [{}, {"namespace": "a", "cidr": "192.0.2.1/32"}])
def test_a_name_service_is_in_one_place(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="either a namespace or a cidr"):
        DnsServer.model_validate(wrong)
