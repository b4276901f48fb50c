"""How one pass goes: backends are run with its mode, guard and report; what went wrong is told."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import structlog

from inkwell_api.conditions import Condition, ConditionType
from inkwell_operator.backends.base import Backend
from inkwell_operator.backends.run import BeforeWriting, PassOutdated, attempt
from inkwell_operator.canaries import Writing
from inkwell_operator.context import Context
from inkwell_operator.model.credentials import SecretValues
from inkwell_operator.model.errors import InkwellError
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.model.validate import Subject, ValidatedPipeline, ValidatedTenant
from inkwell_operator.queue import Result, Verdict
from inkwell_operator.reconcilers.dereference import TenantNotLookedAt
from inkwell_operator.reconcilers.report import DATA_CONDITIONS, Report
from inkwell_operator.reconcilers.status import condition_of
from inkwell_operator.store import Stored

_log = structlog.get_logger()
_ISOLATED: Final = ConditionType.ISOLATED
_OF_LOGINS: Final = frozenset({ConditionType.NAMESPACE_READY, *DATA_CONDITIONS})
"""What tells of Secrets with passwords, and of the logins that have them."""


async def complete(
    report: Report, work: Awaitable[str], finish: Callable[[str], Awaitable[Result]]
) -> Result:
    """Do the work of a pass, and tell what came of it, whatever went wrong.

    Args:
        report: gets what went wrong.
        work: everything up to the telling; its value goes to `finish`, or "" where it failed.
        finish: writes the status, or lets the object go.
    """
    found = ""
    try:
        try:
            found = await work
        except (PassOutdated, TenantNotLookedAt):
            raise
        except InkwellError as error:
            report.add_error_everywhere(error)
        except Exception as error:  # noqa: BLE001 - a defect must reach the status, and no further
            _log.exception("defect")
            report.add_error_everywhere(error)
        return await finish(found)
    except TenantNotLookedAt:
        return Result(Verdict.WAITING)
    except PassOutdated as reason:
        _log.info("pass ended", reason=str(reason))
        return Result(Verdict.FAILED)


def keep_opening(context: Context, stored: Stored[Any], report: Report) -> None:
    """Go on telling what let a login in, after a pass that did not come to isolation."""
    if report.isolated is None and not report.is_deleting:
        report.isolated = context.isolation.kept(condition_of(stored.status, _ISOLATED))


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass over one object.

    Attributes:
        context: the clients.
        stored: the object.
        report: gets what came of each backend.
        resolved: the class of the object's tenant.
        is_planning: changes are shown and not made.
        guard: awaited before each write.
    """

    context: Context
    stored: Stored[Any]
    report: Report
    resolved: ResolvedClass
    is_planning: bool
    guard: BeforeWriting

    async def run(self, backend: Backend[Any, Any, Any], subject: Subject) -> None:
        """Run one backend; whatever goes wrong is its own condition's business and no other's."""
        failure = self.resolved.failures.get(backend.condition)
        if failure is not None:
            self.report.add_error(backend.condition, failure)
            return
        outcome = await attempt(
            backend,
            subject,
            is_planning=self.is_planning,
            before_writing=self.guard,
            deadline_seconds=self.context.settings.queue.backend_seconds,
        )
        self.report.add_outcome(backend.condition, outcome)

    async def run_all(self, backends: Sequence[Backend[Any, Any, Any]], subject: Subject) -> None:
        """Run backends at the same time; one bad backend hides no other.

        Raises:
            PassOutdated: the pass must not write any more; none of them runs on by then.
        """
        runs = (self.run(backend, subject) for backend in backends)
        for error in await asyncio.gather(*runs, return_exceptions=True):
            if error is not None:
                raise error

    def data_backends(self) -> tuple[Backend[Any, Any, Any], ...]:
        """Return the backends of the class besides Kubernetes."""
        return self.context.pool.for_class(self.resolved).all()

    async def secret_values(
        self, subject: ValidatedTenant | ValidatedPipeline
    ) -> SecretValues | None:
        """Return what the subject's Secrets hold, or None where they could not be made or read."""
        kind = self.context.secrets.condition
        may_read = self.is_planning or self.report.is_settled(kind)
        is_class_at_fault = kind in self.resolved.failures
        if not may_read and not is_class_at_fault:
            return None
        try:
            return await self.context.secrets.values(self.context.secrets.desire(subject))
        except InkwellError as error:
            self.report.add_error(kind, error)
            return None

    def prove_isolation(self, subject: ValidatedTenant | ValidatedPipeline) -> None:
        """Have the subject's logins tried on what is not its own, in a pass that changed nothing.

        What is being made is made first; the pass that finds its logins made has them tried. It
        waits for no answer: what is known is told, and a proof that runs wakes the object.
        """
        isolation, report = self.context.isolation, self.report
        if self.is_planning:
            return
        uid, before = self.stored.metadata.uid, condition_of(self.stored.status, _ISOLATED)
        serves = report.is_done(ConditionType.WORKERS_READY)
        report.isolated = isolation.told(subject, before, serves=serves)
        live = self.context.store.get(self.stored.key)
        is_there = live is not None and live.metadata.uid == uid
        is_due = isolation.is_due(subject, serves=serves)
        if report.unsettled() or report.applied().keys() & _OF_LOGINS or not is_there:
            isolation.proofs.end(uid)  # its logins may be others by now
        elif is_due and not report.applied():
            prove = partial(self._prove, subject, before, serves=serves)
            basis, told = isolation.basis(subject), report.isolated
            isolation.proofs.begin(self.stored.key, uid, basis, told, prove)
        is_open = isolation.is_open(subject, serves=serves)
        report.is_unproven = is_open and not isolation.proofs.is_running(uid)

    async def _prove(
        self,
        subject: ValidatedTenant | ValidatedPipeline,
        before: Condition | None,
        *,
        serves: bool,
    ) -> Condition | None:
        isolation = self.context.isolation
        backends = self.context.pool.for_class(self.resolved)
        writing = Writing(self.guard, self.context.settings.queue.backend_seconds)
        await isolation.check(subject, backends, writing, serves=serves)
        return isolation.told(subject, before, serves=serves)

    async def run_workloads(self, subject: ValidatedTenant | ValidatedPipeline) -> None:
        """Run the workers; what needs a login that is not there yet waits for that alone."""
        unsettled = frozenset() if self.is_planning else self.report.unsettled()
        await self.run(self.context.workloads, replace(subject, unsettled=unsettled))
