"""Pure parts of the data backends: what is desired, and what a diff makes of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkwell_operator.backends import kafka, postgres
from inkwell_operator.backends.kafka import desire as kafka_desire
from inkwell_operator.backends.kafka import diff as kafka_diff
from inkwell_operator.backends.kafka import state as kafka_state
from inkwell_operator.backends.postgres import desire as postgres_desire
from inkwell_operator.backends.postgres import diff as postgres_diff
from inkwell_operator.backends.postgres import state as postgres_state
from inkwell_operator.model.passwords import new_password, scram_iterations
from support import make

ALL = (kafka, postgres)


def test_another_password_is_seen_by_its_verifier_in_postgres() -> None:
    one, two = make.pipeline(), make.pipeline(password="another")
    facts = [postgres_desire.desire(subject).logins[0].login.facts for subject in (one, two)]
    assert facts[0] != facts[1]


@given(st.text(max_size=40))
def test_a_new_password_always_differs_by_its_iterations(previous: str) -> None:
    fresh = new_password(previous)
    assert scram_iterations(fresh) != scram_iterations(previous)
    assert 4096 < scram_iterations(fresh) <= 16384


@pytest.mark.parametrize("backend", ALL, ids=lambda module: module.__name__.rpartition(".")[2])
def test_no_plan_or_desired_state_shows_a_password(backend: object) -> None:
    module = {
        kafka: (kafka_desire, kafka_diff, kafka_state.Observed()),
        postgres: (postgres_desire, postgres_diff, postgres_state.Observed()),
    }[backend]  # type: ignore[index]  # a module
    for subject in (make.tenant(password="hush-hush"), make.pipeline(password="hush-hush")):
        desired = module[0].desire(subject)
        plan = module[1].diff(desired, module[2])
        shown = "\n".join([repr(desired), repr(plan), *(repr(s.action) for s in plan.steps)])
        assert "hush-hush" not in shown
