"""What an earlier Tenant of the name left in Cassandra: data, of any version, and logins."""

from dataclasses import replace

import pytest

from inkwell_api.conditions import Reason
from inkwell_api.tenant import RetainedData
from inkwell_operator.backends.cassandra.actions import DropKeyspace, DropLogin, WriteMark
from inkwell_operator.backends.cassandra.desire import Desired, desire
from inkwell_operator.backends.cassandra.diff import diff
from inkwell_operator.backends.cassandra.state import Kind, Observed
from inkwell_operator.model.ownership import Mark
from support import make
from support.cassandra_world import as_desired

OLD_FORM = Mark("acme")
EARLIER = Mark("acme", "test-installation", "uid-of-an-earlier-acme")
LEFT = "acme.old.ocr"
TENANT = desire(make.tenant())
KEYSPACE = (Kind.KEYSPACE, TENANT.keyspace)
RETAINED = replace(as_desired(TENANT), logins={}, marks={KEYSPACE: OLD_FORM})
"""What a deletion with Retain left under version 0.1: a keyspace, and no login."""


def with_mark(observed: Observed, kind: Kind, name: str, mark: Mark) -> Observed:
    return replace(observed, marks={**observed.marks, (kind, name): mark})


def test_data_that_version_0_1_retained_wait_for_a_word() -> None:
    for subject in (make.tenant(), make.pipeline()):
        plan = diff(desire(subject), RETAINED)
        assert ([one.reason for one in plan.refusals], plan.steps) == ([Reason.RETAINED_DATA], ())


def test_data_that_version_0_1_retained_are_reused_or_erased_by_a_word_alone() -> None:
    reusing = desire(make.tenant(retainedData=RetainedData.REUSE.value))
    actions = [step.action for step in diff(reusing, RETAINED).steps]
    assert WriteMark(reusing.claim.mark, OLD_FORM, *KEYSPACE) in actions
    assert not any(isinstance(action, DropKeyspace) for action in actions)
    erasing = desire(make.tenant(retainedData=RetainedData.ERASE.value))
    (step,) = diff(erasing, RETAINED).steps
    assert step.action == DropKeyspace(erasing.claim.mark, OLD_FORM, TENANT.keyspace)


def test_a_deletion_leaves_what_version_0_1_retained_of_another_tenant() -> None:
    assert diff(desire(make.absent(retain=False)), RETAINED).steps == ()


def test_a_row_of_version_0_1_without_its_keyspace_holds_nothing_up() -> None:
    world = replace(RETAINED, keyspace=None)
    assert not diff(TENANT, world).refusals
    (step,) = diff(desire(make.absent(retain=False)), world).steps
    assert isinstance(step.action, DropKeyspace)


@pytest.mark.parametrize("of_login", [OLD_FORM, TENANT.claim.mark])
def test_a_live_tenant_of_version_0_1_is_marked_anew_however_far_the_upgrade_came(
    of_login: Mark,
) -> None:
    world = with_mark(as_desired(TENANT, mark=of_login), *KEYSPACE, OLD_FORM)
    plan = diff(TENANT, world)
    assert not plan.refusals
    assert WriteMark(TENANT.claim.mark, OLD_FORM, *KEYSPACE) in [s.action for s in plan.steps]
    assert not diff(desire(make.pipeline()), world).refusals


def dropped(desired: Desired, world: Observed) -> list[str]:
    """Return the logins that a plan drops."""
    plan = diff(desired, world)
    return [step.action.name for step in plan.steps if isinstance(step.action, DropLogin)]


def test_logins_of_an_earlier_tenants_pipelines_go_when_the_keyspace_is_ours() -> None:
    made = as_desired(TENANT)
    world = with_mark(made, Kind.ROLE, LEFT, EARLIER)
    assert dropped(TENANT, world) == [LEFT]
    known = desire(replace(make.tenant(), known_pipelines=frozenset({"old"})))
    assert dropped(known, world) == []
    assert dropped(desire(make.pipeline()), world) == []
    back = replace(TENANT, claim=replace(TENANT.claim, takes_back=True))
    assert dropped(back, world) == []
    for others in (Mark("acme", "staging", "x"), OLD_FORM, TENANT.claim.mark):
        assert dropped(TENANT, with_mark(made, Kind.ROLE, LEFT, others)) == []
    for retain in (True, False):
        assert LEFT in dropped(desire(make.absent(retain=retain)), world)


def test_logins_of_an_earlier_tenant_stay_while_its_keyspace_waits_and_go_with_it() -> None:
    world = with_mark(as_desired(TENANT, mark=EARLIER), Kind.ROLE, LEFT, EARLIER)
    assert dropped(TENANT, world) == []
    assert dropped(desire(make.absent(retain=False)), world) == []
    erasing = desire(make.tenant(retainedData=RetainedData.ERASE.value))
    assert dropped(erasing, world) == ["acme.gateway", LEFT]
