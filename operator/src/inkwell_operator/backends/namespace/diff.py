"""Says what a tenant's namespace lacks. Pure."""

from datetime import datetime, timedelta
from typing import Final

from inkwell_operator.backends.kubernetes_api.actions import ObjectAction, Replace
from inkwell_operator.backends.kubernetes_api.diff import ORDER, diff_objects, marked
from inkwell_operator.backends.kubernetes_api.kinds import RESOURCE_QUOTA, Manifest
from inkwell_operator.backends.kubernetes_api.state import (
    DesiredObjects,
    ObjectRef,
    ObservedObjects,
)
from inkwell_operator.model.plan import FieldChange, Plan, PlanBuilder, Step, Verb

COUNTED_WITHIN: Final = timedelta(seconds=8)
"""A quota is counted well within this time, or not before minutes."""


def diff(desired: DesiredObjects, observed: ObservedObjects) -> Plan[ObjectAction]:
    """Say what would turn `observed` into `desired`; an object without our mark is refused."""
    plan: PlanBuilder[ObjectAction] = PlanBuilder()
    diff_objects(plan, desired, observed)
    for ref, want in desired.objects.items():
        have = observed.objects.get(ref)
        if ref.kind == RESOURCE_QUOTA and have is not None and desired.scope.owns(have):
            _diff_count(plan, ref, want, have, observed.at)
    return plan.build()


def _diff_count(
    plan: PlanBuilder[ObjectAction], ref: ObjectRef, want: Manifest, have: Manifest, at: datetime
) -> None:
    """Wait until a quota is counted, for until then the API server refuses what it limits.

    Kubernetes counts a quota when it is made or its spec changes, and then every five minutes. A
    kind whose CRD is younger than its last look at discovery (30 seconds) is left out of a count.
    """
    uncounted = want["spec"]["hard"].keys() - (have.get("status") or {}).get("used", {}).keys()
    if not uncounted:
        return
    plan.wait(f"{ref}: not counted yet: {', '.join(sorted(uncounted))}")
    born = datetime.fromisoformat(have["metadata"]["creationTimestamp"])
    if at - born > COUNTED_WITHIN:
        again = Replace(marked(want), have["metadata"]["uid"])
        fields = (FieldChange("made anew, so that it is counted"),)
        plan.add(Step(Verb.UPDATE, str(ref), again, fields, order=ORDER[ref.kind]))
