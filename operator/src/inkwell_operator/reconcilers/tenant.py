"""Brings a Tenant to its spec, or takes it away.

Reads as a table of contents: dereference, validate, namespace and Secrets, credentials, the data
backends side by side, the gateway. What each step found is in the `Report`; `status` writes it.
"""

from collections.abc import Callable
from typing import Final

from inkwell_api import names
from inkwell_api.conditions import BACKEND_CONDITIONS, ConditionType, Reason
from inkwell_api.tenant import DeletionPolicy, Mode
from inkwell_operator.backends.kubernetes_api.kinds import PIPELINE
from inkwell_operator.context import Context
from inkwell_operator.findings import TenantFindings
from inkwell_operator.model.credentials import with_password
from inkwell_operator.model.errors import InvalidSpec
from inkwell_operator.model.quotas import lowered_quotas
from inkwell_operator.model.validate import Absent, ValidatedTenant, validate_tenant
from inkwell_operator.queue import Key, Result, Verdict
from inkwell_operator.reconcilers import dereference
from inkwell_operator.reconcilers.guard import WriteGuard
from inkwell_operator.reconcilers.passes import Pass, complete, keep_opening
from inkwell_operator.reconcilers.report import DATA_CONDITIONS, Report
from inkwell_operator.reconcilers.status import StatusWriter
from inkwell_operator.reconcilers.sweep import sweep
from inkwell_operator.store import StoredTenant

_NAMESPACE: Final = ConditionType.NAMESPACE_READY
_WORKERS: Final = ConditionType.WORKERS_READY


class TenantReconciler:
    """Reconciles Tenants."""

    def __init__(
        self, context: Context, status: StatusWriter, wake_pipelines: Callable[[str], None]
    ) -> None:
        """Work with the clients of `context`.

        Args:
            context: the clients.
            status: writes what a pass found.
            wake_pipelines: is called with a Tenant's name when its findings have changed.
        """
        self._context = context
        self._status = status
        self._wake_pipelines = wake_pipelines

    async def reconcile(self, key: Key) -> Result:
        """Make one pass over one Tenant."""
        stored = self._context.store.tenant(key.name)
        if stored is None or (stored.is_deleting and not stored.has_finalizer):
            self._context.findings.forget(key.name)
            return Result(Verdict.GONE)
        context = self._context
        report = Report(is_deleting=stored.is_deleting)
        guard = WriteGuard(context.client, context.check_leadership, stored)
        work = self._remove if stored.is_deleting else self._provision
        return await complete(
            report,
            work(stored, report, guard),
            lambda url: self._finish(stored, report, guard, url),
        )

    async def _finish(
        self, stored: StoredTenant, report: Report, guard: WriteGuard, url: str
    ) -> Result:
        """Tell what was found, or let the object go."""
        if report.is_deleting and report.is_done(*BACKEND_CONDITIONS) and not report.plan():
            await guard()
            await self._status.set_finalizer(stored, present=False)
            self._context.findings.forget(stored.key.name)
            self._context.isolation.forget(stored.metadata.uid)
            return Result(Verdict.GONE)
        keep_opening(self._context, stored, report)
        found = {condition.type: condition for condition in report.conditions()}
        findings = TenantFindings(stored.metadata.uid, url, found)
        if self._context.findings.record(stored.key.name, findings):
            self._wake_pipelines(stored.key.name)
        extra = {"namespace": names.namespace(stored.key.name), "gatewayUrl": url}
        await self._status.write(stored, report, extra)
        return report.verdict()

    async def _provision(self, stored: StoredTenant, report: Report, guard: WriteGuard) -> str:
        """Make everything be there, and return the gateway's address."""
        context = self._context
        references = await dereference.for_tenant(context, stored)
        valid = _validate(stored, references)
        is_planning = valid.spec.mode is Mode.PLAN
        this = Pass(context, stored, report, valid.resolved, is_planning=is_planning, guard=guard)
        report.is_suspended = valid.spec.suspended
        report.remarks[_NAMESPACE] = lowered_quotas(valid.spec, valid.resolved.spec.quotas)
        if not is_planning:
            await self._status.set_finalizer(stored, present=True)

        await this.run(context.namespace, valid)
        if report.is_settled(_NAMESPACE):
            await this.run(context.secrets, valid)
        secrets = await this.secret_values(valid)
        if secrets is None:
            report.defer_rest(_NAMESPACE)
            return ""
        valid = with_password(valid, secrets, may_lack=is_planning)
        await this.run_all(this.data_backends(), valid)
        await this.run_workloads(valid)
        await sweep(this, valid)
        this.prove_isolation(valid)
        return await context.workloads.gateway_url(valid.name, valid.resolved.spec.gateway)

    async def _remove(self, stored: StoredTenant, report: Report, guard: WriteGuard) -> str:
        """Take everything away that is to go, in the opposite order of making it."""
        context, name = self._context, stored.key.name
        context.isolation.proofs.end(stored.metadata.uid)
        references = await dereference.for_deletion(context, stored)
        if stored.is_orphaned:
            await self._status.record_orphan(stored, references.class_name)
            report.let_go()
            return ""
        resolved = references.demand_class()
        retain = stored.essentials.deletion_policy is DeletionPolicy.RETAIN
        is_planning = stored.essentials.mode is Mode.PLAN
        absent = Absent(name, None, retain, resolved, references.claim)
        this = Pass(context, stored, report, resolved, is_planning=is_planning, guard=guard)
        # Uploads end first: whatever is accepted later could not be erased with the rest.
        await this.run(context.workloads, absent)
        if not is_planning and await self._remove_pipelines(name, report, guard):
            return ""
        if is_planning or report.is_done(_WORKERS):
            await this.run_all(this.data_backends(), absent)
        if is_planning or report.is_done(*DATA_CONDITIONS):
            await this.run(context.namespace, absent)
        return ""

    async def _remove_pipelines(self, tenant: str, report: Report, guard: WriteGuard) -> bool:
        """Delete the tenant's pipelines, whose finalizers clean up; say whether any are left."""
        pipelines = self._context.store.pipelines_of(tenant)
        for pipeline in pipelines:
            if not pipeline.is_deleting:
                await guard()
                key = pipeline.key
                await self._context.client.delete(
                    PIPELINE, key.name, key.namespace, pipeline.metadata.uid
                )
        if pipelines:
            left = ", ".join(pipeline.key.name for pipeline in pipelines)
            for kind in BACKEND_CONDITIONS:
                report.defer(kind, Reason.DELETING, f"waits for its pipelines to go: {left}")
        return bool(pipelines)


def _validate(stored: StoredTenant, references: dereference.TenantReferences) -> ValidatedTenant:
    if stored.spec is None:
        raise InvalidSpec(stored.fault)
    return validate_tenant(
        stored.key.name,
        stored.spec,
        references.resolved,
        references.claim,
        references.pipelines,
        known_pipelines=references.known_pipelines,
    )
