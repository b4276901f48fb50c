"""Says what of the workloads is to be changed, and what is still rolling out. Pure."""

from dataclasses import replace
from typing import Final

from inkwell_api.conditions import Reason
from inkwell_operator.backends.kubernetes_api.actions import ObjectAction
from inkwell_operator.backends.kubernetes_api.diff import diff_removal, diff_wanted, unwanted
from inkwell_operator.backends.kubernetes_api.kinds import CONFIG_MAP, DEPLOYMENT, Manifest
from inkwell_operator.backends.kubernetes_api.state import (
    DesiredObjects,
    ObjectRef,
    ObservedObjects,
)
from inkwell_operator.backends.workloads.held import without_held
from inkwell_operator.backends.workloads.rollout import waits_for
from inkwell_operator.model.plan import Plan, PlanBuilder

LARGEST_CONFIG: Final = 900 * 1024
"""Bytes of a configuration; the API server takes an object of 1 MiB, with everything around."""


def diff(desired: DesiredObjects, observed: ObservedObjects) -> Plan[ObjectAction]:
    """Say what would turn `observed` into `desired`; an object without our mark is refused."""
    plan: PlanBuilder[ObjectAction] = PlanBuilder()
    possible = without_held(plan, _without_too_large(plan, desired), observed)
    diff_wanted(plan, possible, observed)
    _diff_removals(plan, desired, observed)
    for ref, want in possible.objects.items():
        have = observed.objects.get(ref)
        if ref.kind == DEPLOYMENT and have is not None:
            for wait in waits_for(ref, want, have):
                plan.wait(wait)
    return plan.build()


def _diff_removals(
    plan: PlanBuilder[ObjectAction], desired: DesiredObjects, observed: ObservedObjects
) -> None:
    """Let Deployments go first: what a pod mounts stays until the last pod is gone."""
    leaving = unwanted(desired, observed)
    has_pods = any(ref.kind == DEPLOYMENT for ref, _ in leaving)
    for ref, have in leaving:
        if has_pods and ref.kind != DEPLOYMENT:
            plan.wait(f"{ref} goes when the pods are gone")
        else:
            diff_removal(plan, ref, have)


def _without_too_large(plan: PlanBuilder[ObjectAction], desired: DesiredObjects) -> DesiredObjects:
    """Refuse configurations that the API server would not take, with the pods that need them."""
    refused = {
        ref.name
        for ref, want in desired.objects.items()
        if ref.kind == CONFIG_MAP and _size(want) > LARGEST_CONFIG
    }
    for name in sorted(refused):
        ref = ObjectRef(CONFIG_MAP, desired.scope.namespace, name)
        plan.refuse(f"{ref} would hold more than 900 KiB: {_advice(desired)}", Reason.REFUSED)
    kept = (want for ref, want in desired.objects.items() if ref.name not in refused)
    return replace(desired, objects={ObjectRef.of(want): want for want in kept})


def _advice(desired: DesiredObjects) -> str:
    if desired.scope.pipeline is None:
        return "the tenant has too many pipelines for one gateway; move some to another Tenant"
    return f"shorten schema, rules or prompt of DocumentPipeline {desired.scope.pipeline}"


def _size(config: Manifest) -> int:
    return sum(len(text.encode()) for text in config["data"].values())
