"""Wherever the operator dies in a plan for Cassandra, its next pass ends where this one would."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkwell_operator.backends.cassandra.desire import Desired, desire
from inkwell_operator.backends.cassandra.diff import diff
from inkwell_operator.backends.cassandra.state import STRATEGY, Kind, Observed
from inkwell_operator.model.ownership import Mark
from support import make
from support.cassandra_pretend import applied
from support.cassandra_world import as_desired, grant, with_keyspace, with_login

TENANT, PIPELINE = desire(make.tenant()), desire(make.pipeline())
MADE = as_desired(TENANT, PIPELINE)
OLD_FORM = as_desired(TENANT, PIPELINE, mark=Mark("acme"))
EARLIER = as_desired(TENANT, PIPELINE, mark=replace(TENANT.claim.mark, uid="an-earlier-one"))
DRIFTED = replace(
    with_login(
        with_keyspace(MADE, replication={"class": STRATEGY, "datacenter1": "3"}, tables={}),
        "acme.gateway",
        is_superuser=True,
        permissions=frozenset(),
    ),
    grants=grant("mallory", "data/tenant_acme", "SELECT"),
)
CHANGES: dict[str, tuple[Desired, Observed]] = {
    "create": (TENANT, Observed()),
    "create a pipeline": (PIPELINE, as_desired(TENANT)),
    "mend": (TENANT, DRIFTED),
    "upgrade from 0.1": (TENANT, OLD_FORM),
    "go on with an earlier one's": (desire(make.tenant(retainedData="Reuse")), EARLIER),
    "start anew": (desire(make.tenant(retainedData="Erase")), EARLIER),
    "delete": (desire(make.absent(retain=False)), MADE),
    "delete one of 0.1": (desire(make.absent(retain=False)), OLD_FORM),
    "delete and retain": (desire(make.absent(retain=True)), MADE),
}
MOST_PASSES = 3


def owns_everything(world: Observed) -> bool:
    """Say whether nothing is there that no mark leads to."""
    roles = {name for kind, name in world.marks if kind is Kind.ROLE}
    keyspaces = {name for kind, name in world.marks if kind is Kind.KEYSPACE}
    is_marked = world.keyspace is None or world.keyspace.name in keyspaces
    return is_marked and world.logins.keys() <= roles


@pytest.mark.parametrize("case", CHANGES)
@given(survives=st.integers(0, 12))
def test_a_pass_that_dies_is_finished_by_the_next(case: str, survives: int) -> None:
    desired, world = CHANGES[case]
    done = diff(desired, world).steps[: survives + 1]
    for number, step in enumerate(done, start=1):
        world = applied(world, step.action, dies_half_way=number == len(done))
        assert owns_everything(world)
    for _ in range(MOST_PASSES):
        plan = diff(desired, world)
        assert not plan.refusals
        for step in plan.steps:
            world = applied(world, step.action)
    assert diff(desired, world).is_empty
    assert (world.keyspace is None) == desired.is_data_gone
    assert owns_everything(world)
