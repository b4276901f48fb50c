"""The three Kubernetes backends: a tenant's walls, the Secrets, and the workloads.

They come apart because of their order in a pass: the walls hold the right to read Secrets, the
Secrets hold the credentials that the other backends set, and the workloads start when those logins
exist.
"""

import asyncio
from collections.abc import Iterable
from typing import Final

from inkwell_api import names
from inkwell_api.conditions import ConditionType
from inkwell_api.names import Stage
from inkwell_api.tenant_class import GatewayOffer
from inkwell_operator.backends.kubernetes.client import KubernetesClient
from inkwell_operator.backends.kubernetes.diff import diff
from inkwell_operator.backends.kubernetes.gateway import gateway_lacks, gateway_takes, gateway_url
from inkwell_operator.backends.kubernetes.reads import OwnedReads
from inkwell_operator.backends.kubernetes.secrets import (
    decode,
    encode,
    pipeline_secrets,
    tenant_secrets,
)
from inkwell_operator.backends.kubernetes.state import (
    CONFIG_MAP,
    DEPLOYMENT,
    LIMIT_RANGE,
    NAMESPACE,
    NETWORK_POLICY,
    RESOURCE_QUOTA,
    ROLE_BINDING,
    SECRET,
    SERVICE,
    SERVICE_ACCOUNT,
    Apply,
    DesiredObjects,
    Kind,
    Manifest,
    ObjectAction,
    ObjectRef,
    ObservedObjects,
    PutSecret,
    Remove,
    Replace,
    Scope,
)
from inkwell_operator.backends.kubernetes.walls import walls
from inkwell_operator.backends.kubernetes.workloads import (
    pipeline_workloads,
    tenant_workloads,
)
from inkwell_operator.model.errors import AccessDenied
from inkwell_operator.model.passwords import new_password
from inkwell_operator.model.plan import Plan, Step
from inkwell_operator.model.validate import Absent, Subject, ValidatedPipeline, ValidatedTenant
from inkwell_operator.settings import Settings, WorkerSettings

WALL_KINDS: Final = (
    NAMESPACE,
    ROLE_BINDING,
    RESOURCE_QUOTA,
    LIMIT_RANGE,
    CONFIG_MAP,
    NETWORK_POLICY,
)
WORKLOAD_KINDS: Final = (CONFIG_MAP, SERVICE_ACCOUNT, DEPLOYMENT, SERVICE)
_RIGHTS_TRIES: Final = 12
_RIGHTS_PAUSE_SECONDS: Final = 0.25


class _OwnedObjects:
    """What walls and workloads have in common: how objects without secrets are kept."""

    def __init__(self, client: KubernetesClient, kinds: tuple[Kind, ...]) -> None:
        self._client = client
        self._reads = OwnedReads(client, kinds)

    def touched(self, tenant: str) -> None:
        """Look afresh at a tenant: a watch said that something of it changed."""
        self._reads.invalidate(tenant)

    async def observe(self, desired: DesiredObjects) -> ObservedObjects:
        """Read the scope's objects and foreign ones of a wanted name."""
        return await self._reads.observe(desired)

    def diff(self, desired: DesiredObjects, observed: ObservedObjects) -> Plan[ObjectAction]:
        """Compare by the fields that we own."""
        return diff(desired, observed)

    async def apply(self, step: Step[ObjectAction]) -> None:
        """Apply or delete one object."""
        match step.action:
            case Apply(manifest):
                await self._client.apply(manifest)
                self.touched(manifest["metadata"]["labels"][names.LABEL_TENANT])
            case Remove(ref, uid):
                await self._client.delete(ref.kind, ref.name, ref.namespace, uid)
                self.touched(names.tenant_of_namespace(ref.namespace or ref.name) or "")
            case Replace(manifest, uid):
                ref = ObjectRef.of(manifest)
                await self._client.delete(ref.kind, ref.name, ref.namespace, uid)
                await self._client.apply(manifest)
                self.touched(manifest["metadata"]["labels"][names.LABEL_TENANT])
            case PutSecret():
                raise TypeError("Secrets are the Secrets backend's")


class WallsBackend(_OwnedObjects):
    """A tenant's namespace and what keeps it in and others out.

    A pipeline has no walls of its own.
    """

    condition = ConditionType.NAMESPACE_READY

    def __init__(self, client: KubernetesClient, settings: Settings) -> None:
        """Bind the Secrets' role to the operator of `settings`."""
        super().__init__(client, WALL_KINDS)
        self._settings = settings

    def desire(self, subject: Subject) -> DesiredObjects:
        """Say which objects stand around a tenant; an absent one's namespace goes."""
        match subject:
            case ValidatedTenant():
                objects = walls(subject, self._settings)
                namespace = names.namespace(subject.name)
                scope = Scope(namespace, subject.name, None, WALL_KINDS, is_staged=False)
                return _desired(scope, objects)
            case Absent(tenant, None):
                return _desired(Scope(names.namespace(tenant), tenant, None, (NAMESPACE,)), ())
            case _:
                return _desired(Scope("", "", None, ()), ())


class WorkloadsBackend(_OwnedObjects):
    """The gateway of a tenant and the stages of a pipeline."""

    condition = ConditionType.WORKERS_READY

    def __init__(self, client: KubernetesClient, settings: WorkerSettings) -> None:
        """Deploy workers as `settings` say."""
        super().__init__(client, WORKLOAD_KINDS)
        self._settings = settings

    def desire(self, subject: Subject) -> DesiredObjects:
        """Say which Deployments run, and what they are told."""
        match subject:
            case ValidatedTenant():
                scope = _workloads_of(subject.name, None)
                return _desired(scope, tenant_workloads(subject, self._settings))
            case ValidatedPipeline(tenant=tenant, pipeline=pipeline):
                objects = pipeline_workloads(subject, self._settings)
                return _desired(_workloads_of(tenant, pipeline), objects)
            case Absent(tenant, pipeline):
                return _desired(_workloads_of(tenant, pipeline), ())

    async def gateway_url(self, tenant: str, offer: GatewayOffer) -> str:
        """Return where the tenant's API is reached; empty while that is not known."""
        name, namespace = names.GATEWAY_WORKLOAD, names.namespace(tenant)
        service = await self._client.get(SERVICE, name, namespace)
        return "" if service is None else gateway_url(service, offer)

    async def gateway_waits(self, tenant: str, pipeline: str) -> tuple[str, ...]:
        """Say what keeps the tenant's gateway from serving a pipeline; empty when nothing does."""
        observed = await self.observe(_desired(_workloads_of(tenant, None), ()))
        config, deployment = (
            observed.objects.get(ObjectRef(kind, names.namespace(tenant), names.GATEWAY_WORKLOAD))
            for kind in (CONFIG_MAP, DEPLOYMENT)
        )
        return tuple(gateway_lacks(config, deployment, pipeline))

    async def gateway_serves(self, tenant: str, pipeline: str) -> tuple[str, ...]:
        """Say whether the tenant's gateway still takes uploads for a pipeline; empty if not."""
        observed = await self.observe(_desired(_workloads_of(tenant, None), ()))
        config, deployment = (
            observed.objects.get(ObjectRef(kind, names.namespace(tenant), names.GATEWAY_WORKLOAD))
            for kind in (CONFIG_MAP, DEPLOYMENT)
        )
        return tuple(gateway_takes(config, deployment, pipeline))

    async def replicas(self, tenant: str, pipeline: str) -> dict[Stage, int]:
        """Return how many pods each stage with a Deployment has been given."""
        observed = await self.observe(_desired(_workloads_of(tenant, pipeline), ()))
        return {
            Stage(manifest["metadata"]["labels"][names.LABEL_STAGE]): manifest["spec"]["replicas"]
            for ref, manifest in observed.objects.items()
            if ref.kind == DEPLOYMENT
        }


class SecretsBackend:
    """The credentials: each random part is drawn once, and never overwritten.

    Its reads are a call a subject, for no right reaches over more than one tenant's Secrets.
    """

    condition = ConditionType.NAMESPACE_READY

    def __init__(self, client: KubernetesClient) -> None:
        """Read and write through `client`."""
        self._client = client

    def desire(self, subject: Subject) -> DesiredObjects:
        """Say which Secrets there are; their random parts are only named."""
        match subject:
            case ValidatedTenant():
                scope = Scope(names.namespace(subject.name), subject.name, None, (SECRET,))
                secrets = tenant_secrets(subject)
            case ValidatedPipeline(tenant=tenant, pipeline=pipeline):
                scope = Scope(names.namespace(tenant), tenant, pipeline, (SECRET,))
                secrets = pipeline_secrets(subject)
            case Absent(tenant, pipeline):
                scope = Scope(names.namespace(tenant), tenant, pipeline, (SECRET,))
                secrets = {}
        return DesiredObjects(
            scope,
            {ObjectRef.of(manifest): manifest for manifest, _ in secrets.values()},
            {name: drawn for name, (_, drawn) in secrets.items()},
        )

    async def observe(self, desired: DesiredObjects) -> ObservedObjects:
        """Read the Secrets of the namespace; none where there is no namespace of ours."""
        scope = desired.scope
        secrets = await self._list(scope.namespace)
        refs = {ObjectRef.of(secret): secret for secret in secrets}
        return ObservedObjects(
            {
                ref: secret
                for ref, secret in refs.items()
                if scope.owns(secret) or ref in desired.objects
            }
        )

    async def values(self, desired: DesiredObjects) -> dict[str, dict[str, str]]:
        """Return by Secret name what our Secrets of the scope hold."""
        observed = await self.observe(desired)
        return {
            ref.name: {
                key: decode(secret.get("data") or {}, key) for key in secret.get("data") or {}
            }
            for ref, secret in observed.objects.items()
            if desired.scope.owns(secret)
        }

    def diff(self, desired: DesiredObjects, observed: ObservedObjects) -> Plan[ObjectAction]:
        """Compare what is derived; only notice whether what is drawn is there."""
        return diff(desired, observed)

    async def apply(self, step: Step[ObjectAction]) -> None:
        """Write a Secret, drawing what is missing; or delete one."""
        match step.action:
            case PutSecret(manifest, missing):
                drawn = {key: encode(new_password()) for key in missing}
                await self._client.apply({**manifest, "data": {**manifest["data"], **drawn}})
            case Remove(ref, uid):
                await self._client.delete(ref.kind, ref.name, ref.namespace, uid)
            case Apply() | Replace():
                raise TypeError("only Secrets are the Secrets backend's")

    async def _list(self, namespace: str) -> list[Manifest]:
        """List a namespace's Secrets; a fresh RoleBinding takes a moment to give the right."""
        found = await self._client.get(NAMESPACE, namespace)
        if found is None:
            return []
        for last in (number == _RIGHTS_TRIES for number in range(1, _RIGHTS_TRIES + 1)):
            try:
                return await self._client.list(SECRET, namespace)
            except AccessDenied:
                if found["metadata"].get("deletionTimestamp"):
                    return []
                if last:
                    raise
            await asyncio.sleep(_RIGHTS_PAUSE_SECONDS)
        return []


def _workloads_of(tenant: str, pipeline: str | None) -> Scope:
    return Scope(names.namespace(tenant), tenant, pipeline, WORKLOAD_KINDS, is_staged=True)


def _desired(scope: Scope, objects: Iterable[Manifest]) -> DesiredObjects:
    return DesiredObjects(scope, {ObjectRef.of(manifest): manifest for manifest in objects})
