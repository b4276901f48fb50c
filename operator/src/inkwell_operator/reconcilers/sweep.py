"""Takes away what pipelines left behind that were deleted without the operator.

A finalizer that somebody took off lets a DocumentPipeline go at once, with its logins, topics and
workers still there and nobody to remove them. PostgreSQL names every pipeline that was ever made,
by the login of its archive; that login goes last, so that a crash in between loses sight of none.
"""

from inkwell_api import names
from inkwell_api.tenant import DeletionPolicy
from inkwell_operator.backends.kubernetes_api.kinds import PIPELINE
from inkwell_operator.model.errors import InkwellError
from inkwell_operator.model.validate import Absent, ValidatedTenant
from inkwell_operator.reconcilers.erasure import erase_some
from inkwell_operator.reconcilers.passes import Pass
from inkwell_operator.reconcilers.report import DATA_CONDITIONS


async def sweep(this: Pass, tenant: ValidatedTenant) -> None:
    """Delete, by the Tenant's policy, what belongs to pipelines that do not exist any more."""
    backends = this.context.pool.for_class(tenant.resolved)
    if this.is_planning or not this.report.is_settled(*DATA_CONDITIONS):
        return
    try:
        made = await backends.postgres.pipelines(tenant.claim)
        for pipeline in sorted(made - tenant.known_pipelines):
            if await _is_gone(this, tenant.name, pipeline):
                await _remove(this, tenant, pipeline)
    except InkwellError as error:
        this.report.add_error(backends.postgres.condition, error)


async def _is_gone(this: Pass, tenant: str, pipeline: str) -> bool:
    """Make sure of it: the store may be a moment behind a pipeline that was just made."""
    client = this.context.client
    return await client.get(PIPELINE, pipeline, names.namespace(tenant)) is None


async def _remove(this: Pass, tenant: ValidatedTenant, pipeline: str) -> None:
    retain = tenant.spec.deletion_policy is DeletionPolicy.RETAIN
    absent = Absent(tenant.name, pipeline, retain, tenant.resolved, tenant.claim)
    backends = this.context.pool.for_class(tenant.resolved)
    await this.run(this.context.workloads, absent)
    if not retain and not await erase_some(this, absent):
        return
    others = [backend for backend in backends.all() if backend is not backends.postgres]
    await this.run_all([*others, this.context.secrets], absent)
    if this.report.is_settled(*(backend.condition for backend in others)):
        await this.run(backends.postgres, absent)
