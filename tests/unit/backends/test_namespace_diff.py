"""A tenant's namespace: what a diff makes of what is wanted and what stands."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from inkwell_api.conditions import Reason
from inkwell_api.tenant import RetainedData
from inkwell_operator.backends.kubernetes_api.diff import marked
from inkwell_operator.backends.kubernetes_api.kinds import (
    NAMESPACE,
    NETWORK_POLICY,
    RESOURCE_QUOTA,
    ROLE_BINDING,
    Manifest,
)
from inkwell_operator.backends.kubernetes_api.state import ObjectRef, ObservedObjects
from inkwell_operator.backends.namespace import NamespaceBackend
from inkwell_operator.backends.namespace.actions import NamespaceAction, Recount
from inkwell_operator.backends.namespace.diff import diff
from inkwell_operator.backends.namespace.observe import opens
from inkwell_operator.backends.namespace.quota_count import ANNOTATION_RECOUNTS
from inkwell_operator.backends.namespace.state import (
    DesiredNamespace,
    ObservedNamespace,
    mark_of,
)
from inkwell_operator.model.ownership import Mark
from inkwell_operator.model.plan import Plan, Risk
from inkwell_operator.model.plan_text import render_plan, render_step
from inkwell_operator.model.validate import Subject
from inkwell_operator.settings import Settings
from support import make

REF = ObjectRef(NAMESPACE, "", "tenant-acme")
QUOTA = ObjectRef(RESOURCE_QUOTA, "tenant-acme", "inkwell")
BORN = datetime(2026, 1, 1, tzinfo=UTC)
LABEL = {"inkwell.dev/tenant": "acme"}


def desired(subject: Subject | None = None) -> DesiredNamespace:
    """Return what is desired of acme's namespace."""
    backend = NamespaceBackend(None, Settings())  # type: ignore[arg-type]  # desiring is pure
    return backend.desire(subject or make.tenant())


def namespace(labels: dict[str, str], **annotations: str) -> Manifest:
    """Return a namespace of acme's name as it stands."""
    metadata = {"name": "tenant-acme", "uid": "uid-1", "labels": labels}
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": metadata | {"annotations": annotations},
    }


def as_made(want: DesiredNamespace) -> dict[ObjectRef, Manifest]:
    """Return the world in which all that is desired stands, and is counted."""
    world = {ref: marked(manifest) for ref, manifest in want.objects.objects.items()}
    for manifest in world.values():
        manifest["metadata"] |= {"uid": "uid-1", "creationTimestamp": BORN.isoformat()}
    world[QUOTA]["status"] = {"used": dict(world[QUOTA]["spec"]["hard"])}
    return world


def plan(
    want: DesiredNamespace,
    have: dict[ObjectRef, Manifest],
    at: datetime = BORN,
    **others: Any,
) -> Plan[NamespaceAction]:
    return diff(want, ObservedNamespace(ObservedObjects(have, at=at), **others))


def test_what_stands_as_desired_is_left_alone() -> None:
    want = desired()
    assert plan(want, as_made(want)).is_empty


def test_nothing_at_all_is_planned_in_a_namespace_of_somebody_else() -> None:
    found = {REF: namespace({"owner": "somebody"})}
    refused = plan(desired(), found, contents={"Deployments": 3, "Services": 2})
    assert refused.steps == ()
    (refusal,) = refused.refusals
    assert refusal.reason is Reason.NAME_TAKEN
    assert "Namespace tenant-acme (Deployments: 3, Services: 2)" in refusal.message
    assert "kubectl label namespace tenant-acme inkwell.dev/tenant=acme" in refusal.message


@pytest.mark.parametrize(
    "labels",
    [
        {"inkwell.dev/tenant": "globex"},
        {"inkwell.dev/tenant": "globex", "app.kubernetes.io/managed-by": "inkwell-operator"},
    ],
)
@pytest.mark.parametrize("adopt", [False, True])
def test_a_namespace_of_another_tenant_is_never_taken_over(
    labels: dict[str, str], *, adopt: bool
) -> None:
    refused = plan(desired(make.tenant(adopt=adopt)), {REF: namespace(labels)})
    assert refused.steps == ()
    assert [refusal.reason for refusal in refused.refusals] == [Reason.NAME_TAKEN]


def test_a_namespace_that_an_administrator_labelled_for_the_tenant_is_handed_over() -> None:
    handed = plan(desired(), {REF: namespace(LABEL)})
    assert handed.refusals == ()
    assert len(handed.steps) == len(desired().objects.objects)
    first = render_step(handed.steps[0])
    assert first.startswith("~ Namespace tenant-acme: +metadata.labels.app.kubernetes.io/part-of")


def test_a_namespace_is_adopted_when_the_tenant_says_so() -> None:
    adopted = plan(desired(make.tenant(adopt=True)), {REF: namespace({"owner": "somebody"})})
    assert adopted.refusals == ()
    assert len(adopted.steps) == len(desired().objects.objects)


def test_a_mark_of_version_0_1_is_ours_and_written_anew() -> None:
    old = namespace(LABEL | {"app.kubernetes.io/managed-by": "inkwell-operator"})
    assert mark_of(old) == Mark("acme")
    want = desired()
    upgraded = plan(want, as_made(want) | {REF: old})
    assert [step.target for step in upgraded.steps] == ["Namespace tenant-acme"]
    assert "+metadata.annotations.inkwell.dev/uid uid-of-acme" in render_step(upgraded.steps[0])


def of_an_earlier_tenant() -> dict[ObjectRef, Manifest]:
    want = desired()
    world = as_made(want)
    metadata = world[REF]["metadata"]
    annotations = metadata["annotations"] | {"inkwell.dev/uid": "an-earlier-one"}
    world[REF] = world[REF] | {"metadata": metadata | {"annotations": annotations}}
    return world


@pytest.mark.parametrize(
    ("wish", "lines"),
    [
        (RetainedData.REFUSE, []),
        (RetainedData.REUSE, ["~ Namespace tenant-acme"]),
        (RetainedData.ERASE, ["- Namespace tenant-acme"]),
    ],
)
def test_the_namespace_of_an_earlier_tenant_of_the_name_waits_for_a_word(
    wish: RetainedData, lines: list[str]
) -> None:
    found = plan(desired(make.tenant(retainedData=wish)), of_an_earlier_tenant())
    assert [render_step(step).split(":")[0].split(" (")[0] for step in found.steps] == lines
    assert bool(found.refusals) == (wish is RetainedData.REFUSE)
    assert all(step.risk is Risk.LOSES_DATA for step in found.steps if wish is RetainedData.ERASE)


def test_a_deletion_takes_only_a_namespace_of_this_very_tenant() -> None:
    absent = desired(make.absent("acme"))
    assert [step.target for step in plan(absent, as_made(desired())).steps] == [str(REF)]
    assert plan(absent, of_an_earlier_tenant()).is_empty
    assert plan(absent, {REF: namespace(LABEL)}).is_empty
    assert plan(absent, {REF: namespace({})}).is_empty


def test_nothing_is_made_in_a_namespace_that_goes() -> None:
    want = desired()
    going = as_made(want)
    going[REF]["metadata"]["deletionTimestamp"] = BORN.isoformat()
    left = plan(want, {REF: going[REF]})
    assert left.steps == ()
    assert left.waits == ("Namespace tenant-acme is being deleted, and is made anew then",)


def policy(spec: dict[str, Any], **annotations: str) -> Manifest:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "let-in", "namespace": "tenant-acme", "annotations": annotations},
        "spec": {"podSelector": {}} | spec,
    }


def binding(role: str, *subjects: dict[str, str], **annotations: str) -> Manifest:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": "more", "namespace": "tenant-acme", "annotations": annotations},
        "roleRef": {"kind": "ClusterRole", "name": role},
        "subjects": list(subjects),
    }


def test_a_policy_or_binding_of_somebody_else_is_named_until_it_is_accepted() -> None:
    want = desired()
    openings = {
        ObjectRef(NETWORK_POLICY, "tenant-acme", "let-in"): policy({"ingress": [{}]}),
        ObjectRef(ROLE_BINDING, "tenant-acme", "more"): binding("cluster-admin"),
    }
    found = plan(want, as_made(want), openings=openings)
    assert found.steps == ()
    assert {refusal.reason for refusal in found.refusals} == {Reason.LET_IN}
    first, second = (refusal.message for refusal in found.refusals)
    assert first.startswith("NetworkPolicy tenant-acme/let-in is not Inkwell's")
    assert second.startswith("RoleBinding tenant-acme/more is not Inkwell's")
    accepted = {
        ref: manifest | {"metadata": {"annotations": {"inkwell.dev/accepted": "true"}}}
        for ref, manifest in openings.items()
    }
    assert plan(want, as_made(want), openings=accepted).is_empty


def test_only_what_lets_somebody_in_is_an_opening() -> None:
    own = {"kind": "Group", "name": "system:serviceaccounts:tenant-acme"}
    other = {"kind": "Group", "name": "system:serviceaccounts:tenant-globex"}
    assert opens(policy({"ingress": [{}]}))
    assert opens(policy({"policyTypes": ["Egress"], "egress": [{}]}))
    assert not opens(policy({"policyTypes": ["Ingress", "Egress"]}))
    assert opens(binding("view"))
    assert not opens(binding("system:image-puller", own))
    assert opens(binding("system:image-puller", own, other))


def uncounted(want: DesiredNamespace, note: str = "") -> dict[ObjectRef, Manifest]:
    """Return the world with a quota of which the pipelines were left out of the count."""
    world = as_made(want)
    del world[QUOTA]["status"]["used"]["count/documentpipelines.inkwell.dev"]
    if note:
        world[QUOTA]["metadata"]["annotations"][ANNOTATION_RECOUNTS] = note
    return world


def test_a_quota_that_is_not_counted_is_given_to_the_controller_again_but_never_removed() -> None:
    want = desired()
    young = plan(want, uncounted(want), BORN + timedelta(seconds=2))
    old = plan(want, uncounted(want), BORN + timedelta(seconds=20))
    assert young.steps == ()
    assert young.waits == old.waits
    assert "count/documentpipelines.inkwell.dev" in young.waits[0]
    (step,) = old.steps
    assert isinstance(step.action, Recount)
    assert step.action.resources == ("count/documentpipelines.inkwell.dev",)
    assert "1 2026-01-01T00:00:20+00:00" in str(step.action.manifest["metadata"]["annotations"])


@pytest.mark.parametrize(("recounts", "waits"), [(1, 32), (2, 128), (3, 300), (9, 300)])
def test_each_further_count_is_asked_for_later(recounts: int, waits: int) -> None:
    want = desired()
    world = uncounted(want, f"{recounts} {BORN.isoformat()}")
    assert plan(want, world, BORN + timedelta(seconds=waits - 1)).steps == ()
    assert len(plan(want, world, BORN + timedelta(seconds=waits + 1)).steps) == 1


def test_a_quota_that_is_counted_is_left_alone_however_old() -> None:
    want = desired()
    assert plan(want, as_made(want), BORN + timedelta(days=9)).is_empty


def test_a_plan_of_adoption_tells_every_attribute() -> None:
    found = plan(desired(make.tenant(adopt=True)), {REF: namespace({"owner": "somebody"})})
    (line,) = [line for line in render_plan(found) if "Namespace" in line]
    assert "pod-security.kubernetes.io/enforce restricted" in line
    assert "owner" not in line
