"""The workloads backend: wires reads, diff and writes of Deployments and their like together.

It comes last in a pass: pods start when the logins that they use exist.
"""

from typing import Final

from inkwell_api import names
from inkwell_api.conditions import ConditionType
from inkwell_api.names import Stage
from inkwell_api.tenant_class import GatewayOffer
from inkwell_operator.backends.kubernetes_api.actions import ObjectAction
from inkwell_operator.backends.kubernetes_api.apply import apply_action
from inkwell_operator.backends.kubernetes_api.client import KubernetesClient
from inkwell_operator.backends.kubernetes_api.kinds import (
    CONFIG_MAP,
    DEPLOYMENT,
    SERVICE,
    SERVICE_ACCOUNT,
)
from inkwell_operator.backends.kubernetes_api.reads import TenantReads
from inkwell_operator.backends.kubernetes_api.state import (
    DesiredObjects,
    ObjectRef,
    ObservedObjects,
    Scope,
)
from inkwell_operator.backends.workloads.desire import pipeline_workloads, tenant_workloads
from inkwell_operator.backends.workloads.diff import diff
from inkwell_operator.backends.workloads.gateway import gateway_lacks, gateway_takes, gateway_url
from inkwell_operator.model.plan import Plan, Step
from inkwell_operator.model.validate import Absent, Subject, ValidatedPipeline, ValidatedTenant
from inkwell_operator.settings import WorkerSettings

KINDS: Final = (CONFIG_MAP, SERVICE_ACCOUNT, DEPLOYMENT, SERVICE)


class WorkloadsBackend:
    """The gateway of a tenant and the stages of a pipeline."""

    condition = ConditionType.WORKERS_READY

    def __init__(self, client: KubernetesClient, settings: WorkerSettings) -> None:
        """Deploy workers as `settings` say."""
        self._client = client
        self._settings = settings
        self._reads = TenantReads(client, KINDS)

    def invalidate(self, tenant: str) -> None:
        """Look afresh at a tenant: something of it changed, by whomever."""
        self._reads.invalidate(tenant)

    def desire(self, subject: Subject) -> DesiredObjects:
        """Say which Deployments run, and what they are told."""
        match subject:
            case ValidatedTenant(name=name, claim=claim):
                return DesiredObjects.of(
                    _scope(name, None),
                    tenant_workloads(subject, self._settings),
                    adopts=claim.adopts,
                    pipelines=frozenset(subject.known_pipelines),
                    unsettled=subject.unsettled,
                )
            case ValidatedPipeline(tenant=tenant, pipeline=pipeline, claim=claim):
                objects = pipeline_workloads(subject, self._settings)
                return DesiredObjects.of(
                    _scope(tenant, pipeline),
                    objects,
                    adopts=claim.adopts,
                    unsettled=subject.unsettled,
                )
            case Absent(tenant, pipeline):
                return DesiredObjects.of(_scope(tenant, pipeline))

    async def observe(self, desired: DesiredObjects) -> ObservedObjects:
        """Read the scope's objects and foreign ones of a wanted name."""
        return await self._reads.observe(desired)

    def diff(self, desired: DesiredObjects, observed: ObservedObjects) -> Plan[ObjectAction]:
        """Compare by the fields that we own."""
        return diff(desired, observed)

    async def apply(self, step: Step[ObjectAction]) -> None:
        """Make one write."""
        await apply_action(self._client, step.action)
        self.invalidate(step.action.tenant)

    async def gateway_url(self, tenant: str, offer: GatewayOffer) -> str:
        """Return where the tenant's API is reached, by its Service as it stands; or nothing.

        A pass that looked at the tenant's workloads just before makes no further call for it.
        """
        known = await self._reads.objects_of(tenant)
        ref = ObjectRef(SERVICE, names.namespace(tenant), names.GATEWAY_WORKLOAD)
        service = known.objects.get(ref)
        return "" if service is None else gateway_url(service.manifest, offer)

    async def gateway_waits(self, tenant: str, pipeline: str) -> tuple[str, ...]:
        """Say what keeps the tenant's gateway from serving a pipeline; empty when nothing does."""
        observed = await self.observe(DesiredObjects.of(_scope(tenant, None)))
        config, deployment = (
            observed.objects.get(ObjectRef(kind, names.namespace(tenant), names.GATEWAY_WORKLOAD))
            for kind in (CONFIG_MAP, DEPLOYMENT)
        )
        return tuple(gateway_lacks(config, deployment, pipeline))

    async def gateway_serves(self, tenant: str, pipeline: str) -> tuple[str, ...]:
        """Say whether the tenant's gateway still takes uploads for a pipeline; empty if not."""
        observed = await self.observe(DesiredObjects.of(_scope(tenant, None)))
        config, deployment = (
            observed.objects.get(ObjectRef(kind, names.namespace(tenant), names.GATEWAY_WORKLOAD))
            for kind in (CONFIG_MAP, DEPLOYMENT)
        )
        return tuple(gateway_takes(config, deployment, pipeline))

    async def replicas(self, tenant: str, pipeline: str) -> dict[Stage, int]:
        """Return how many pods each stage with a Deployment has been given."""
        observed = await self.observe(DesiredObjects.of(_scope(tenant, pipeline)))
        return {
            Stage(manifest["metadata"]["labels"][names.LABEL_STAGE]): manifest["spec"]["replicas"]
            for ref, manifest in observed.objects.items()
            if ref.kind == DEPLOYMENT
        }


def _scope(tenant: str, pipeline: str | None) -> Scope:
    return Scope(names.namespace(tenant), tenant, pipeline, KINDS, is_staged=True)
