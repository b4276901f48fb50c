"""Secrets: what is derived follows the spec, what is drawn is drawn once."""

from collections.abc import Mapping

from inkwell_operator.backends.kubernetes_api.actions import Apply, Recreate, Restore
from inkwell_operator.backends.kubernetes_api.kinds import SECRET, Manifest
from inkwell_operator.backends.kubernetes_api.metadata import metadata
from inkwell_operator.backends.kubernetes_api.state import (
    DesiredObjects,
    ObjectRef,
    ObservedObjects,
    Scope,
)
from inkwell_operator.backends.secrets.actions import PutSecret, SecretAction
from inkwell_operator.backends.secrets.desire import encode
from inkwell_operator.backends.secrets.diff import diff
from inkwell_operator.backends.secrets.state import DesiredSecrets
from inkwell_operator.model.plan import Plan
from inkwell_operator.model.plan_text import render_plan, render_step

SCOPE = Scope("tenant-acme", "acme", None, (SECRET,))
DRAWN = {"gateway": ("password",)}


def secret(**data: str) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata("gateway", "acme"),
        "type": "Opaque",
        "data": {key: encode(value) for key, value in data.items()},
    }


def plan(
    want: list[Manifest], have: list[Manifest], drawn: Mapping[str, tuple[str, ...]]
) -> Plan[SecretAction]:
    desired = DesiredSecrets(DesiredObjects.of(SCOPE, want), drawn)
    return diff(desired, ObservedObjects({ObjectRef.of(each): each for each in have}))


def lines(
    want: list[Manifest], have: list[Manifest], drawn: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    return render_plan(plan(want, have, drawn))


def test_a_password_is_drawn_once_and_kept() -> None:
    want, drawn = secret(username="u"), DRAWN
    assert lines([want], [], drawn) == ("+ Secret tenant-acme/gateway",)
    assert lines([want], [secret(username="u", password="p")], drawn) == ()
    changed = plan([secret(username="v")], [secret(username="u", password="p")], drawn)
    (step,) = changed.steps
    assert render_step(step) == "~ Secret tenant-acme/gateway: username"
    assert step.action == PutSecret(Apply(secret(username="v", password="p")))


def test_a_password_that_was_taken_away_is_drawn_again() -> None:
    lost = plan([secret(username="u")], [secret(username="u")], DRAWN)
    (step,) = lost.steps
    assert step.action == PutSecret(Apply(secret(username="u")), ("password",))


def test_a_key_that_somebody_added_is_taken_away_for_good() -> None:
    added = secret(username="u", password="p", extra="x")
    added["metadata"]["uid"] = "uid-1"
    (step,) = plan([secret(username="u")], [added], DRAWN).steps
    assert render_step(step) == "~ Secret tenant-acme/gateway: extra"
    assert step.action == PutSecret(Restore(secret(username="u", password="p"), "uid-1"))


def test_a_secret_of_another_type_is_made_anew_with_the_password_it_had() -> None:
    other = secret(username="u", password="p") | {"type": "example.com/login"}
    (step,) = plan([secret(username="u")], [other], DRAWN).steps
    assert render_step(step) == "~ Secret tenant-acme/gateway: type example.com/login -> Opaque"
    assert step.action == PutSecret(Recreate(secret(username="u", password="p"), ""))


def test_a_secret_that_was_made_immutable_is_made_anew() -> None:
    frozen = secret(username="u", password="p") | {"immutable": True}
    (step,) = plan([secret(username="v")], [frozen], DRAWN).steps
    assert step.action == PutSecret(Recreate(secret(username="v", password="p"), ""))
