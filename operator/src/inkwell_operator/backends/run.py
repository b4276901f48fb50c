"""Run one backend for one subject: observe, plan, apply, observe again. Called by the reconcilers.

Ready means that the last look found nothing left to do. Where it finds something that was not asked
for yet (a share of the server that other tenants' arrival made smaller), that is applied as well, a
bounded number of times. Whatever goes wrong is a value of the `Outcome`, together with the steps
that were made before it: a change that was made is reported even when a later one failed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

import structlog

from inkwell_operator.backends.base import Backend
from inkwell_operator.model.errors import InkwellError, NotYetApplied, TimedOut
from inkwell_operator.model.plan import Plan, Refusal, Step
from inkwell_operator.model.plan_text import render_step
from inkwell_operator.model.validate import Subject

D = TypeVar("D")
O = TypeVar("O")  # noqa: E741 - as in backends.base
A = TypeVar("A")

BeforeWriting = Callable[[], Awaitable[None]]
"""Awaited before each write of a pass; raises where the pass must not write any more."""

_log = structlog.get_logger()
_ROUNDS: Final = 3
"""How often a pass applies what only its own last look has shown."""


class PassOutdated(Exception):
    """The object of a pass is not what it was, or another replica acts: the pass writes no more."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one backend in one pass.

    Attributes:
        applied: the steps that were made, as people read them, in the order in which they ended.
        planned: the steps that were found and, with mode Plan, not made.
        refusals: what must not be done.
        waits: what has yet to take effect.
        notes: what a person should know of, although nothing is done about it.
        error: what ended the run early, or None.
    """

    applied: tuple[str, ...] = ()
    planned: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    waits: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    error: Exception | None = None


async def _allowed() -> None:
    """Let every write pass."""


async def converge(
    backend: Backend[D, O, A], desired: D, before_writing: BeforeWriting = _allowed
) -> Outcome:
    """Apply what is missing, then look again.

    Raises:
        NotYetApplied: the last look still found something to do.
        PassOutdated: the pass must not write any more.
        InkwellError: whatever the backend raised.
    """
    outcome = await _converge(backend, desired, before_writing, [])
    if outcome.error is not None:
        raise outcome.error
    return outcome


async def preview(backend: Backend[D, O, A], desired: D) -> Outcome:
    """Return what `converge` would do, and do nothing."""
    plan = backend.diff(desired, await backend.observe(desired))
    planned = tuple(map(render_step, plan.steps))
    return replace(_without_steps(plan), planned=planned)


async def attempt(
    backend: Backend[Any, Any, Any],
    subject: Subject,
    *,
    is_planning: bool = False,
    before_writing: BeforeWriting = _allowed,
    deadline_seconds: float | None = None,
) -> Outcome:
    """Run a backend for a subject; whatever goes wrong is in the outcome.

    Args:
        backend: of one system.
        subject: what should be there, or be gone.
        is_planning: only say what would change.
        before_writing: awaited before each write.
        deadline_seconds: longest time for the whole of it.

    Raises:
        PassOutdated: the pass must not write any more; it concerns every backend.
    """
    applied: list[str] = []
    try:
        async with asyncio.timeout(deadline_seconds):
            desired = backend.desire(subject)
            if is_planning:
                outcome = await preview(backend, desired)
            else:
                outcome = await _converge(backend, desired, before_writing, applied)
    except TimeoutError:
        message = f"{backend.condition.value}: not done in {deadline_seconds:g} s; tried again"
        outcome = Outcome(applied=tuple(applied), error=TimedOut(message))
    except (PassOutdated, asyncio.CancelledError):
        raise
    except Exception as error:  # noqa: BLE001 - the edge where a backend's trouble becomes a value
        outcome = Outcome(error=error)
    _log_error(backend, outcome.error)
    return outcome


async def _converge(
    backend: Backend[Any, Any, Any],
    desired: Any,
    before_writing: BeforeWriting,
    applied: list[str],
) -> Outcome:
    """Converge; `applied` is filled on the way, so that nothing is lost by a cancellation."""
    plan = backend.diff(desired, await backend.observe(desired))
    if not plan.steps:
        return _without_steps(plan)
    try:
        for _ in range(_ROUNDS):
            for group in plan.in_order():
                await _apply_all(backend, group, before_writing, applied)
            asked, plan = plan.steps, backend.diff(desired, await backend.observe(desired))
            unseen = [step for step in plan.steps if step in asked]
            if not plan.steps or unseen:
                break
    except PassOutdated:
        raise
    except Exception as error:  # noqa: BLE001 - what was applied before it must not be lost
        return Outcome(applied=tuple(applied), refusals=plan.refusals, error=error)
    outcome = replace(_without_steps(plan), applied=tuple(applied))
    if not plan.steps:
        return outcome
    if unseen:
        message = f"accepted, not seen yet: {_summary(unseen)}"
    else:
        message = f"something else to do at each look, at last: {_summary(plan.steps)}"
    return replace(outcome, error=NotYetApplied(message))


def _without_steps(plan: Plan[Any]) -> Outcome:
    return Outcome(refusals=plan.refusals, waits=plan.waits, notes=plan.notes)


async def _apply_all(
    backend: Backend[Any, Any, A],
    steps: Sequence[Step[A]],
    before_writing: BeforeWriting,
    applied: list[str],
) -> None:
    """Make the steps of one group at once; the first error is raised when all have ended."""

    async def apply(step: Step[A]) -> None:
        await before_writing()
        await backend.apply(step)
        text = render_step(step)
        applied.append(text)
        _log.info("applied", backend=backend.condition.value, step=text)

    results = await asyncio.gather(*map(apply, steps), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result


def _log_error(backend: Backend[Any, Any, Any], error: Exception | None) -> None:
    if isinstance(error, InkwellError):
        _log.warning(
            "backend not as desired",
            backend=backend.condition.value,
            reason=error.reason.value,
            message=error.message,
        )
    elif error is not None:
        _log.error("defect", backend=backend.condition.value, exc_info=error)


def _summary(steps: Sequence[Step[Any]], limit: int = 3) -> str:
    targets = [step.target for step in steps]
    more = f" and {len(targets) - limit} more" if len(targets) > limit else ""
    return ", ".join(targets[:limit]) + more
