"""Plans for Cassandra are compared with what a person has read: `make golden` rewrites them."""

from dataclasses import replace

import pytest

from inkwell_api.tables import CASSANDRA_TABLES
from inkwell_operator.backends.cassandra.desire import Desired, desire
from inkwell_operator.backends.cassandra.diff import diff
from inkwell_operator.backends.cassandra.state import STRATEGY, Observed
from inkwell_operator.model.plan_text import render_plan
from support import golden, make
from support.cassandra_world import (
    as_desired,
    grant,
    with_keyspace,
    with_login,
    with_table,
)

GOLDEN = make.DATA / "cassandra"
TENANT, PIPELINE = desire(make.tenant()), desire(make.pipeline())
MADE = as_desired(TENANT, PIPELINE)


def drifted() -> Observed:
    """Return the world after somebody changed a little of everything by hand."""
    options = replace(CASSANDRA_TABLES["pages"].options, default_time_to_live=86_400)
    replication = {"class": STRATEGY, "datacenter1": "3", "berlin": "1"}
    grants = grant("mallory", "data/tenant_acme/pages", "SELECT") | grant(
        "backup", "data", "SELECT"
    )
    world = with_table(MADE, "pages", options=options)
    world = with_keyspace(world, replication=replication, views=frozenset({"by_sha256"}))
    world = with_login(world, "acme.gateway", is_superuser=True, members=frozenset({"mallory"}))
    return replace(world, grants=grants)


CASES: dict[str, tuple[Desired, Observed]] = {
    "create-tenant": (TENANT, Observed()),
    "create-pipeline": (PIPELINE, as_desired(TENANT)),
    "drift": (TENANT, drifted()),
    "refused": (TENANT, replace(MADE, marks={})),
    "delete-and-retain": (desire(make.absent(retain=True)), MADE),
    "delete": (desire(make.absent(retain=False)), MADE),
}


@pytest.mark.parametrize("case", CASES)
def test_a_plan_is_as_reviewed(case: str) -> None:
    desired, observed = CASES[case]
    text = "".join(f"{line}\n" for line in render_plan(diff(desired, observed)))
    path = GOLDEN / f"{case}.plan.txt"
    golden.check(path, text)
