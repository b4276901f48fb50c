"""Workloads: what is too large is refused, and what pods mount outlives them."""

from inkwell_operator.backends.kubernetes_api.diff import marked
from inkwell_operator.backends.kubernetes_api.kinds import DEPLOYMENT, Manifest
from inkwell_operator.backends.kubernetes_api.state import (
    DesiredObjects,
    ObjectRef,
    ObservedObjects,
)
from inkwell_operator.backends.workloads import WorkloadsBackend
from inkwell_operator.backends.workloads.diff import diff
from inkwell_operator.model.plan import Verb
from inkwell_operator.model.validate import Subject
from inkwell_operator.settings import WorkerSettings
from support import make


def desired(subject: Subject) -> DesiredObjects:
    backend = WorkloadsBackend(None, WorkerSettings())  # type: ignore[arg-type]  # desiring is pure
    return backend.desire(subject)


def as_made(want: DesiredObjects) -> dict[ObjectRef, Manifest]:
    return {ref: marked(manifest) for ref, manifest in want.objects.items()}


def test_what_pods_mount_stays_until_the_last_of_them_is_gone() -> None:
    there, absent = as_made(desired(make.pipeline())), desired(make.absent("acme", "invoices"))
    first = diff(absent, ObservedObjects(there))
    assert {step.action.ref.kind for step in first.steps} == {DEPLOYMENT}  # type: ignore[union-attr]  # removals
    leaving = {ref: have for ref, have in there.items() if ref.kind == DEPLOYMENT}
    for have in leaving.values():
        have["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    waiting = diff(absent, ObservedObjects(there))
    assert waiting.steps == ()
    assert "ConfigMap tenant-acme/invoices-ocr goes when the pods are gone" in waiting.waits
    rest = {ref: have for ref, have in there.items() if ref.kind != DEPLOYMENT}
    last = diff(absent, ObservedObjects(rest))
    assert {step.target for step in last.steps} == {str(ref) for ref in rest}
    assert all(step.verb is Verb.DELETE for step in last.steps)


def large(kibibytes: int) -> dict[str, object]:
    text = "x" * 1024
    properties = {
        f"p{number}": {"type": "number", "description": text} for number in range(kibibytes)
    }
    return {"schema": {"type": "object", "properties": properties}}


def test_a_configuration_that_no_api_server_takes_is_refused_by_name() -> None:
    pipeline = make.pipeline(spec=make.pipeline_spec(extraction=large(950)))
    plan = diff(desired(pipeline), ObservedObjects({}))
    assert [refusal.message for refusal in plan.refusals] == [
        f"ConfigMap tenant-acme/invoices-{stage} would hold more than 900 KiB: shorten schema, "
        "rules or prompt of DocumentPipeline invoices"
        for stage in ("archive", "extract")
    ]
    made = {step.target for step in plan.steps}
    assert "Deployment tenant-acme/invoices-ocr" in made
    assert "Deployment tenant-acme/invoices-extract" not in made


def test_a_large_pipeline_is_nothing_to_the_tenants_gateway() -> None:
    big = make.pipeline_spec(extraction=large(500))
    tenant = make.tenant(pipelines={f"p{number}": big for number in range(10)})
    (config,) = (m for m in desired(tenant).objects.values() if m["kind"] == "ConfigMap")
    assert len(config["data"]["stage.json"]) < 10_000
    assert diff(desired(tenant), ObservedObjects({})).refusals == ()
