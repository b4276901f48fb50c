"""Says what a tenant's namespace lacks. Pure.

The namespace comes first: where it must not be touched, nothing within it is.
"""

from dataclasses import replace

from inkwell_api import names
from inkwell_api.conditions import Reason
from inkwell_operator.backends.kubernetes_api.diff import (
    diff_object,
    diff_objects,
    diff_removal,
)
from inkwell_operator.backends.kubernetes_api.kinds import RESOURCE_QUOTA, Manifest
from inkwell_operator.backends.namespace.actions import NamespaceAction
from inkwell_operator.backends.namespace.quota_count import diff_count
from inkwell_operator.backends.namespace.state import (
    ANNOTATION_ACCEPTED,
    DesiredNamespace,
    ObservedNamespace,
    mark_of,
    ownership_of,
)
from inkwell_operator.model.ownership import Ownership, may_remove, refusal
from inkwell_operator.model.plan import Plan, PlanBuilder, Refusal, Risk


def diff(desired: DesiredNamespace, observed: ObservedNamespace) -> Plan[NamespaceAction]:
    """Say what would turn `observed` into `desired`; one that is not ours is refused with all."""
    plan: PlanBuilder[NamespaceAction] = PlanBuilder()
    namespace = observed.objects.objects.get(desired.ref)
    if not desired.objects.objects:
        if namespace is not None and may_remove(desired.claim, mark_of(namespace)):
            diff_removal(plan, desired.ref, namespace)
    elif namespace is None or _may_fill(plan, desired, observed, namespace):
        _diff_within(plan, desired, observed)
    return plan.build()


def _may_fill(
    plan: PlanBuilder[NamespaceAction],
    desired: DesiredNamespace,
    observed: ObservedNamespace,
    namespace: Manifest,
) -> bool:
    """Say whether an existing namespace may be brought to what is desired, or plan what is due."""
    ownership = ownership_of(desired.claim, namespace)
    match ownership:
        case Ownership.FOREIGN:
            plan.add_refusal(_foreign(desired, observed, namespace))
        case Ownership.RETAINED:
            holds = _contents(observed)
            plan.add_refusal(
                refusal(ownership, str(desired.ref), "Kubernetes", desired.claim, holds)
            )
        case Ownership.ERASE:
            diff_removal(plan, desired.ref, namespace, Risk.LOSES_DATA)
        case _ if namespace["metadata"].get("deletionTimestamp"):
            plan.wait(f"{desired.ref} is being deleted, and is made anew then")
        case _:
            return True
    return False


def _diff_within(
    plan: PlanBuilder[NamespaceAction], desired: DesiredNamespace, observed: ObservedNamespace
) -> None:
    whole = desired.objects
    within = {ref: want for ref, want in whole.objects.items() if ref != desired.ref}
    diff_object(plan, whole.objects[desired.ref], observed.objects.objects.get(desired.ref))
    diff_objects(plan, replace(whole, objects=within), observed.within(desired.ref))
    for ref, want in desired.objects.objects.items():
        have = observed.objects.objects.get(ref)
        if ref.kind == RESOURCE_QUOTA and have is not None and desired.objects.scope.owns(have):
            diff_count(plan, want, have, observed.objects.at)
    for ref, opening in sorted(observed.openings.items()):
        annotations = opening["metadata"].get("annotations") or {}
        if annotations.get(ANNOTATION_ACCEPTED) != "true":
            plan.refuse(
                f"{ref} is not Inkwell's and lets somebody into the tenant's namespace: remove it, "
                f'or annotate it with {ANNOTATION_ACCEPTED}: "true" if that is meant to be',
                Reason.LET_IN,
            )


def _foreign(
    desired: DesiredNamespace, observed: ObservedNamespace, namespace: Manifest
) -> Refusal:
    """Return why a namespace is left alone, with what is in it and how it may be handed over."""
    ref, tenant, holds = desired.ref, desired.claim.mark.tenant, _contents(observed)
    labels = namespace["metadata"].get("labels") or {}
    if labels.get(names.LABEL_TENANT) is not None:
        return Refusal(
            f"{ref} ({holds}) carries the mark of Tenant {labels[names.LABEL_TENANT]} of another "
            f"installation or of another name than {tenant}: remove it or choose another name",
            Reason.NAME_TAKEN,
        )
    return Refusal(
        f"{ref} ({holds}) exists without the mark of Tenant {tenant}, and nothing is made in it: "
        f"hand it over with `kubectl label namespace {ref.name} {names.LABEL_TENANT}={tenant}` or "
        "by spec.adopt (set spec.mode to Plan first to see what would change), remove it, or "
        "choose another name",
        Reason.NAME_TAKEN,
    )


def _contents(observed: ObservedNamespace) -> str:
    found = [f"{kind}: {count}" for kind, count in sorted(observed.contents.items())]
    return ", ".join(found)
