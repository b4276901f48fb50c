"""Pure parts of the Cassandra backend: what is desired, and what a diff makes of it."""

import secrets
import sys

import bcrypt

from inkwell_api.conditions import Reason
from inkwell_operator.backends.cassandra.desire import desire
from inkwell_operator.backends.cassandra.diff import diff
from inkwell_operator.backends.cassandra.password_hash import hash_of
from inkwell_operator.backends.cassandra.state import Kind, Observed
from support import make


def test_cassandra_hash_is_the_same_each_time_and_proves_the_password() -> None:
    stored = hash_of("acme.gateway", "secret")
    assert stored == hash_of("acme.gateway", "secret")
    assert stored != hash_of("acme.invoices.ocr", "secret")
    assert stored.startswith("$2a$04$")
    assert bcrypt.checkpw(b"secret", stored.encode())


def test_no_password_is_kept_for_its_hash() -> None:
    password = secrets.token_urlsafe()
    holders = sys.getrefcount(password)
    hash_of("acme.gateway", password)
    assert sys.getrefcount(password) == holders


def test_a_keyspace_without_our_mark_is_refused() -> None:
    desired = desire(make.tenant())
    assert desired.keyspace is not None
    seen = Observed(keyspace=desired.keyspace)
    plan = diff(desired, seen)
    assert [refusal.reason for refusal in plan.refusals] == [Reason.NAME_TAKEN]
    assert not [step for step in plan.steps if "keyspace" in step.target]


def test_a_mark_without_its_keyspace_is_removed_with_the_tenant() -> None:
    marks = frozenset({(Kind.KEYSPACE, "tenant_acme")})
    gone = desire(make.absent(retain=False))
    plan = diff(gone, Observed(marks=marks))
    assert [step.target for step in plan.steps] == ["keyspace tenant_acme"]
    kept = desire(make.absent(retain=True))
    assert diff(kept, Observed(marks=marks)).is_empty


def test_another_password_has_another_hash() -> None:
    one, two = (
        {login.password_hash for login in desire(subject).logins.values()}
        for subject in (make.pipeline(), make.pipeline(password="another"))
    )
    assert not one & two


def test_no_plan_or_desired_state_shows_a_password() -> None:
    for subject in (make.tenant(password="hush-hush"), make.pipeline(password="hush-hush")):
        desired = desire(subject)
        plan = diff(desired, Observed())
        shown = "\n".join([repr(desired), repr(plan), *(repr(s.action) for s in plan.steps)])
        assert "hush-hush" not in shown
