"""Compares Secrets: what is derived by value, what is drawn only by being there. Pure."""

from inkwell_operator.backends.kubernetes_api.actions import Apply, Recreate, Restore
from inkwell_operator.backends.kubernetes_api.diff import (
    ORDER,
    diff_removal,
    refuse_foreign,
    unwanted,
)
from inkwell_operator.backends.kubernetes_api.fields import changed_fields
from inkwell_operator.backends.kubernetes_api.kinds import Manifest
from inkwell_operator.backends.kubernetes_api.state import ObjectRef, ObservedObjects
from inkwell_operator.backends.secrets.actions import PutSecret, SecretAction
from inkwell_operator.backends.secrets.state import DesiredSecrets
from inkwell_operator.model.plan import FieldChange, Plan, PlanBuilder, Step, Verb


def diff(desired: DesiredSecrets, observed: ObservedObjects) -> Plan[SecretAction]:
    """Say what would turn `observed` into `desired`; a Secret without our mark is refused."""
    plan: PlanBuilder[SecretAction] = PlanBuilder()
    scope = desired.objects.scope
    for ref, want in sorted(desired.objects.objects.items()):
        have = observed.objects.get(ref)
        if have is not None and not scope.owns(have):
            refuse_foreign(plan, ref, scope.tenant)
        else:
            _diff_secret(plan, ref, want, have, desired.drawn.get(ref.name, ()))
    for ref, have in unwanted(desired.objects, observed):
        diff_removal(plan, ref, have)
    return plan.build()


def _diff_secret(
    plan: PlanBuilder[SecretAction],
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
        put = PutSecret(Apply(whole), missing)
        plan.add(Step(Verb.CREATE, str(ref), put, order=ORDER[ref.kind]))
        return
    if have["metadata"].get("deletionTimestamp"):
        plan.wait(f"{ref} is being deleted, and is made anew then")
        return
    fields = (
        *(
            FieldChange(key)
            for key in sorted({*whole["data"], *_data(have), *missing})
            if key in missing or whole["data"].get(key) != _data(have).get(key)
        ),
        *changed_fields({"type": whole["type"], "metadata": whole["metadata"]}, have),
        *([FieldChange("immutable", "true", None)] if have.get("immutable") else []),
    )
    if fields:
        put = PutSecret(_write(whole, have), missing)
        plan.add(Step(Verb.UPDATE, str(ref), put, fields, order=ORDER[ref.kind]))


def _write(whole: Manifest, have: Manifest) -> Apply | Restore | Recreate:
    """Say how a Secret that exists is written: an apply leaves there what others put in."""
    uid = have["metadata"].get("uid", "")
    if have.get("type") != whole["type"] or have.get("immutable"):
        return Recreate(whole, uid)
    if _data(have).keys() - whole["data"].keys():
        return Restore(whole, uid)
    return Apply(whole)


def _data(secret: Manifest | None) -> dict[str, str]:
    return (secret.get("data") or {}) if secret is not None else {}
