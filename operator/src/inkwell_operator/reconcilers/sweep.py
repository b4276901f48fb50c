"""Takes away what pipelines left behind that were deleted without the operator.

A finalizer that somebody took off lets a DocumentPipeline go at once, with its logins, topics and
workers still there and nobody to remove them. PostgreSQL names every pipeline that was ever made,
by the login of its archive; that login goes last, so that a crash in between loses sight of none.
What a pipeline left that was let go on purpose stays for as long as the record of it does.

One pipeline a pass, with a report of its own: what is left of it holds up no other pipeline of the
tenant, and no worker of the queue for longer than a deletion does. Where somebody has to act before
anything of it can go, the next is swept.
"""

from dataclasses import replace
from typing import Final

from inkwell_api import names
from inkwell_api.tenant import DeletionPolicy
from inkwell_operator.backends.kubernetes_api.kinds import CONFIG_MAP, PIPELINE
from inkwell_operator.backends.run import Outcome, PassOutdated
from inkwell_operator.model.errors import InkwellError
from inkwell_operator.model.validate import Absent, ValidatedTenant
from inkwell_operator.queue import Verdict
from inkwell_operator.reconcilers.erasure import close
from inkwell_operator.reconcilers.passes import Pass
from inkwell_operator.reconcilers.report import DATA_CONDITIONS, Report
from inkwell_operator.reconcilers.status import orphan_name

_STUCK: Final = frozenset({Verdict.BLOCKED, Verdict.DONE})
"""Of a pass that changed nothing: something is refused, and no time will change that."""


async def sweep(this: Pass, tenant: ValidatedTenant) -> None:
    """Delete, by the Tenant's policy, what belongs to a pipeline that does not exist any more."""
    backends = this.context.pool.for_class(tenant.resolved)
    if this.is_planning or not this.report.is_settled(*DATA_CONDITIONS):
        return
    try:
        made = await backends.postgres.pipelines(tenant.claim)
        for pipeline in sorted(made - tenant.known_pipelines):
            if not await _is_swept(this, tenant.name, pipeline):
                continue
            if not await _sweep_one(this, tenant, pipeline):
                return
    except InkwellError as error:
        this.report.add_error(backends.postgres.condition, error)


async def _is_swept(this: Pass, tenant: str, pipeline: str) -> bool:
    """Whether a pipeline is gone, and nobody asked for what it left to stay (`record_orphan`)."""
    if not await _is_gone(this, tenant, pipeline):
        return False
    record = orphan_name(PIPELINE.kind, names.namespace(tenant), pipeline)
    home = this.context.settings.namespace
    return await this.context.client.get(CONFIG_MAP, record, home) is None


async def _is_gone(this: Pass, tenant: str, pipeline: str) -> bool:
    """Make sure of it: the store may be a moment behind a pipeline that was just made."""
    client = this.context.client
    return await client.get(PIPELINE, pipeline, names.namespace(tenant)) is None


async def _sweep_one(this: Pass, tenant: ValidatedTenant, pipeline: str) -> bool:
    """Remove what is left of one, and tell on the Tenant what was removed and what is left.

    Returns:
        whether nothing of it can go before somebody acts, which would keep the next waiting.
    """

    async def guard() -> None:
        await this.guard()
        if not await _is_gone(this, tenant.name, pipeline):
            raise PassOutdated(f"DocumentPipeline {pipeline} was made again")

    one = replace(this, report=Report(is_deleting=True), guard=guard)
    try:
        await _remove(one, tenant, pipeline)
    except InkwellError as error:
        one.report.add_error_everywhere(error)
    for kind, steps in one.report.applied().items():
        this.report.add_outcome(kind, Outcome(applied=steps))
    this.report.has_more = True
    summary, *_ = one.report.conditions()
    left = f"what DocumentPipeline {pipeline}, which is gone, left behind is {summary.message}"
    kind = this.context.workloads.condition
    this.report.remarks[kind] = (*this.report.remarks.get(kind, ()), left)
    return not one.report.applied() and one.report.verdict().verdict in _STUCK


async def _remove(this: Pass, tenant: ValidatedTenant, pipeline: str) -> None:
    retain = tenant.spec.deletion_policy is DeletionPolicy.RETAIN
    absent = Absent(tenant.name, pipeline, retain, tenant.resolved, tenant.claim)
    if not await close(this, absent):
        return
    backends = this.context.pool.for_class(tenant.resolved)
    others = [backend for backend in backends.all() if backend is not backends.postgres]
    await this.run_all([*others, this.context.secrets], absent)
    if this.report.is_settled(*(backend.condition for backend in others)):
        await this.run(backends.postgres, absent)
