"""Brings a Tenant to its spec.

Reads as a table of contents: resolve, validate, walls, Secrets, the data backends side by side, the
gateway, status.
"""

from dataclasses import replace

from inkwell_api import names
from inkwell_api.conditions import BACKEND_CONDITIONS, ConditionType, Reason
from inkwell_api.tenant import DeletionPolicy, Mode, Tenant
from inkwell_operator.backends.kubernetes.secrets import PASSWORD
from inkwell_operator.backends.kubernetes.state import PIPELINE, Manifest
from inkwell_operator.context import Context
from inkwell_operator.model.errors import InkwellError
from inkwell_operator.model.validate import Absent, PipelineFacts, ValidatedTenant, validate_tenant
from inkwell_operator.queue import Key, Result, Verdict
from inkwell_operator.reconcilers.attempt import attempt, attempt_all, attempt_workloads, run_for
from inkwell_operator.reconcilers.claims import claim_for
from inkwell_operator.reconcilers.credentials import demand_passwords
from inkwell_operator.reconcilers.parse import parse_tenant, pipeline_or_none
from inkwell_operator.reconcilers.report import DATA_CONDITIONS, Report
from inkwell_operator.reconcilers.status import StatusWriter


class TenantReconciler:
    """Reconciles Tenants."""

    def __init__(self, context: Context, status: StatusWriter) -> None:
        """Work with the clients of `context`."""
        self._context = context
        self._status = status

    async def reconcile(self, key: Key) -> Result:
        """Make one pass over one Tenant."""
        body = self._context.watched.get(key)
        if body is None:
            return Result(Verdict.GONE)
        report = Report(is_deleting="deletionTimestamp" in body["metadata"])
        if report.is_deleting and names.FINALIZER not in body["metadata"].get("finalizers", ()):
            return Result(Verdict.GONE)
        gateway_url = (body.get("status") or {}).get("gatewayUrl", "")
        try:
            tenant = parse_tenant(body)
            if report.is_deleting:
                await self._remove(tenant, report)
            else:
                gateway_url = await self._provision(body, tenant, report, gateway_url)
        except InkwellError as error:
            report.add_error_everywhere(error)
        if report.is_deleting and report.is_done(*BACKEND_CONDITIONS):
            await self._status.set_finalizer(body, present=False)
            return Result(Verdict.GONE)
        extra = {"namespace": names.namespace(key.name), "gatewayUrl": gateway_url}
        await self._status.write(body, report, extra)
        return report.verdict()

    async def _provision(self, body: Manifest, tenant: Tenant, report: Report, url: str) -> str:
        """Make everything be there, and return the gateway's address."""
        context = self._context
        name = tenant.metadata.name
        resolved = await context.classes.resolve(tenant.spec.class_name)
        claim = claim_for(context, tenant)
        valid = validate_tenant(name, tenant.spec, resolved, claim, self._pipelines(name))
        is_planning = valid.spec.mode is Mode.PLAN
        report.is_suspended = valid.spec.suspended
        run = run_for(is_planning=is_planning)
        if not is_planning:
            await self._status.set_finalizer(body, present=True)
        await attempt(report, context.walls, valid, run)
        if report.is_settled(ConditionType.NAMESPACE_READY):
            await attempt(report, context.secrets, valid, run)
        if not report.is_settled(ConditionType.NAMESPACE_READY):
            report.defer_rest(ConditionType.NAMESPACE_READY)
            return url
        valid = await self._with_credentials(valid)
        if not is_planning:
            demand_passwords((valid.gateway,))
        await attempt_all(report, context.pool.for_class(resolved).all(), valid, run)
        await attempt_workloads(report, context.workloads, valid, run)
        return await self._gateway_url(report, valid, url)

    async def _with_credentials(self, valid: ValidatedTenant) -> ValidatedTenant:
        secrets = self._context.secrets
        values = (await secrets.values(secrets.desire(valid))).get(names.GATEWAY_WORKLOAD, {})
        return replace(valid, gateway=replace(valid.gateway, password=values.get(PASSWORD, "")))

    async def _gateway_url(self, report: Report, valid: ValidatedTenant, known: str) -> str:
        workers = report.outcomes.get(ConditionType.WORKERS_READY)
        if known and not (workers and workers.applied):
            return known
        return await self._context.workloads.gateway_url(valid.name, valid.resolved.spec.gateway)

    def _pipelines(self, tenant: str) -> tuple[PipelineFacts, ...]:
        """Return the tenant's pipelines; one that does not parse is its own business."""
        return tuple(
            PipelineFacts(pipeline.metadata.name, pipeline.spec)
            for body in self._context.watched.pipelines_of(tenant)
            if "deletionTimestamp" not in body["metadata"]
            and (pipeline := pipeline_or_none(body)) is not None
        )

    async def _remove(self, tenant: Tenant, report: Report) -> None:
        """Take everything away that is to go, in the opposite order of making it."""
        context, name = self._context, tenant.metadata.name
        if await self._remove_pipelines(name, report):
            return
        resolved = await context.classes.resolve(tenant.spec.class_name)
        retain = tenant.spec.deletion_policy is DeletionPolicy.RETAIN
        absent = Absent(name, None, retain, resolved, claim_for(context, tenant))
        await attempt(report, context.workloads, absent)
        if report.is_done(ConditionType.WORKERS_READY):
            await attempt_all(report, context.pool.for_class(resolved).all(), absent)
        if report.is_done(*DATA_CONDITIONS):
            await attempt(report, context.walls, absent)

    async def _remove_pipelines(self, tenant: str, report: Report) -> bool:
        """Delete the tenant's pipelines, whose finalizers clean up; say whether any are left."""
        bodies = self._context.watched.pipelines_of(tenant)
        for pipeline in bodies:
            metadata = pipeline["metadata"]
            if "deletionTimestamp" not in metadata:
                await self._context.client.delete(
                    PIPELINE, metadata["name"], metadata["namespace"], metadata["uid"]
                )
        if bodies:
            left = ", ".join(pipeline["metadata"]["name"] for pipeline in bodies)
            for kind in BACKEND_CONDITIONS:
                report.defer(kind, Reason.DELETING, f"waits for its pipelines to go: {left}")
        return bool(bodies)
