"""The protocol on a backend of numbers: what holds for it must hold for every backend."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from inkwell_api.conditions import ConditionType
from inkwell_operator.backends.run import converge, preview
from inkwell_operator.model.errors import NotYetApplied, Unreachable
from inkwell_operator.model.plan import FieldChange, Plan, PlanBuilder, Step, Verb
from inkwell_operator.model.plan_text import render_step
from inkwell_operator.model.validate import Subject

State = dict[str, int]
states = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 3))


@dataclass
class Numbers:
    """A backend in memory: names with numbers that may only grow."""

    world: State = field(default_factory=dict)
    is_deaf: bool = False
    dies_after: int | None = None
    writes: int = 0
    condition: ConditionType = ConditionType.KAFKA_READY

    def desire(self, subject: Subject) -> State:
        raise NotImplementedError

    async def observe(self, desired: State) -> State:
        del desired
        return dict(self.world)

    def diff(self, desired: State, observed: State) -> Plan[tuple[str, int | None]]:
        plan: PlanBuilder[tuple[str, int | None]] = PlanBuilder()
        for name, want in sorted(desired.items()):
            have = observed.get(name)
            if have is None:
                plan.add(Step(Verb.CREATE, name, (name, want)))
            elif have > want:
                plan.refuse(f"{name} cannot shrink from {have} to {want}")
            elif have < want:
                plan.add(Step(Verb.UPDATE, name, (name, want)))
        for name in sorted(observed.keys() - desired.keys()):
            plan.add(Step(Verb.DELETE, name, (name, None), order=1))
        return plan.build()

    async def apply(self, step: Step[tuple[str, int | None]]) -> None:
        if self.dies_after is not None and self.writes >= self.dies_after:
            raise Unreachable("gone")
        self.writes += 1
        if self.is_deaf:
            return
        name, value = step.action
        if value is None:
            self.world.pop(name, None)
        else:
            self.world[name] = value


def grown(desired: State, observed: State) -> State:
    """Return what must be there in the end: as desired, where nothing had to shrink."""
    return {name: max(want, observed.get(name, 0)) for name, want in desired.items()}


@given(states, states)
async def test_after_a_pass_the_world_is_as_desired(desired: State, observed: State) -> None:
    backend = Numbers(dict(observed))
    outcome = await converge(backend, desired)
    assert backend.world == grown(desired, observed)
    assert bool(outcome.refusals) == any(observed.get(n, 0) > v for n, v in desired.items())


@given(states, states)
async def test_a_second_pass_writes_nothing(desired: State, observed: State) -> None:
    backend = Numbers(dict(observed))
    await converge(backend, desired)
    backend.writes = 0
    assert (await converge(backend, desired)).applied == ()
    assert backend.writes == 0


@given(states, states, st.integers(0, 6))
async def test_a_crash_after_any_step_is_made_good_by_the_next_pass(
    desired: State, observed: State, steps: int
) -> None:
    backend = Numbers(dict(observed), dies_after=steps)
    try:
        await converge(backend, desired)
    except Unreachable:
        backend.dies_after = None
        await converge(backend, desired)
    assert backend.world == grown(desired, observed)


@given(states, states)
async def test_a_preview_shows_the_steps_and_changes_nothing(
    desired: State, observed: State
) -> None:
    backend = Numbers(dict(observed))
    shown = await preview(backend, desired)
    assert backend.world == observed
    done = await converge(backend, desired)
    assert shown.planned == done.applied
    assert shown.refusals == done.refusals


async def test_what_was_accepted_and_is_not_seen_is_not_ready() -> None:
    with pytest.raises(NotYetApplied, match="a"):
        await converge(Numbers(is_deaf=True), {"a": 1})


class Sharing(Numbers):
    """A backend whose share of a server grows smaller while a pass writes, as others arrive."""

    arrivals: int = 0

    @override
    async def observe(self, desired: State) -> State:
        if self.writes and self.arrivals:
            self.arrivals -= 1
            desired["share"] += 1
        return dict(self.world)


@pytest.mark.parametrize("arrivals", [1, 2])
async def test_what_only_the_second_look_shows_is_applied_in_the_same_pass(arrivals: int) -> None:
    backend = Sharing()
    backend.arrivals = arrivals
    outcome = await converge(backend, {"share": 1})
    assert len(outcome.applied) == 1 + arrivals
    assert backend.world == {"share": 1 + arrivals}


async def test_a_pass_ends_although_each_look_shows_something_else() -> None:
    backend = Sharing()
    backend.arrivals = 1000
    with pytest.raises(NotYetApplied, match="something else to do at each look, at last: share"):
        await converge(backend, {"share": 1})
    assert backend.writes == 3


def test_a_plan_reads_well_and_holds_no_action() -> None:
    step = Step(Verb.UPDATE, "topic acme.x", "s3cret", (FieldChange("partitions", "4", "8"),))
    assert render_step(step) == "~ topic acme.x: partitions 4 -> 8"
    assert "s3cret" not in repr(step)


def test_steps_are_grouped_by_order_and_keep_their_own() -> None:
    plan: PlanBuilder[None] = PlanBuilder()
    for target, order in (("late", 2), ("first", 0), ("second", 0)):
        plan.add(Step(Verb.CREATE, target, None, order=order))
    groups = [[step.target for step in group] for group in plan.build().in_order()]
    assert groups == [["first", "second"], ["late"]]
