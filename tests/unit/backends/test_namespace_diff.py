"""A tenant's namespace: what a diff makes of what is wanted and what stands."""

from datetime import UTC, datetime, timedelta

from inkwell_operator.backends.kubernetes_api.actions import Replace
from inkwell_operator.backends.kubernetes_api.diff import marked
from inkwell_operator.backends.kubernetes_api.kinds import RESOURCE_QUOTA, Manifest
from inkwell_operator.backends.kubernetes_api.metadata import metadata
from inkwell_operator.backends.kubernetes_api.state import (
    DesiredObjects,
    ObjectRef,
    ObservedObjects,
    Scope,
)
from inkwell_operator.backends.namespace.diff import diff

BORN = datetime(2026, 1, 1, tzinfo=UTC)


def quota(**counted: str) -> tuple[DesiredObjects, dict[ObjectRef, Manifest]]:
    """Return a quota that is wanted, and one that is there and counted so far."""
    want: Manifest = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": metadata("inkwell", "acme"),
    }
    want["spec"] = {"hard": {"pods": "7", "count/documentpipelines.inkwell.dev": "2"}}
    have = marked(want)
    have["metadata"] |= {"creationTimestamp": BORN.isoformat(), "uid": "u-1"}
    have["status"] = {"hard": want["spec"]["hard"], "used": counted}
    scope = Scope("tenant-acme", "acme", None, (RESOURCE_QUOTA,))
    return DesiredObjects.of(scope, [want]), {ObjectRef.of(have): have}


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
