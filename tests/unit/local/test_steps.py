"""Steps start when what they wait for is done, and a failure starts no more of them."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from inkwell_local import steps
from inkwell_local.errors import LocalError
from inkwell_local.places import Places
from inkwell_local.progress import Progress
from inkwell_local.session import Session
from inkwell_local.steps import Step
from inkwell_local.up import UP


@pytest.fixture
def session(tmp_path: Path) -> Session:
    places = Places(cache=tmp_path / "cache", state=tmp_path / "state", checkout=tmp_path)
    return Session.begin(places, Progress(io.StringIO()), "test")


def noting(done: list[str], name: str) -> Callable[[Session], None]:
    return lambda _: done.append(name)


def test_a_step_waits_for_those_before_it(session: Session) -> None:
    done: list[str] = []
    todo = [
        Step("root", noting(done, "root")),
        Step("image", noting(done, "image"), after=("root",)),
        Step("cluster", noting(done, "cluster"), after=("image",)),
    ]
    steps.run(session, todo, at_once=4)
    assert done == ["root", "image", "cluster"]


def test_independent_steps_run_at_the_same_time(session: Session) -> None:
    met = threading.Barrier(2, timeout=10)
    todo = [Step("one", lambda _: met.wait()), Step("two", lambda _: met.wait())]
    steps.run(session, todo, at_once=2)
    assert not met.broken


def test_no_more_than_allowed_run_at_the_same_time(session: Session) -> None:
    running = threading.Semaphore(1)

    def alone(_: Session) -> None:
        assert running.acquire(blocking=False)
        running.release()

    steps.run(session, [Step(str(number), alone) for number in range(5)], at_once=1)


def test_after_a_failure_nothing_more_starts_and_its_error_is_raised(session: Session) -> None:
    done: list[str] = []

    def fail(_: Session) -> None:
        raise LocalError("the disk is full")

    todo = [
        Step("first", fail),
        Step("waits", noting(done, "waits"), after=("first",)),
        Step("could start", noting(done, "could start")),
    ]
    with pytest.raises(LocalError, match="the disk is full"):
        steps.run(session, todo, at_once=1)
    assert done == []


def test_a_step_may_not_wait_for_a_later_one(session: Session) -> None:
    todo = [
        Step("a", noting([], "a"), after=("b",)),
        Step("b", noting([], "b")),
    ]
    with pytest.raises(ValueError, match="a waits for b"):
        steps.run(session, todo, at_once=1)


def test_each_step_has_a_log_of_its_own(session: Session) -> None:
    logs: list[str] = []
    step = Step("services' images", lambda one: logs.append(one.shell.log.name))
    steps.run(session, [step], at_once=1)
    assert logs == ["services-images.log"]


def test_what_up_does_is_in_an_order_that_can_be_run() -> None:
    seen: set[str] = set()
    for step in UP:
        assert seen.issuperset(step.after)
        assert step.name not in seen
        seen.add(step.name)


def test_the_summary_names_every_finished_step_longest_first() -> None:
    clock = iter([0.0, 0.0, 0.0, 0.0, 5.0, 5.0, 5.0, 5.0, 7.0, 7.0, 7.0])
    progress = Progress(io.StringIO(), clock=lambda: next(clock))
    with progress.step("long"):
        pass
    with progress.step("short"):
        pass
    names = [line.split()[1] for line in progress.summary().splitlines()[1:]]
    assert names == ["long", "short"]
