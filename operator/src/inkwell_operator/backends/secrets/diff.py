"""Compares Secrets: what is derived by value, what is drawn only by being there. Pure."""

from inkwell_operator.backends.kubernetes_api.diff import (
    ORDER,
    diff_removal,
    refuse_foreign,
    unwanted,
)
from inkwell_operator.backends.kubernetes_api.fields import is_within
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
    put = PutSecret(whole, missing)
    if have is None:
        plan.add(Step(Verb.CREATE, str(ref), put, order=ORDER[ref.kind]))
        return
    fields = tuple(
        FieldChange(key)
        for key in sorted({*whole["data"], *_data(have), *missing})
        if key in missing or whole["data"].get(key) != _data(have).get(key)
    )
    if fields or not is_within(want["metadata"], have["metadata"]):
        plan.add(Step(Verb.UPDATE, str(ref), put, fields, order=ORDER[ref.kind]))


def _data(secret: Manifest | None) -> dict[str, str]:
    return (secret.get("data") or {}) if secret is not None else {}
