"""What waits for a login, and what never does."""

from dataclasses import replace
from typing import Any

import pytest

from inkwell_api.conditions import ConditionType
from inkwell_operator.backends.kubernetes_api.diff import marked
from inkwell_operator.backends.kubernetes_api.state import ObjectRef, ObservedObjects
from inkwell_operator.backends.workloads.backend import WorkloadsBackend
from inkwell_operator.backends.workloads.diff import diff
from inkwell_operator.model.plan_text import render_plan
from inkwell_operator.model.validate import ValidatedPipeline
from inkwell_operator.settings import Settings, WorkerSettings
from support import make

KAFKA = frozenset({ConditionType.KAFKA_READY})
POSTGRES = frozenset({ConditionType.POSTGRES_READY})
KEYCLOAK = frozenset({ConditionType.KEYCLOAK_READY})


def backend(settings: WorkerSettings | None = None) -> WorkloadsBackend:
    client: Any = None
    return WorkloadsBackend(client, settings or Settings().workers)


def running(pipeline: ValidatedPipeline) -> ObservedObjects:
    """Return the workloads of a pipeline as they run."""
    objects = {}
    for manifest in backend().desire(pipeline).objects.values():
        whole = marked(manifest)
        status: dict[str, Any] = {}
        if manifest["kind"] == "Deployment":
            pods = manifest["spec"]["replicas"]
            status = {
                "observedGeneration": 1,
                "replicas": pods,
                "updatedReplicas": pods,
                "availableReplicas": pods,
            }
        metadata = whole["metadata"] | {"uid": "u", "generation": 1}
        objects[ObjectRef.of(manifest)] = whole | {"metadata": metadata, "status": status}
    return ObservedObjects(objects)


def plan(
    pipeline: ValidatedPipeline, observed: ObservedObjects, settings: WorkerSettings | None = None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    found = diff(backend(settings).desire(pipeline), observed)
    return render_plan(found), found.waits


def pipeline(unsettled: frozenset[ConditionType], **changes: Any) -> ValidatedPipeline:
    return replace(make.pipeline(**changes), unsettled=unsettled)


def test_a_first_start_waits_for_the_backends_that_the_stage_logs_in_to() -> None:
    steps, waits = plan(pipeline(POSTGRES), ObservedObjects({}))
    started = [step for step in steps if "Deployment" in step]
    assert started == [
        "+ Deployment tenant-acme/invoices-extract",
        "+ Deployment tenant-acme/invoices-ocr",
    ]
    assert waits == ("Deployment tenant-acme/invoices-archive waits for PostgresReady",)


def test_no_stage_waits_for_a_system_that_it_has_no_login_in() -> None:
    steps, waits = plan(pipeline(KEYCLOAK), ObservedObjects({}))
    assert len([step for step in steps if "Deployment" in step]) == 3
    assert waits == ()


def test_scaling_goes_on_while_a_backend_is_away() -> None:
    more = dict.fromkeys(make.pipeline().replicas, 3)
    steps, waits = plan(pipeline(KAFKA, replicas=more), running(make.pipeline()))
    assert len(steps) == 3
    assert all("spec.replicas 1 -> 3" in step for step in steps)
    assert not [wait for wait in waits if "waits for" in wait]


def test_suspension_works_while_a_backend_is_away() -> None:
    stopped = pipeline(KAFKA, of=make.tenant(suspended=True))
    steps, _ = plan(stopped, running(make.pipeline()))
    assert len([step for step in steps if "spec.replicas 1 -> 0" in step]) == 3


def test_a_new_image_is_rolled_out_while_a_backend_is_away() -> None:
    images = {stage: f"{image}-fixed" for stage, image in Settings().workers.images.items()}
    fixed = Settings().workers.model_copy(update={"images": images})
    steps, _ = plan(pipeline(KAFKA), running(make.pipeline()), fixed)
    assert len([step for step in steps if "image" in step]) == 3


def test_a_new_password_waits_until_the_backend_knows_it_and_scaling_does_not() -> None:
    rotated = pipeline(
        KAFKA, password="another", replicas=dict.fromkeys(make.pipeline().replicas, 2)
    )
    observed = running(make.pipeline())
    steps, waits = plan(rotated, observed)
    deployments = [step for step in steps if "Deployment" in step]
    assert len(deployments) == 3
    assert not [step for step in deployments if "template" in step]
    assert len([wait for wait in waits if wait.endswith("waits for KafkaReady")]) == 3


@pytest.mark.parametrize("unsettled", [KAFKA, POSTGRES, frozenset()])
def test_what_runs_as_it_should_is_left_alone(unsettled: frozenset[ConditionType]) -> None:
    assert plan(pipeline(unsettled), running(make.pipeline())) == ((), ())
