"""Says what of the workloads is to be changed, and what is still rolling out. Pure."""

from inkwell_operator.backends.kubernetes_api.actions import ObjectAction
from inkwell_operator.backends.kubernetes_api.diff import diff_objects
from inkwell_operator.backends.kubernetes_api.kinds import DEPLOYMENT
from inkwell_operator.backends.kubernetes_api.state import DesiredObjects, ObservedObjects
from inkwell_operator.backends.workloads.rollout import waits_for
from inkwell_operator.model.plan import Plan, PlanBuilder


def diff(desired: DesiredObjects, observed: ObservedObjects) -> Plan[ObjectAction]:
    """Say what would turn `observed` into `desired`; an object without our mark is refused."""
    plan: PlanBuilder[ObjectAction] = PlanBuilder()
    diff_objects(plan, desired, observed)
    for ref, want in desired.objects.items():
        have = observed.objects.get(ref)
        if ref.kind == DEPLOYMENT and have is not None:
            for wait in waits_for(ref, want, have):
                plan.wait(wait)
    return plan.build()
