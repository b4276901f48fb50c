"""Converge one backend for one subject: observe, plan, apply, observe again.

Called by the reconcilers. Ready means that the second look found nothing left to do.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog

from inkwell_operator.backends.base import Backend
from inkwell_operator.model.errors import NotYetApplied
from inkwell_operator.model.plan import Plan, Refusal, Step
from inkwell_operator.model.plan_text import render_step

D = TypeVar("D")
O = TypeVar("O")  # noqa: E741 - as in backends.base
A = TypeVar("A")

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one backend in one pass.

    Attributes:
        applied: the steps that were made, as people read them.
        planned: the steps that were found and, with mode Plan, not made.
        refusals: what must not be done.
        waits: what has yet to take effect.
    """

    applied: tuple[str, ...] = ()
    planned: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    waits: tuple[str, ...] = ()


async def converge(backend: Backend[D, O, A], desired: D) -> Outcome:
    """Apply what is missing, then look again.

    Raises:
        NotYetApplied: the second look still found something to do.
        InkwellError: whatever the backend raised.
    """
    plan = backend.diff(desired, await backend.observe(desired))
    if not plan.steps:
        return Outcome(refusals=plan.refusals, waits=plan.waits)
    for group in plan.in_order():
        await _apply_all(backend, group)
    rest = backend.diff(desired, await backend.observe(desired))
    if rest.steps:
        raise NotYetApplied(f"accepted, not seen yet: {_summary(rest)}")
    return Outcome(
        applied=tuple(map(render_step, plan.steps)), refusals=rest.refusals, waits=rest.waits
    )


async def preview(backend: Backend[D, O, A], desired: D) -> Outcome:
    """Say what `converge` would do, and do nothing."""
    plan = backend.diff(desired, await backend.observe(desired))
    return Outcome(
        planned=tuple(map(render_step, plan.steps)), refusals=plan.refusals, waits=plan.waits
    )


async def _apply_all(backend: Backend[Any, Any, A], steps: Sequence[Step[A]]) -> None:
    """Make the steps of one group at once; the first error is raised when all have ended."""
    results = await asyncio.gather(
        *(_apply(backend, step) for step in steps), return_exceptions=True
    )
    for result in results:
        if isinstance(result, BaseException):
            raise result


async def _apply(backend: Backend[Any, Any, A], step: Step[A]) -> None:
    await backend.apply(step)
    _log.info("applied", backend=backend.condition.value, step=render_step(step))


def _summary(plan: Plan[Any], limit: int = 3) -> str:
    targets = [step.target for step in plan.steps]
    more = f" and {len(targets) - limit} more" if len(targets) > limit else ""
    return ", ".join(targets[:limit]) + more
