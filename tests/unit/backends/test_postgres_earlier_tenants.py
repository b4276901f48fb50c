"""What an earlier Tenant of the name left in PostgreSQL: data, of any version, and logins."""

from dataclasses import replace

import pytest

from inkwell_api.conditions import Reason
from inkwell_api.tenant import RetainedData
from inkwell_operator.backends.postgres.actions import DropLogin, DropSchema, MarkSchema
from inkwell_operator.backends.postgres.desire import Desired, desire
from inkwell_operator.backends.postgres.diff import diff
from inkwell_operator.backends.postgres.state import Observed
from inkwell_operator.model.ownership import Mark
from support import backend_services as services
from support import make
from support.postgres_world import existing, with_login, with_schema

OLD_FORM = Mark("acme")
EARLIER = Mark("acme", "test-installation", "uid-of-an-earlier-acme")
LEFT = "acme.old.archive"


def retained_by_0_1(desired: Desired) -> Observed:
    """Return what a deletion with Retain left under version 0.1: a schema, and no login."""
    return replace(with_schema(existing(desired), mark=OLD_FORM), logins={})


def with_left_login(observed: Observed, mark: Mark) -> Observed:
    """Return the world with a login of a pipeline that the earlier Tenant had."""
    (gateway,) = desire(make.tenant()).logins
    left = replace(gateway.login, name=LEFT, mark=mark)
    return replace(observed, logins={**observed.logins, LEFT: left})


def test_data_that_version_0_1_retained_wait_for_a_word() -> None:
    for subject in (make.tenant(), make.pipeline()):
        plan = diff(desire(subject), retained_by_0_1(desire(make.tenant())))
        assert ([one.reason for one in plan.refusals], plan.steps) == ([Reason.RETAINED_DATA], ())


def test_data_that_version_0_1_retained_are_reused_or_erased_by_a_word_alone() -> None:
    reusing = desire(make.tenant(retainedData=RetainedData.REUSE.value))
    actions = [step.action for step in diff(reusing, retained_by_0_1(reusing)).steps]
    assert any(isinstance(action, MarkSchema) for action in actions)
    assert not any(isinstance(action, DropSchema) for action in actions)
    erasing = desire(make.tenant(retainedData=RetainedData.ERASE.value))
    (step,) = diff(erasing, retained_by_0_1(erasing)).steps
    assert isinstance(step.action, DropSchema)


def test_a_deletion_leaves_what_version_0_1_retained_of_another_tenant() -> None:
    gone = desire(services.absent(make.tenant()))
    assert diff(gone, retained_by_0_1(desire(make.tenant()))).steps == ()


def test_data_of_version_0_1_are_another_installations_where_it_upgrades_them() -> None:
    theirs = Mark("acme", "another-installation", "uid-of-their-acme")
    for wish in RetainedData:
        desired = desire(make.tenant(retainedData=wish.value))
        world = with_login(with_schema(existing(desired), mark=OLD_FORM), mark=theirs)
        plan = diff(desired, world)
        assert ([one.reason for one in plan.refusals], plan.steps) == ([Reason.NAME_TAKEN], ())


@pytest.mark.parametrize("of_login", [OLD_FORM, make.tenant().claim.mark])
def test_a_live_tenant_of_version_0_1_is_marked_anew_however_far_the_upgrade_came(
    of_login: Mark,
) -> None:
    desired = desire(make.tenant())
    world = with_login(with_schema(existing(desired), mark=OLD_FORM), mark=of_login)
    plan = diff(desired, world)
    assert not plan.refusals
    assert any(isinstance(step.action, MarkSchema) for step in plan.steps)
    assert not diff(desire(make.pipeline()), world).refusals


def test_a_deletion_of_a_live_tenant_of_version_0_1_marks_before_the_logins_go() -> None:
    """A crash between login and schema would leave data that look like another Tenant's."""
    gone = desire(services.absent(make.tenant()))
    world = existing(desire(make.tenant()))
    world = with_login(with_schema(world, mark=OLD_FORM), mark=OLD_FORM)
    groups = diff(gone, world).in_order()
    assert [[type(step.action) for step in group] for group in groups] == [
        [MarkSchema],
        [DropLogin],
        [DropSchema],
    ]


def dropped(desired: Desired, world: Observed) -> list[str]:
    """Return the logins that a plan drops."""
    plan = diff(desired, world)
    return [step.action.login for step in plan.steps if isinstance(step.action, DropLogin)]


def test_logins_of_an_earlier_tenants_pipelines_go_when_the_schema_is_ours() -> None:
    desired = desire(make.tenant())
    world = with_left_login(existing(desired), EARLIER)
    assert dropped(desired, world) == [LEFT]
    assert dropped(replace(desired, known_pipelines=frozenset({"old"})), world) == []
    assert dropped(desire(make.pipeline()), world) == []
    back = replace(desired, claim=replace(desired.claim, takes_back=True))
    assert dropped(back, world) == []
    for others in (Mark("acme", "staging", "x"), OLD_FORM, desired.claim.mark):
        assert dropped(desired, with_left_login(existing(desired), others)) == []
    for retain in (True, False):
        gone = desire(services.absent(make.tenant(), retain=retain))
        assert LEFT in dropped(gone, world)


def test_logins_of_an_earlier_tenant_stay_while_its_schema_waits_and_go_before_it_is_erased() -> (
    None
):
    waiting = desire(make.tenant())
    world = with_left_login(with_schema(existing(waiting), mark=EARLIER), EARLIER)
    assert dropped(waiting, world) == []
    assert LEFT not in dropped(desire(services.absent(make.tenant())), world)
    erasing = desire(make.tenant(retainedData=RetainedData.ERASE.value))
    groups = diff(erasing, world).in_order()
    assert [[type(step.action) for step in group] for group in groups] == [
        [DropLogin],
        [DropSchema],
    ]
