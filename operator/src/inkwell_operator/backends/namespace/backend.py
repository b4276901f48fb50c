"""The namespace backend: wires reads, diff and writes of a tenant's namespace together.

It comes first in a pass: it holds the right to read the tenant's Secrets, and all else stands in
it.
"""

from typing import Final

from inkwell_api import names
from inkwell_api.conditions import ConditionType
from inkwell_operator.backends.kubernetes_api.actions import ObjectAction
from inkwell_operator.backends.kubernetes_api.apply import apply_action
from inkwell_operator.backends.kubernetes_api.client import KubernetesClient
from inkwell_operator.backends.kubernetes_api.kinds import (
    CONFIG_MAP,
    LIMIT_RANGE,
    NAMESPACE,
    NETWORK_POLICY,
    RESOURCE_QUOTA,
    ROLE_BINDING,
)
from inkwell_operator.backends.kubernetes_api.reads import OwnedReads
from inkwell_operator.backends.kubernetes_api.state import DesiredObjects, ObservedObjects, Scope
from inkwell_operator.backends.namespace.desire import namespace_objects
from inkwell_operator.backends.namespace.diff import diff
from inkwell_operator.model.plan import Plan, Step
from inkwell_operator.model.validate import Absent, Subject, ValidatedPipeline, ValidatedTenant
from inkwell_operator.settings import Settings

KINDS: Final = (NAMESPACE, ROLE_BINDING, RESOURCE_QUOTA, LIMIT_RANGE, CONFIG_MAP, NETWORK_POLICY)


class NamespaceBackend:
    """A tenant's namespace; a pipeline has none of its own."""

    condition = ConditionType.NAMESPACE_READY

    def __init__(self, client: KubernetesClient, settings: Settings) -> None:
        """Bind the Secrets' role to the operator of `settings`."""
        self._client = client
        self._settings = settings
        self._reads = OwnedReads(client, KINDS)

    def invalidate(self, tenant: str) -> None:
        """Look afresh at a tenant: something of it changed, by whomever."""
        self._reads.invalidate(tenant)

    def desire(self, subject: Subject) -> DesiredObjects:
        """Say which objects a tenant's namespace consists of; an absent one's namespace goes."""
        match subject:
            case ValidatedTenant(name=name):
                scope = Scope(names.namespace(name), name, None, KINDS, is_staged=False)
                return DesiredObjects.of(scope, namespace_objects(subject, self._settings))
            case Absent(tenant, None):
                return DesiredObjects.of(Scope(names.namespace(tenant), tenant, None, (NAMESPACE,)))
            case Absent(tenant, pipeline) | ValidatedPipeline(tenant=tenant, pipeline=pipeline):
                return DesiredObjects.of(Scope(names.namespace(tenant), tenant, pipeline, ()))

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
