"""Compares objects by the fields that we own, and says what to do. Pure.

What the API server or others add to an object is none of our business. A field that we once owned
and no longer want is caught by a digest of all that we last applied, kept as an annotation.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from inkwell_api import names
from inkwell_api.conditions import Reason
from inkwell_operator.backends.kubernetes_api.actions import Apply, ObjectAction, Remove
from inkwell_operator.backends.kubernetes_api.fields import changed_fields
from inkwell_operator.backends.kubernetes_api.kinds import (
    CONFIG_MAP,
    DEPLOYMENT,
    LIMIT_RANGE,
    NAMESPACE,
    NETWORK_POLICY,
    RESOURCE_QUOTA,
    ROLE_BINDING,
    SECRET,
    SERVICE,
    SERVICE_ACCOUNT,
    Kind,
    Manifest,
)
from inkwell_operator.backends.kubernetes_api.state import (
    DesiredObjects,
    ObjectRef,
    ObservedObjects,
)
from inkwell_operator.model.plan import FieldChange, PlanBuilder, Risk, Step, Verb

APPLIED_DIGEST: Final = f"{names.GROUP}/applied-digest"

ORDER: Final[Mapping[Kind, int]] = {
    NAMESPACE: 0,
    ROLE_BINDING: 1,
    RESOURCE_QUOTA: 1,
    LIMIT_RANGE: 1,
    NETWORK_POLICY: 1,
    CONFIG_MAP: 1,
    SERVICE_ACCOUNT: 1,
    SECRET: 2,
    SERVICE: 2,
    DEPLOYMENT: 3,
}
"""Which kinds are made first; what goes, goes in the opposite order."""


def diff_objects(
    plan: PlanBuilder[ObjectAction], desired: DesiredObjects, observed: ObservedObjects
) -> None:
    """Plan what would turn `observed` into `desired`; an object without our mark is refused."""
    for ref, want in sorted(desired.objects.items()):
        have = observed.objects.get(ref)
        if have is not None and not desired.scope.owns(have):
            refuse_foreign(plan, ref, desired.scope.tenant)
        else:
            diff_object(plan, ref, want, have)
    for ref, have in unwanted(desired, observed):
        diff_removal(plan, ref, have)


def refuse_foreign(plan: PlanBuilder[Any], ref: ObjectRef, tenant: str) -> None:
    """Refuse to touch an object of a wanted name that is not ours."""
    plan.refuse(
        f"{ref} exists and does not carry Inkwell's mark for {tenant}; "
        "delete or rename it, and Inkwell makes its own",
        Reason.NAME_TAKEN,
    )


def unwanted(
    desired: DesiredObjects, observed: ObservedObjects
) -> list[tuple[ObjectRef, Manifest]]:
    """Return the objects of the scope that should not be there."""
    return [
        (ref, have)
        for ref, have in sorted(observed.objects.items())
        if ref not in desired.objects and desired.scope.owns(have)
    ]


def diff_object(
    plan: PlanBuilder[ObjectAction], ref: ObjectRef, want: Manifest, have: Manifest | None
) -> None:
    """Plan what would make one object as wanted."""
    if have is None:
        plan.add(Step(Verb.CREATE, str(ref), Apply(marked(want)), order=ORDER[ref.kind]))
        return
    after = changed_fields(want, have)
    if not after and _digest_of(have) == digest(want):
        return
    interrupts = ref.kind == DEPLOYMENT and any("template" in field for field in after)
    plan.add(
        Step(
            Verb.UPDATE,
            str(ref),
            Apply(marked(want)),
            fields=tuple(map(FieldChange, after)),
            risk=Risk.INTERRUPTS if interrupts else Risk.NONE,
            order=ORDER[ref.kind],
        )
    )


def diff_removal(plan: PlanBuilder[Any], ref: ObjectRef, have: Manifest) -> None:
    """Plan the end of an object, or wait for it."""
    if have["metadata"].get("deletionTimestamp"):
        plan.wait(f"{ref} is being deleted")
        return
    # In the opposite order of making: writers stop before what they need goes.
    order = max(ORDER.values()) - ORDER[ref.kind]
    action = Remove(ref, have["metadata"].get("uid", ""))
    plan.add(Step(Verb.DELETE, str(ref), action, order=order))


def marked(want: Manifest) -> Manifest:
    """Return the object with the digest of itself as an annotation."""
    metadata = want["metadata"]
    annotations = {**metadata.get("annotations", {}), APPLIED_DIGEST: digest(want)}
    return {**want, "metadata": {**metadata, "annotations": annotations}}


def digest(want: Manifest) -> str:
    """Return a digest of all that we say about an object."""
    text = json.dumps(want, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _digest_of(have: Manifest) -> str:
    return str((have["metadata"].get("annotations") or {}).get(APPLIED_DIGEST, ""))
