"""A Deployment is as specified when its pods are."""

from typing import Any

from inkwell_operator.backends.kubernetes_api.kinds import DEPLOYMENT, Manifest
from inkwell_operator.backends.kubernetes_api.state import ObjectRef
from inkwell_operator.backends.workloads.rollout import waits_for


def deployment(wanted: int, /, **status: Any) -> Manifest:
    return {
        "kind": "Deployment",
        "metadata": {"name": "invoices-ocr", "namespace": "tenant-acme", "generation": 2},
        "spec": {"replicas": wanted},
        "status": {"observedGeneration": 2} | status,
    }


def waits(have: Manifest) -> list[str]:
    return waits_for(ObjectRef(DEPLOYMENT, "tenant-acme", "invoices-ocr"), have, have)


def test_a_stage_that_sleeps_on_purpose_is_as_specified() -> None:
    assert waits(deployment(0)) == []


def test_a_rollout_is_waited_for_until_the_new_pods_are_available() -> None:
    ready = {"replicas": 1, "updatedReplicas": 1, "availableReplicas": 1}
    assert waits(deployment(1, **ready)) == []
    assert waits(deployment(1, **ready, observedGeneration=1)) == [
        "Deployment tenant-acme/invoices-ocr: the change has not been taken up yet"
    ]
    assert waits(deployment(1, **(ready | {"replicas": 2}))) == [
        "Deployment tenant-acme/invoices-ocr: older pods are being stopped"
    ]
    assert waits(deployment(1, replicas=1, updatedReplicas=1)) == [
        "Deployment tenant-acme/invoices-ocr: 0 of 1 pod is ready"
    ]


def test_a_quota_that_keeps_pods_away_is_told() -> None:
    condition = {"type": "ReplicaFailure", "status": "True", "message": "exceeded quota: inkwell"}
    assert waits(deployment(2, conditions=[condition])) == [
        "Deployment tenant-acme/invoices-ocr: 0 of 2 pods are ready (exceeded quota: inkwell)"
    ]
