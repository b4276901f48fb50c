"""One backend, one subject, one pass: converge it, and put down how that went."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias

import structlog

from inkwell_operator.backends.base import Backend
from inkwell_operator.backends.converge import Outcome, converge, preview
from inkwell_operator.model.errors import InkwellError
from inkwell_operator.model.validate import Subject
from inkwell_operator.reconcilers.report import DATA_CONDITIONS, Report

_log = structlog.get_logger()

Run: TypeAlias = Callable[[Backend[Any, Any, Any], Any], Awaitable[Outcome]]
"""`converge`, or `preview` with mode Plan."""


def run_for(*, is_planning: bool) -> Run:
    """Return how backends are run: for real, or only to see what would change."""
    return preview if is_planning else converge


async def attempt(
    report: Report, backend: Backend[Any, Any, Any], subject: Subject, run: Run = converge
) -> None:
    """Run one backend; whatever goes wrong is its own condition's business and no other's."""
    try:
        outcome = await run(backend, backend.desire(subject))
    except InkwellError as error:
        report.add_error(backend.condition, error)
        _log.warning(
            "backend not as desired",
            backend=backend.condition.value,
            reason=error.reason.value,
            message=error.message,
        )
    except Exception as error:  # noqa: BLE001 - the one edge where a defect becomes a condition
        report.add_error(backend.condition, error)
        _log.exception("defect", backend=backend.condition.value)
    else:
        report.add_outcome(backend.condition, outcome)


async def attempt_all(
    report: Report,
    backends: Sequence[Backend[Any, Any, Any]],
    subject: Subject,
    run: Run = converge,
) -> None:
    """Run backends at the same time; one bad backend hides no other."""
    await asyncio.gather(*(attempt(report, backend, subject, run) for backend in backends))


async def attempt_workloads(
    report: Report, workloads: Backend[Any, Any, Any], subject: Subject, run: Run
) -> None:
    """Run the workers once their logins exist; until then, what runs is left as it is and told of.

    A refusal elsewhere thus takes nothing away from workers that are as they should be.
    """
    if report.is_settled(*DATA_CONDITIONS):
        await attempt(report, workloads, subject, run)
        return
    await attempt(report, workloads, subject, preview)
    seen = report.outcomes.get(workloads.condition)
    if seen is not None and seen.planned:
        del report.outcomes[workloads.condition]
        report.defer_workers()
