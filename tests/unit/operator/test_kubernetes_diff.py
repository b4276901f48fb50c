from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from inkwell_api.conditions import Reason
from inkwell_operator.backends.kubernetes.diff import changed_fields, diff, is_within, marked
from inkwell_operator.backends.kubernetes.metadata import metadata
from inkwell_operator.backends.kubernetes.rollout import waits_for
from inkwell_operator.backends.kubernetes.secrets import encode
from inkwell_operator.backends.kubernetes.state import (
    CONFIG_MAP,
    DEPLOYMENT,
    RESOURCE_QUOTA,
    SECRET,
    DesiredObjects,
    Manifest,
    ObjectRef,
    ObservedObjects,
    PutSecret,
    Replace,
    Scope,
)
from inkwell_operator.model.plan_text import render_plan, render_step

SCOPE = Scope("tenant-acme", "acme", None, (CONFIG_MAP, SECRET))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3)
    ),
    max_leaves=8,
)


def config(name: str = "settings", **data: str) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata(name, "acme"),
        "data": data,
    }


def secret(**data: str) -> Manifest:
    return config("gateway") | {
        "kind": "Secret",
        "type": "Opaque",
        "data": {key: encode(value) for key, value in data.items()},
    }


def world(*manifests: Manifest) -> dict[ObjectRef, Manifest]:
    return {ObjectRef.of(manifest): manifest for manifest in manifests}


def lines(want: list[Manifest], have: list[Manifest], **drawn: tuple[str, ...]) -> tuple[str, ...]:
    plan = diff(DesiredObjects(SCOPE, world(*want), drawn), ObservedObjects(world(*have)))
    return render_plan(plan)


def test_what_is_as_wanted_is_left_alone_whatever_others_added() -> None:
    have = marked(config(a="1")) | {"status": {"seen": True}}
    have["metadata"]["annotations"]["other"] = "theirs"
    have["metadata"]["resourceVersion"] = "7"
    assert lines([config(a="1")], [have]) == ()


def test_a_change_names_the_field_and_not_its_value() -> None:
    assert lines([config(a="2")], [marked(config(a="1"))]) == (
        "~ ConfigMap tenant-acme/settings: data.a",
    )


def test_a_key_that_is_wanted_no_longer_is_taken_away() -> None:
    assert lines([config(a="1")], [marked(config(a="1", b="2"))]) == (
        "~ ConfigMap tenant-acme/settings",
    )


def test_an_object_of_ours_that_is_wanted_no_longer_is_deleted() -> None:
    assert lines([], [marked(config(a="1"))]) == ("- ConfigMap tenant-acme/settings",)


def test_an_object_of_somebody_else_is_neither_taken_over_nor_deleted() -> None:
    foreign = config(a="1")
    foreign["metadata"] = foreign["metadata"] | {"labels": {"owner": "somebody"}}
    assert lines([], [foreign]) == ()
    plan = diff(DesiredObjects(SCOPE, world(config(a="2"))), ObservedObjects(world(foreign)))
    assert plan.steps == ()
    assert [refusal.reason for refusal in plan.refusals] == [Reason.NAME_TAKEN]


def test_another_tenants_object_is_not_ours() -> None:
    foreign = config(a="1")
    foreign["metadata"]["labels"] = foreign["metadata"]["labels"] | {"inkwell.dev/tenant": "globex"}
    assert lines([], [foreign]) == ()


def test_a_password_is_drawn_once_and_kept() -> None:
    want, drawn = secret(username="u"), {"gateway": ("password",)}
    assert lines([want], [], **drawn) == ("+ Secret tenant-acme/gateway",)
    assert lines([want], [secret(username="u", password="p")], **drawn) == ()
    changed = diff(
        DesiredObjects(SCOPE, world(secret(username="v")), drawn),
        ObservedObjects(world(secret(username="u", password="p"))),
    )
    (step,) = changed.steps
    assert render_step(step) == "~ Secret tenant-acme/gateway: username"
    assert step.action == PutSecret(secret(username="v", password="p"), ())


def test_a_password_that_was_taken_away_is_drawn_again() -> None:
    plan = diff(
        DesiredObjects(SCOPE, world(secret(username="u")), {"gateway": ("password",)}),
        ObservedObjects(world(secret(username="u"))),
    )
    (step,) = plan.steps
    assert step.action == PutSecret(secret(username="u"), ("password",))


@given(values)
def test_everything_is_within_itself(value: Any) -> None:
    assert is_within(value, value)


@given(st.dictionaries(st.text(max_size=2), values), st.dictionaries(st.text(max_size=2), values))
def test_what_others_add_is_no_change(want: dict[str, Any], extra: dict[str, Any]) -> None:
    assert is_within(want, extra | want)


def test_quantities_are_compared_as_numbers() -> None:
    assert is_within({"cpu": "16000m", "memory": "1Gi"}, {"cpu": "16", "memory": "1024Mi"})
    assert changed_fields({"cpu": "2"}, {"cpu": "1"}) == ["cpu"]


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


BORN = datetime(2026, 1, 1, tzinfo=UTC)


def quota(**counted: str) -> tuple[DesiredObjects, dict[ObjectRef, Manifest]]:
    """Return a quota that is wanted, and one that is there and counted so far."""
    want = config("inkwell") | {"kind": "ResourceQuota"}
    del want["data"]
    want["spec"] = {"hard": {"pods": "7", "count/documentpipelines.inkwell.dev": "2"}}
    have = marked(want)
    have["metadata"] |= {"creationTimestamp": BORN.isoformat(), "uid": "u-1"}
    have["status"] = {"hard": want["spec"]["hard"], "used": counted}
    scope = Scope("tenant-acme", "acme", None, (RESOURCE_QUOTA,))
    return DesiredObjects(scope, world(want)), world(have)


def test_a_quota_that_is_not_counted_is_waited_for_and_made_anew_when_that_takes_long() -> None:
    desired, there = quota(pods="0")
    young = diff(desired, ObservedObjects(there, BORN + timedelta(seconds=2)))
    old = diff(desired, ObservedObjects(there, BORN + timedelta(seconds=20)))
    assert young.steps == ()
    assert young.waits == old.waits
    assert "count/documentpipelines.inkwell.dev" in young.waits[0]
    (step,) = old.steps
    assert isinstance(step.action, Replace)
    assert step.action.uid == "u-1"


def test_a_quota_that_is_counted_is_left_alone_however_old() -> None:
    desired, there = quota(pods="0", **{"count/documentpipelines.inkwell.dev": "0"})
    assert diff(desired, ObservedObjects(there, BORN + timedelta(days=9))).is_empty
