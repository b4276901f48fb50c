"""Compares objects with what is wanted, and says what to do. Pure.

What we say must stand; what others set beside it, outside of metadata and status, goes again. What
the API server fills in is neither. A field that we once owned and no longer want is caught by a
digest of all that we last applied, kept as an annotation.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from inkwell_api import names
from inkwell_api.conditions import Reason
from inkwell_operator.backends.kubernetes_api.actions import (
    Apply,
    ObjectAction,
    Recreate,
    Remove,
    Restore,
)
from inkwell_operator.backends.kubernetes_api.fields import changed_fields, field_change, is_within
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
from inkwell_operator.backends.kubernetes_api.managers import (
    MISSING,
    FieldPath,
    describe,
    value_at,
)
from inkwell_operator.backends.kubernetes_api.state import (
    DesiredObjects,
    ObjectRef,
    ObservedObjects,
    is_ours,
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
_SET_ONCE: Final[Mapping[Kind, tuple[str, ...]]] = {
    CONFIG_MAP: ("immutable",),
    DEPLOYMENT: ("spec.selector",),
    ROLE_BINDING: ("roleRef",),
}
"""Fields that the API server lets nobody change."""


def diff_objects(
    plan: PlanBuilder[Any], desired: DesiredObjects, observed: ObservedObjects
) -> None:
    """Plan what would turn `observed` into `desired`; an object without our mark is refused."""
    diff_wanted(plan, desired, observed)
    for ref, have in unwanted(desired, observed):
        diff_removal(plan, ref, have)


def diff_wanted(plan: PlanBuilder[Any], desired: DesiredObjects, observed: ObservedObjects) -> None:
    """Plan what is to be there; nothing that should go."""
    for ref, want in sorted(desired.objects.items()):
        have = observed.objects.get(ref)
        is_unmarked = have is not None and not is_ours(have)
        if have is None or desired.scope.owns(have) or (desired.adopts and is_unmarked):
            diff_object(plan, want, have, observed.added.get(ref, ()))
        else:
            refuse_foreign(plan, ref, desired.scope.tenant)


def refuse_foreign(plan: PlanBuilder[Any], ref: ObjectRef, tenant: str) -> None:
    """Refuse to touch an object of a wanted name that is not ours."""
    plan.refuse(
        f"{ref} exists and does not carry the mark of Tenant {tenant}: delete it, and Inkwell "
        "makes its own",
        Reason.NAME_TAKEN,
    )


def unwanted(
    desired: DesiredObjects, observed: ObservedObjects
) -> list[tuple[ObjectRef, Manifest]]:
    """Return the objects of the scope that should not be there."""
    return [
        (ref, have)
        for ref, have in sorted(observed.objects.items())
        if ref not in desired.objects and (desired.scope.owns(have) or ref in observed.orphans)
    ]


def diff_object(
    plan: PlanBuilder[Any],
    want: Manifest,
    have: Manifest | None,
    added: tuple[FieldPath, ...] = (),
) -> None:
    """Plan what would make one object, that is ours or is to be, as wanted."""
    ref = ObjectRef.of(want)
    if have is None:
        plan.add(Step(Verb.CREATE, str(ref), Apply(marked(want)), order=ORDER[ref.kind]))
        return
    if have["metadata"].get("deletionTimestamp"):
        plan.wait(f"{ref} is being deleted, and is made anew then")
        return
    surplus = surplus_fields(want, have, added)
    fields = (*changed_fields(want, have), *surplus)
    if not fields and _digest_of(have) == digest(want):
        return
    uid = have["metadata"].get("uid", "")
    action: ObjectAction = Apply(marked(want))
    if any(_is_set_once(ref.kind, change.field) for change in fields):
        action = Recreate(marked(want), uid)
    elif surplus:
        action = Restore(marked(want), uid)
    interrupts = ref.kind == DEPLOYMENT and any("template" in one.field for one in fields)
    plan.add(
        Step(
            Verb.UPDATE,
            str(ref),
            action,
            fields=fields,
            risk=Risk.INTERRUPTS if interrupts else Risk.NONE,
            order=ORDER[ref.kind],
        )
    )


def surplus_fields(
    want: Manifest, have: Manifest, added: tuple[FieldPath, ...]
) -> tuple[FieldChange, ...]:
    """Return what others set that we do not want; the same value as ours is no deviation."""
    changes = []
    for path in added:
        wanted, found = value_at(want, path), value_at(have, path)
        if wanted is MISSING:
            before = None if found is MISSING else found
            changes.append(field_change(describe(path), before, None))
        elif is_within(wanted, found) and not is_within(found, wanted):
            changes.append(field_change(describe(path), found, wanted))
    return tuple(changes)


def _is_set_once(kind: Kind, field: str) -> bool:
    return field.startswith(_SET_ONCE.get(kind, ()))


def diff_removal(
    plan: PlanBuilder[Any], ref: ObjectRef, have: Manifest, risk: Risk = Risk.NONE
) -> None:
    """Plan the end of an object, or wait for it."""
    if have["metadata"].get("deletionTimestamp"):
        plan.wait(f"{ref} is being deleted")
        return
    # In the opposite order of making: writers stop before what they need goes.
    order = max(ORDER.values()) - ORDER[ref.kind]
    action = Remove(ref, have["metadata"].get("uid", ""))
    plan.add(Step(Verb.DELETE, str(ref), action, risk=risk, order=order))


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
