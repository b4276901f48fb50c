"""Brings a DocumentPipeline to its spec.

Reads as a table of contents: its tenant, validate, Secrets, the data backends side by side, the
stages, status. A pipeline belongs to the tenant whose namespace it is in, and to no other.
"""

from dataclasses import replace
from typing import Any, Final

from inkwell_api import names
from inkwell_api.conditions import BACKEND_CONDITIONS, ConditionStatus, ConditionType, Reason
from inkwell_api.names import Stage
from inkwell_api.pipeline import DocumentPipeline
from inkwell_api.tenant import DeletionPolicy, Mode, Tenant
from inkwell_operator.backends.base import Backend
from inkwell_operator.backends.converge import Outcome
from inkwell_operator.backends.kubernetes.secrets import CLIENT_SECRET, PASSWORD
from inkwell_operator.backends.kubernetes.state import Manifest
from inkwell_operator.context import Context
from inkwell_operator.model.errors import InkwellError, TenantNotReady
from inkwell_operator.model.validate import (
    Absent,
    ValidatedPipeline,
    validate_pipeline,
    validate_tenant,
)
from inkwell_operator.queue import Key, Result, Verdict
from inkwell_operator.reconcilers.attempt import attempt, attempt_all, attempt_workloads, run_for
from inkwell_operator.reconcilers.claims import claim_for
from inkwell_operator.reconcilers.credentials import demand_passwords
from inkwell_operator.reconcilers.parse import parse_pipeline, parse_tenant
from inkwell_operator.reconcilers.report import DATA_CONDITIONS, Report
from inkwell_operator.reconcilers.status import StatusWriter
from inkwell_operator.scaling import Scaler

_ERASE_AT_ONCE: Final = 500


class PipelineReconciler:
    """Reconciles DocumentPipelines."""

    def __init__(self, context: Context, status: StatusWriter, scaler: Scaler) -> None:
        """Work with the clients of `context`; `scaler` says how many pods a stage is to have."""
        self._context = context
        self._status = status
        self._scaler = scaler

    async def reconcile(self, key: Key) -> Result:
        """Make one pass over one DocumentPipeline."""
        body = self._context.watched.get(key)
        if body is None:
            return Result(Verdict.GONE)
        report = Report(is_deleting="deletionTimestamp" in body["metadata"])
        if report.is_deleting and names.FINALIZER not in body["metadata"].get("finalizers", ()):
            return Result(Verdict.GONE)
        url = ""
        try:
            tenant_body = self._tenant_of(key)
            tenant = parse_tenant(tenant_body)
            url = (tenant_body.get("status") or {}).get("gatewayUrl", "")
            if report.is_deleting:
                await self._remove(key.name, tenant, report)
            else:
                await self._provision(body, tenant, tenant_body, report)
        except InkwellError as error:
            report.add_error_everywhere(error)
        if report.is_deleting and report.is_done(*BACKEND_CONDITIONS):
            await self._status.set_finalizer(body, present=False)
            return Result(Verdict.GONE)
        upload = f"{url}/v1/pipelines/{key.name}/documents" if url else ""
        tenant_name = names.tenant_of_namespace(key.namespace) or ""
        await self._status.write(body, report, {"tenant": tenant_name, "uploadUrl": upload})
        return report.verdict()

    def _tenant_of(self, key: Key) -> Manifest:
        name = names.tenant_of_namespace(key.namespace)
        if name is None:
            raise TenantNotReady(
                f"namespace {key.namespace} belongs to no tenant; a DocumentPipeline belongs into "
                "the namespace tenant-NAME that the operator makes for the Tenant NAME"
            )
        body = self._context.watched.tenant(name)
        if body is None:
            raise TenantNotReady(f"Tenant {name} does not exist; create it")
        return body

    async def _provision(
        self, body: Manifest, tenant: Tenant, tenant_body: Manifest, report: Report
    ) -> None:
        """Make everything be there."""
        context = self._context
        if "deletionTimestamp" in tenant_body["metadata"]:
            raise TenantNotReady(f"Tenant {tenant.metadata.name} is being deleted")
        pipeline = parse_pipeline(body)
        valid = await self._validate(pipeline, tenant, tenant_body)
        report.is_suspended = tenant.spec.suspended
        is_planning = tenant.spec.mode is Mode.PLAN
        run = run_for(is_planning=is_planning)
        conditions = _tenant_conditions(tenant_body)
        if not is_planning and not _is_true(conditions, ConditionType.NAMESPACE_READY):
            raise _not_yet(tenant.metadata.name, ConditionType.NAMESPACE_READY, conditions)
        if not is_planning:
            await self._status.set_finalizer(body, present=True)
        await attempt(report, context.secrets, valid, run)
        if not report.is_settled(ConditionType.NAMESPACE_READY):
            report.defer_rest(ConditionType.NAMESPACE_READY)
            return
        valid = await self._with_credentials(valid)
        if not is_planning:
            demand_passwords((*valid.logins.values(), valid.machine))
        ready = self._ready_backends(valid, report, conditions, is_planning=is_planning)
        await attempt_all(report, ready, valid, run)
        await attempt_workloads(report, context.workloads, valid, run)
        if not is_planning and report.is_settled(ConditionType.WORKERS_READY):
            await self._await_gateway(valid, report)

    async def _await_gateway(self, valid: ValidatedPipeline, report: Report) -> None:
        """Hold Ready back until documents can be uploaded: the tenant's gateway must know of it."""
        try:
            waits = await self._context.workloads.gateway_waits(valid.tenant, valid.pipeline)
        except InkwellError as error:
            report.add_error(ConditionType.WORKERS_READY, error)
        else:
            report.add_outcome(ConditionType.WORKERS_READY, Outcome(waits=waits))

    async def _validate(
        self, pipeline: DocumentPipeline, tenant: Tenant, tenant_body: Manifest
    ) -> ValidatedPipeline:
        resolved = await self._context.classes.resolve(tenant.spec.class_name)
        name, tenant_name = pipeline.metadata.name, tenant.metadata.name
        return validate_pipeline(
            validate_tenant(tenant_name, tenant.spec, resolved, claim_for(self._context, tenant)),
            name,
            pipeline.spec,
            pipeline.metadata.uid,
            gateway_url=(tenant_body.get("status") or {}).get("gatewayUrl", ""),
            replicas=await self._replicas(tenant_name, pipeline),
        )

    async def _replicas(self, tenant: str, pipeline: DocumentPipeline) -> dict[Stage, int]:
        name = pipeline.metadata.name
        if not self._scaler.is_tracked(tenant, name):
            now = await self._context.workloads.replicas(tenant, name)
            self._scaler.resume_from(tenant, name, now)
        return self._scaler.replicas(tenant, name, pipeline.spec)

    def _ready_backends(
        self,
        valid: ValidatedPipeline,
        report: Report,
        conditions: dict[str, dict[str, Any]],
        *,
        is_planning: bool,
    ) -> list[Backend[Any, Any, Any]]:
        """Return the backends in which the tenant itself stands; the others wait for it."""
        ready: list[Backend[Any, Any, Any]] = []
        for backend in self._context.pool.for_class(valid.resolved).all():
            if is_planning or _is_true(conditions, backend.condition):
                ready.append(backend)
            else:
                report.add_error(
                    backend.condition, _not_yet(valid.tenant, backend.condition, conditions)
                )
        return ready

    async def _with_credentials(self, valid: ValidatedPipeline) -> ValidatedPipeline:
        secrets = self._context.secrets
        values = await secrets.values(secrets.desire(valid))

        def value(name: str, key: str) -> str:
            return values.get(name, {}).get(key, "")

        logins = {
            stage: replace(login, password=value(login.secret.name, PASSWORD))
            for stage, login in valid.logins.items()
        }
        secret = value(valid.machine.secret.name, CLIENT_SECRET)
        return replace(valid, logins=logins, machine=replace(valid.machine, password=secret))

    async def _remove(self, name: str, tenant: Tenant, report: Report) -> None:
        """Take everything away that is to go, in the opposite order of making it."""
        context, tenant_name = self._context, tenant.metadata.name
        resolved = await context.classes.resolve(tenant.spec.class_name)
        retain = tenant.spec.deletion_policy is DeletionPolicy.RETAIN
        absent = Absent(tenant_name, name, retain, resolved, claim_for(context, tenant))
        await attempt(report, context.workloads, absent)
        if not report.is_done(ConditionType.WORKERS_READY):
            return
        if not retain:
            await self._erase(absent)
        await attempt_all(report, context.pool.for_class(resolved).all(), absent)
        if report.is_done(*DATA_CONDITIONS):
            await attempt(report, context.secrets, absent)
            self._scaler.forget(tenant_name, name)
        else:
            report.defer(
                ConditionType.NAMESPACE_READY,
                Reason.DELETING,
                "its Secrets go when its logins are revoked everywhere",
            )

    async def _erase(self, absent: Absent) -> None:
        """Erase the documents; rows that tell of them go last, so that a crash repeats it."""
        backends = self._context.pool.for_class(absent.resolved)
        pipeline = absent.pipeline or ""
        ids = await backends.postgres.document_ids(absent.tenant, pipeline)
        for start in range(0, len(ids), _ERASE_AT_ONCE):
            await backends.cassandra.erase_documents(
                absent.tenant, ids[start : start + _ERASE_AT_ONCE]
            )


def _tenant_conditions(tenant: Manifest) -> dict[str, dict[str, Any]]:
    conditions = (tenant.get("status") or {}).get("conditions") or []
    return {condition["type"]: condition for condition in conditions}


def _is_true(conditions: dict[str, dict[str, Any]], kind: ConditionType) -> bool:
    return conditions.get(kind.value, {}).get("status") == ConditionStatus.TRUE.value


def _not_yet(
    tenant: str, kind: ConditionType, conditions: dict[str, dict[str, Any]]
) -> TenantNotReady:
    message = conditions.get(kind.value, {}).get("message", "not looked at yet")
    return TenantNotReady(f"Tenant {tenant}: {kind.value} is not True: {message}")
