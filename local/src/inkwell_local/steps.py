"""Runs steps as soon as the steps that they wait for are done, several at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from inkwell_local.session import Session


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to have.

    Attributes:
        name: For people, and the name of its log.
        ensure: Makes the thing unless it is there; may be called again at any time.
        after: Names of the steps that must be done first.
    """

    name: str
    ensure: Callable[[Session], object]
    after: tuple[str, ...] = ()


def run(session: Session, steps: Sequence[Step], *, at_once: int) -> None:
    """Run all steps; when one fails, let those at work end, start none, and raise its error.

    Args:
        session: The run they belong to; each step gets it with a log of its own.
        steps: In the order in which they start when several could.
        at_once: How many may be at work at the same time.

    Raises:
        ValueError: A step waits for one that is not among those before it.
    """
    _check_order(steps)
    waiting = list(steps)
    done: set[str] = set()
    failure: BaseException | None = None
    with ThreadPoolExecutor(max_workers=at_once) as pool:
        running: dict[Future[None], Step] = {}
        while running or (waiting and failure is None):
            ready = [step for step in waiting if done.issuperset(step.after)]
            for step in ready[: max(0, at_once - len(running))] if failure is None else ():
                waiting.remove(step)
                running[pool.submit(_run_one, session, step)] = step
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                step = running.pop(future)
                failure = failure or future.exception()
                done.add(step.name)
    if failure is not None:
        raise failure


def _run_one(session: Session, step: Step) -> None:
    with session.progress.step(step.name):
        step.ensure(session.logging_to(step.name.replace(" ", "-").replace("'", "")))


def _check_order(steps: Sequence[Step]) -> None:
    seen: set[str] = set()
    for step in steps:
        if not seen.issuperset(step.after):
            missing = ", ".join(sorted(set(step.after) - seen))
            raise ValueError(f"{step.name} waits for {missing}, which does not come before it")
        seen.add(step.name)
