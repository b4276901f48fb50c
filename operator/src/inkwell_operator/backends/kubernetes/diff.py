"""Compares objects by the fields that we own, and says what to do. Pure.

What the API server or others add to an object is none of our business. A field that we once owned
and no longer want is caught by a digest of all that we last applied, kept as an annotation.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from inkwell_api import names
from inkwell_api.conditions import Reason
from inkwell_operator.backends.kubernetes.rollout import waits_for
from inkwell_operator.backends.kubernetes.state import (
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
    Apply,
    DesiredObjects,
    Kind,
    Manifest,
    ObjectAction,
    ObjectRef,
    ObservedObjects,
    PutSecret,
    Remove,
    Replace,
)
from inkwell_operator.model.plan import FieldChange, Plan, PlanBuilder, Risk, Step, Verb

APPLIED_DIGEST: Final = f"{names.GROUP}/applied-digest"
COUNTED_WITHIN: Final = timedelta(seconds=8)
"""A quota is counted well within this time, or not before minutes."""

_ORDER: Final[Mapping[Kind, int]] = {
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
_QUANTITY_UNITS: Final[Mapping[str, Decimal]] = {
    "m": Decimal("0.001"),
    "k": Decimal(10) ** 3,
    "M": Decimal(10) ** 6,
    "G": Decimal(10) ** 9,
    "Ki": Decimal(2) ** 10,
    "Mi": Decimal(2) ** 20,
    "Gi": Decimal(2) ** 30,
}


def diff(desired: DesiredObjects, observed: ObservedObjects) -> Plan[ObjectAction]:
    """Say what would turn `observed` into `desired`; an object without our mark is refused."""
    plan: PlanBuilder[ObjectAction] = PlanBuilder()
    for ref, want in sorted(desired.objects.items()):
        have = observed.objects.get(ref)
        if have is not None and not desired.scope.owns(have):
            plan.refuse(
                f"{ref} exists and does not carry Inkwell's mark for {desired.scope.tenant}; "
                "delete or rename it, and Inkwell makes its own",
                Reason.NAME_TAKEN,
            )
        elif ref.kind == SECRET:
            _diff_secret(plan, ref, want, have, desired.drawn.get(ref.name, ()))
        else:
            _diff_object(plan, ref, want, have)
        if ref.kind == DEPLOYMENT and have is not None:
            for wait in waits_for(ref, want, have):
                plan.wait(wait)
        if ref.kind == RESOURCE_QUOTA and have is not None and desired.scope.owns(have):
            _diff_count(plan, ref, want, have, observed.at)
    for ref, have in sorted(observed.objects.items()):
        if ref not in desired.objects and desired.scope.owns(have):
            _diff_removal(plan, ref, have)
    return plan.build()


def _diff_object(
    plan: PlanBuilder[ObjectAction], ref: ObjectRef, want: Manifest, have: Manifest | None
) -> None:
    if have is None:
        plan.add(_step(Verb.CREATE, ref, Apply(marked(want))))
    elif _digest_of(have) != digest(want) or not is_within(want, have):
        after = changed_fields(want, have)
        interrupts = ref.kind == DEPLOYMENT and any("template" in field for field in after)
        plan.add(
            Step(
                Verb.UPDATE,
                str(ref),
                Apply(marked(want)),
                fields=tuple(map(FieldChange, after)),
                risk=Risk.INTERRUPTS if interrupts else Risk.NONE,
                order=_ORDER[ref.kind],
            )
        )


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
        plan.add(_step(Verb.UPDATE, ref, again, fields))


def _diff_secret(
    plan: PlanBuilder[ObjectAction],
    ref: ObjectRef,
    want: Manifest,
    have: Manifest | None,
    drawn: tuple[str, ...],
) -> None:
    """Draw what is missing, keep what was drawn, and let the rest follow the spec."""
    kept = {key: value for key, value in _data(have).items() if key in drawn and value}
    whole = {**want, "data": {**want["data"], **kept}}
    missing = tuple(key for key in drawn if key not in kept)
    if have is None:
        plan.add(_step(Verb.CREATE, ref, PutSecret(whole, missing)))
    elif (
        missing or _data(have) != whole["data"] or not is_within(want["metadata"], have["metadata"])
    ):
        keys = sorted(
            key
            for key in {*whole["data"], *_data(have), *missing}
            if key in missing or whole["data"].get(key) != _data(have).get(key)
        )
        fields = tuple(map(FieldChange, keys))
        plan.add(_step(Verb.UPDATE, ref, PutSecret(whole, missing), fields))


def _data(secret: Manifest | None) -> dict[str, str]:
    return (secret.get("data") or {}) if secret is not None else {}


def _diff_removal(plan: PlanBuilder[ObjectAction], ref: ObjectRef, have: Manifest) -> None:
    if have["metadata"].get("deletionTimestamp"):
        plan.wait(f"{ref} is being deleted")
        return
    # In the opposite order of making: writers stop before what they need goes.
    order = max(_ORDER.values()) - _ORDER[ref.kind]
    action = Remove(ref, have["metadata"].get("uid", ""))
    plan.add(Step(Verb.DELETE, str(ref), action, order=order))


def _step(
    verb: Verb, ref: ObjectRef, action: ObjectAction, fields: tuple[FieldChange, ...] = ()
) -> Step[ObjectAction]:
    return Step(verb, str(ref), action, fields, order=_ORDER[ref.kind])


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


def is_within(want: Any, have: Any) -> bool:
    """Whether all that `want` says stands in `have`; lists are compared whole."""
    return not changed_fields(want, have)


def changed_fields(want: Any, have: Any, path: str = "") -> list[str]:
    """Name the fields in which `have` differs from what `want` says, without their values."""
    match want, have:
        case dict(), dict():
            return [
                field
                for key, value in want.items()
                for field in changed_fields(value, have.get(key), f"{path}.{key}" if path else key)
            ]
        case list(), list() if len(want) == len(have):
            return [
                field
                for number, (left, right) in enumerate(zip(want, have, strict=True))
                for field in changed_fields(left, right, f"{path}[{number}]")
            ]
        case (({} | [] | None), None):
            return []
        case str(), str() if want != have and _quantity(want) is not None:
            return [] if _quantity(want) == _quantity(have) else [path]
        case _:
            return [] if want == have else [path]


def _quantity(text: str) -> Decimal | None:
    """Return the number of a quantity such as ``16000m``, which the server rewrites."""
    number = text.rstrip("mkMGi")
    unit = text[len(number) :]
    try:
        return Decimal(number) * (_QUANTITY_UNITS[unit] if unit else 1)
    except (InvalidOperation, KeyError):
        return None
