"""Brings a DocumentPipeline to its spec, or takes it away.

Reads as a table of contents: dereference, validate, Secrets, credentials, the data backends side by
side, the stages. A pipeline belongs to the tenant whose namespace it is in, and to no other.
"""

from typing import Final

from inkwell_api import names
from inkwell_api.conditions import BACKEND_CONDITIONS, ConditionType, Reason
from inkwell_api.tenant import DeletionPolicy, Mode
from inkwell_operator.backends.base import Backend
from inkwell_operator.backends.run import Outcome
from inkwell_operator.context import Context
from inkwell_operator.model.credentials import with_passwords
from inkwell_operator.model.errors import InkwellError, InvalidSpec, TenantNotReady
from inkwell_operator.model.validate import (
    Absent,
    ValidatedPipeline,
    validate_pipeline,
    validate_tenant,
)
from inkwell_operator.queue import Key, Result, Verdict
from inkwell_operator.reconcilers import dereference
from inkwell_operator.reconcilers.dereference import PipelineReferences
from inkwell_operator.reconcilers.erasure import close
from inkwell_operator.reconcilers.guard import WriteGuard
from inkwell_operator.reconcilers.passes import Pass, complete, keep_opening
from inkwell_operator.reconcilers.report import DATA_CONDITIONS, Report
from inkwell_operator.reconcilers.status import StatusWriter
from inkwell_operator.scaling import Scaler
from inkwell_operator.store import StoredPipeline, StoredTenant

_NAMESPACE: Final = ConditionType.NAMESPACE_READY
_WORKERS: Final = ConditionType.WORKERS_READY


class PipelineReconciler:
    """Reconciles DocumentPipelines."""

    def __init__(self, context: Context, status: StatusWriter, scaler: Scaler) -> None:
        """Work with the clients of `context`; `scaler` says how many pods a stage is to have."""
        self._context = context
        self._status = status
        self._scaler = scaler

    async def reconcile(self, key: Key) -> Result:
        """Make one pass over one DocumentPipeline."""
        stored = self._context.store.pipeline(key)
        if stored is None or (stored.is_deleting and not stored.has_finalizer):
            self._forget(key)
            return Result(Verdict.GONE)
        context, tenant = self._context, self._tenant_or_none(stored)
        report = Report(is_deleting=stored.is_deleting)
        # Mode, deletionPolicy and orphan are the Tenant's too: a change must not be missed either.
        objects = (stored,) if tenant is None else (stored, tenant)
        guard = WriteGuard(context.client, context.check_leadership, *objects)
        work = self._remove if stored.is_deleting else self._provision
        return await complete(
            report,
            work(stored, report, guard),
            lambda url: self._finish(stored, report, guard, url),
        )

    async def _finish(
        self, stored: StoredPipeline, report: Report, guard: WriteGuard, url: str
    ) -> Result:
        """Tell what was found, or let the object go."""
        key = stored.key
        tenant = names.tenant_of_namespace(key.namespace) or ""
        if report.is_deleting and report.is_done(*BACKEND_CONDITIONS) and not report.plan():
            await guard()
            await self._status.set_finalizer(stored, present=False)
            self._forget(key)
            self._context.isolation.forget(stored.metadata.uid)
            return Result(Verdict.GONE)
        keep_opening(self._context, stored, report)
        upload = f"{url}/v1/pipelines/{key.name}/documents" if url else ""
        await self._status.write(stored, report, {"tenant": tenant, "uploadUrl": upload})
        return report.verdict()

    def _forget(self, key: Key) -> None:
        """Drop what is known of a pipeline that is gone: another of its name is another."""
        self._scaler.forget(names.tenant_of_namespace(key.namespace) or "", key.name)
        self._context.checker.forget(key)

    async def _provision(self, stored: StoredPipeline, report: Report, guard: WriteGuard) -> str:
        """Make everything be there, and return the address of the tenant's gateway."""
        context = self._context
        references = await dereference.for_pipeline(context, self._scaler, stored)
        valid = _validate(stored, references)
        await context.checker.check(stored.key, valid.spec, valid.resolved)
        is_planning = valid.tenant_spec.mode is Mode.PLAN
        this = Pass(context, stored, report, valid.resolved, is_planning=is_planning, guard=guard)
        report.is_suspended = valid.tenant_spec.suspended
        if not is_planning:
            references.findings.demand(valid.tenant, _NAMESPACE)
            await self._status.set_finalizer(stored, present=True)

        await this.run(context.secrets, valid)
        secrets = await this.secret_values(valid)
        if secrets is None:
            report.defer_rest(_NAMESPACE)
            return valid.gateway_url
        valid = with_passwords(valid, secrets, may_lack=is_planning)
        await this.run_all(self._ready_backends(this, valid, references), valid)
        await this.run_workloads(valid)
        this.prove_isolation(valid)
        if not is_planning and report.is_settled(_WORKERS):
            await self._await_gateway(valid, report)
        return valid.gateway_url

    def _ready_backends(
        self, this: Pass, valid: ValidatedPipeline, references: PipelineReferences
    ) -> list[Backend[object, object, object]]:
        """Return the backends in which the tenant itself stands; the others wait for it."""
        ready = []
        for backend in this.data_backends():
            try:
                if not this.is_planning:
                    references.findings.demand(valid.tenant, backend.condition)
            except TenantNotReady as error:
                this.report.add_error(backend.condition, error)
            else:
                ready.append(backend)
        return ready

    async def _await_gateway(self, valid: ValidatedPipeline, report: Report) -> None:
        """Hold Ready back until documents can be uploaded: the tenant's gateway must know of it."""
        try:
            waits = await self._context.workloads.gateway_waits(valid.tenant, valid.pipeline)
        except InkwellError as error:
            report.add_error(_WORKERS, error)
        else:
            report.add_outcome(_WORKERS, Outcome(waits=waits))

    async def _remove(self, stored: StoredPipeline, report: Report, guard: WriteGuard) -> str:
        """Take everything away that is to go, in the opposite order of making it."""
        context, name = self._context, stored.key.name
        context.isolation.proofs.end(stored.metadata.uid)
        tenant = self._tenant_or_none(stored)
        if tenant is None or stored.is_orphaned or tenant.is_orphaned:
            await self._status.record_orphan(stored, "")
            report.let_go()
            return ""
        references = await dereference.for_deletion(context, tenant)
        resolved = references.demand_class()
        retain = tenant.essentials.deletion_policy is DeletionPolicy.RETAIN
        is_planning = tenant.essentials.mode is Mode.PLAN
        absent = Absent(tenant.key.name, name, retain, resolved, references.claim)
        this = Pass(context, stored, report, resolved, is_planning=is_planning, guard=guard)

        if not await close(this, absent):
            return ""
        await this.run_all(this.data_backends(), absent)
        if is_planning or report.is_done(*DATA_CONDITIONS):
            await this.run(context.secrets, absent)
        else:
            message = "its Secrets go when its logins are revoked everywhere"
            report.defer(_NAMESPACE, Reason.DELETING, message)
        return ""

    def _tenant_or_none(self, stored: StoredPipeline) -> StoredTenant | None:
        """Return the Tenant, or None where it is gone for good: then nobody knows any backend."""
        try:
            return dereference.tenant_of(self._context, stored)
        except TenantNotReady:
            return None


def _validate(stored: StoredPipeline, references: PipelineReferences) -> ValidatedPipeline:
    tenant = references.tenant
    if stored.spec is None:
        raise InvalidSpec(stored.fault)
    if tenant.spec is None:
        raise TenantNotReady(f"Tenant {tenant.key.name}: {tenant.fault}")
    owner = validate_tenant(tenant.key.name, tenant.spec, references.resolved, references.claim)
    return validate_pipeline(
        owner,
        stored.key.name,
        stored.spec,
        stored.metadata.uid,
        gateway_url=references.findings.gateway_url,
        replicas=references.replicas,
    )
