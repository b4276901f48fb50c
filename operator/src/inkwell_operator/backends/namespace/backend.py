"""The namespace backend: wires reads, diff and writes of a tenant's namespace together.

It comes first in a pass: it holds the right to read the tenant's Secrets, and all else stands in
it.
"""

from typing import Final

from inkwell_api import names
from inkwell_api.conditions import ConditionType
from inkwell_operator.backends.kubernetes_api.client import KubernetesClient
from inkwell_operator.backends.kubernetes_api.kinds import (
    CONFIG_MAP,
    LIMIT_RANGE,
    NAMESPACE,
    NETWORK_POLICY,
    RESOURCE_QUOTA,
    ROLE_BINDING,
)
from inkwell_operator.backends.kubernetes_api.reads import TenantReads
from inkwell_operator.backends.kubernetes_api.state import DesiredObjects, Scope
from inkwell_operator.backends.namespace.actions import NamespaceAction
from inkwell_operator.backends.namespace.apply import apply_to_namespace
from inkwell_operator.backends.namespace.desire import namespace_objects
from inkwell_operator.backends.namespace.diff import diff
from inkwell_operator.backends.namespace.observe import OPENING_KINDS, observe
from inkwell_operator.backends.namespace.state import DesiredNamespace, ObservedNamespace
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
        self._reads = TenantReads(client, KINDS, whole=OPENING_KINDS)

    def invalidate(self, tenant: str) -> None:
        """Look afresh at a tenant: something of it changed, by whomever."""
        self._reads.invalidate(tenant)

    def desire(self, subject: Subject) -> DesiredNamespace:
        """Say what a tenant's namespace consists of; an absent one's goes, a pipeline has none."""
        match subject:
            case ValidatedTenant(name=name, claim=claim):
                scope = Scope(names.namespace(name), name, None, KINDS, is_staged=False)
                objects = namespace_objects(subject, self._settings)
                return DesiredNamespace(
                    claim, DesiredObjects.of(scope, objects, adopts=claim.adopts)
                )
            case Absent(tenant=tenant, pipeline=None, claim=claim):
                scope = Scope(names.namespace(tenant), tenant, None, (NAMESPACE,))
            case (
                Absent(tenant=tenant, pipeline=pipeline, claim=claim)
                | ValidatedPipeline(tenant=tenant, pipeline=pipeline, claim=claim)
            ):
                scope = Scope(names.namespace(tenant), tenant, pipeline, ())
        return DesiredNamespace(claim, DesiredObjects.of(scope))

    async def observe(self, desired: DesiredNamespace) -> ObservedNamespace:
        """Read the namespace; of one that is not ours, only what is in it."""
        return await observe(self._client, self._reads, desired)

    def diff(self, desired: DesiredNamespace, observed: ObservedNamespace) -> Plan[NamespaceAction]:
        """Compare; a namespace that is not ours is refused with all that would be in it."""
        return diff(desired, observed)

    async def apply(self, step: Step[NamespaceAction]) -> None:
        """Make one write."""
        await apply_to_namespace(self._client, step.action)
        self.invalidate(step.action.tenant)
