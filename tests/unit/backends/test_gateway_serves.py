"""A pipeline is Ready only when its tenant's gateway serves it."""

from typing import Any

from inkwell_operator.backends.workloads.desire import tenant_workloads
from inkwell_operator.backends.workloads.gateway import gateway_lacks, gateway_takes
from inkwell_operator.settings import Settings
from support import make

ROLLED_OUT = {
    "observedGeneration": 1,
    "replicas": 1,
    "updatedReplicas": 1,
    "availableReplicas": 1,
}


def gateway(*pipelines: str, status: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    tenant = make.tenant(pipelines={name: make.pipeline_spec() for name in pipelines})
    objects = {each["kind"]: each for each in tenant_workloads(tenant, Settings().workers)}
    deployment = objects["Deployment"]
    metadata = deployment["metadata"] | {"generation": 1}
    return objects["ConfigMap"], deployment | {"metadata": metadata, "status": status}


def test_a_gateway_that_knows_the_pipeline_and_is_rolled_out_lacks_nothing() -> None:
    config, deployment = gateway("invoices", "credits", status=ROLLED_OUT)
    assert gateway_lacks(config, deployment, "credits") == []


def test_a_gateway_that_was_told_of_other_pipelines_does_not_serve_this_one() -> None:
    config, deployment = gateway("invoices", status=ROLLED_OUT)
    assert "does not know the pipeline" in gateway_lacks(config, deployment, "credits")[0]
    assert "does not know the pipeline" in gateway_lacks(None, None, "credits")[0]


def test_pods_of_an_earlier_configuration_do_not_serve_it_yet() -> None:
    _, earlier = gateway("invoices", status=ROLLED_OUT)
    config, deployment = gateway("invoices", "credits", status=ROLLED_OUT | {"updatedReplicas": 0})
    assert "not been taken up" in gateway_lacks(config, earlier, "credits")[0]
    assert "0 of 1" in gateway_lacks(config, deployment, "credits")[0]


def test_a_gateway_takes_uploads_for_a_pipeline_until_it_was_told_otherwise() -> None:
    config, deployment = gateway("invoices", "credits", status=ROLLED_OUT)
    assert gateway_takes(config, deployment, "credits")
    without, still_running = gateway("invoices", status=ROLLED_OUT | {"updatedReplicas": 0})
    assert gateway_takes(without, still_running, "credits")
    without, rolled_out = gateway("invoices", status=ROLLED_OUT)
    assert gateway_takes(without, rolled_out, "credits") == []
    assert gateway_takes(without, deployment, "credits")


def test_a_gateway_that_does_not_run_takes_nothing() -> None:
    config, deployment = gateway("invoices", status=ROLLED_OUT)
    stopped = deployment | {"spec": deployment["spec"] | {"replicas": 0}}
    assert gateway_takes(config, None, "invoices") == []
    assert gateway_takes(config, stopped, "invoices") == []
