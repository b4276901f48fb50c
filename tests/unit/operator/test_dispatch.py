from typing import Any

from inkwell_operator import dispatch
from inkwell_operator.dispatch import OwnedObjects, Wake
from inkwell_operator.queue import Key, Urgency
from inkwell_operator.store import Store, parse

CLASS = Key("TenantClass", "", "standard")
ACME = Key("Tenant", "", "acme")
INVOICES = Key("DocumentPipeline", "tenant-acme", "invoices")
MARK = {"app.kubernetes.io/managed-by": "inkwell-operator", "inkwell.dev/tenant": "acme"}


def body(key: Key) -> dict[str, Any]:
    spec = {"className": "standard"} if key.kind == "Tenant" else {}
    metadata = {"name": key.name, "namespace": key.namespace, "uid": "1", "generation": 1}
    return {"kind": key.kind, "metadata": metadata, "spec": spec}


def store(*keys: Key) -> Store:
    filled = Store()
    for key in keys:
        filled.put(body(key))
    return filled


def deployment(generation: int = 1, ready: int = 1, **labels: str) -> dict[str, Any]:
    return {
        "kind": "Deployment",
        "metadata": {
            "name": "invoices-ocr",
            "namespace": "tenant-acme",
            "uid": "7",
            "generation": generation,
            "labels": MARK | {"inkwell.dev/pipeline": "invoices"} | labels,
        },
        "spec": {"replicas": 2},
        "status": {
            "observedGeneration": generation,
            "replicas": 2,
            "updatedReplicas": 2,
            "availableReplicas": ready,
        },
    }


def role_binding(group: str) -> dict[str, Any]:
    return {
        "kind": "RoleBinding",
        "metadata": {"name": "owners", "namespace": "tenant-acme", "uid": "8", "labels": MARK},
        "subjects": [{"kind": "Group", "name": group}],
    }


def test_a_class_wakes_its_tenants_and_their_pipelines() -> None:
    wakes = set(dispatch.after_change(store(CLASS, ACME, INVOICES), CLASS))
    assert wakes == {Wake(key, Urgency.SPEC) for key in (CLASS, ACME, INVOICES)}


def test_what_a_class_refers_to_wakes_the_same_without_their_specs_having_changed() -> None:
    wakes = set(dispatch.after_reference(store(CLASS, ACME, INVOICES), CLASS))
    assert wakes == {Wake(key, Urgency.DEPENDENCY) for key in (CLASS, ACME, INVOICES)}


def test_a_tenant_wakes_its_pipelines_and_tells_its_class_that_it_is_used() -> None:
    wakes = set(dispatch.after_change(store(CLASS, ACME, INVOICES), ACME))
    assert wakes == {
        Wake(ACME, Urgency.SPEC),
        Wake(INVOICES, Urgency.SPEC),
        Wake(CLASS, Urgency.DEPENDENCY),
    }


def test_a_pipeline_wakes_the_tenant_whose_gateway_serves_it() -> None:
    wakes = set(dispatch.after_change(store(ACME, INVOICES), INVOICES))
    assert wakes == {Wake(INVOICES, Urgency.SPEC), Wake(ACME, Urgency.SPEC)}


def test_what_is_gone_wakes_those_who_waited_for_that() -> None:
    assert set(dispatch.after_deletion(store(INVOICES), parse(body(ACME)))) == {
        Wake(CLASS, Urgency.DEPENDENCY),
        Wake(INVOICES, Urgency.DEPENDENCY),
    }
    assert set(dispatch.after_deletion(store(ACME), parse(body(INVOICES)))) == {
        Wake(ACME, Urgency.SPEC)
    }


def test_findings_of_a_tenant_end_the_wait_of_its_pipelines() -> None:
    wakes = set(dispatch.after_findings(store(ACME, INVOICES), "acme"))
    assert wakes == {Wake(INVOICES, Urgency.DEPENDENCY)}


def test_a_status_that_says_nothing_new_wakes_nobody() -> None:
    owned = OwnedObjects()
    owned.after_event("ADDED", deployment(ready=0))
    assert owned.after_event("MODIFIED", deployment(ready=1)) is None


def test_pods_that_are_ready_or_not_any_more_wake_the_pipeline() -> None:
    owned = OwnedObjects()
    owned.after_event("ADDED", deployment(ready=1))
    assert owned.after_event("MODIFIED", deployment(ready=2)) == Wake(INVOICES, Urgency.DRIFT)
    assert owned.after_event("MODIFIED", deployment(ready=1)) == Wake(INVOICES, Urgency.DRIFT)


def test_a_spec_that_somebody_changed_wakes_the_owner() -> None:
    owned = OwnedObjects()
    owned.after_event("ADDED", deployment())
    assert owned.after_event("MODIFIED", deployment(2)) == Wake(INVOICES, Urgency.DRIFT)


def test_kinds_without_generations_are_compared_by_what_they_hold() -> None:
    owned = OwnedObjects()
    owned.after_event("ADDED", role_binding("admins"))
    assert owned.after_event("MODIFIED", role_binding("admins")) is None
    assert owned.after_event("MODIFIED", role_binding("all")) == Wake(ACME, Urgency.DRIFT)


def test_a_label_that_was_taken_away_and_a_deletion_wake_the_owner() -> None:
    owned = OwnedObjects()
    owned.after_event("ADDED", deployment(tier="x"))
    assert owned.after_event("MODIFIED", deployment()) == Wake(INVOICES, Urgency.DRIFT)
    assert owned.after_event("DELETED", deployment()) == Wake(INVOICES, Urgency.DRIFT)


def test_the_first_listing_wakes_nobody_and_a_later_one_whom_it_concerns() -> None:
    owned = OwnedObjects()
    assert owned.after_event(None, deployment()) is None
    assert owned.after_event(None, deployment()) is None
    assert owned.after_event(None, deployment(2)) == Wake(INVOICES, Urgency.DRIFT)


def test_what_does_not_carry_our_mark_wakes_nobody() -> None:
    foreign = deployment()
    foreign["metadata"]["labels"] = {"inkwell.dev/tenant": "acme"}
    assert OwnedObjects().after_event("ADDED", foreign) is None
