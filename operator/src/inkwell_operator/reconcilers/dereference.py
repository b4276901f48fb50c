"""Every read of a pass but the backends' own: what an object refers to, as one frozen value.

Called first by the reconcilers. It reads and decides nothing; `model.validate` judges what was
read. A deletion needs less, and must not need what may be gone: `for_deletion`.
"""

from dataclasses import dataclass

from inkwell_api import names
from inkwell_api.names import Stage
from inkwell_operator.context import Context
from inkwell_operator.findings import TenantFindings
from inkwell_operator.model.errors import ClassNotFound, InkwellError, TenantNotReady
from inkwell_operator.model.ownership import Claim, Mark
from inkwell_operator.model.targets import ResolvedClass
from inkwell_operator.model.validate import PipelineFacts
from inkwell_operator.scaling import Scaler
from inkwell_operator.store import StoredPipeline, StoredTenant


@dataclass(frozen=True, slots=True)
class TenantReferences:
    """What a Tenant refers to, and what refers to it.

    Attributes:
        resolved: its class.
        claim: on what it may lay hands.
        pipelines: those that parse and are not being deleted; the gateway serves them.
        known_pipelines: the names of all that exist; nothing that belongs to one is swept.
    """

    resolved: ResolvedClass
    claim: Claim
    pipelines: tuple[PipelineFacts, ...]
    known_pipelines: frozenset[str]


@dataclass(frozen=True, slots=True)
class PipelineReferences:
    """What a DocumentPipeline refers to.

    Attributes:
        tenant: whose namespace it is in.
        findings: of the Tenant's last pass.
        resolved: the Tenant's class.
        claim: the Tenant's.
        replicas: by stage, how many pods are wanted now.
    """

    tenant: StoredTenant
    findings: TenantFindings
    resolved: ResolvedClass
    claim: Claim
    replicas: dict[Stage, int]


@dataclass(frozen=True, slots=True)
class DeletionReferences:
    """What a deletion refers to.

    Attributes:
        claim: on what the object's Tenant has laid hands.
        class_name: of the Tenant's class.
        resolved: the class, or None where it cannot be resolved.
        failure: why not.
    """

    claim: Claim
    class_name: str
    resolved: ResolvedClass | None
    failure: InkwellError | None

    def demand_class(self) -> ResolvedClass:
        """Return the class: without it nobody knows where the logins are that have to go.

        Raises:
            Blocked: it does not exist; the message says what a person can do.
        """
        if self.resolved is not None:
            return self.resolved
        reason = self.failure.message if self.failure else "not found"
        raise ClassNotFound(
            f"{reason}: its backends hold what has to be removed. Make TenantClass "
            f"{self.class_name} again, or set the annotation {names.ORPHAN_ANNOTATION} to true to "
            "leave everything where it is, with a record of it"
        )


async def for_tenant(context: Context, stored: StoredTenant) -> TenantReferences:
    """Read what a Tenant refers to.

    Raises:
        ClassNotFound: its class does not exist.
        InvalidSpec: its class does not fit its model.
    """
    pipelines = context.store.pipelines_of(stored.key.name)
    return TenantReferences(
        resolved=await context.classes.resolve(stored.essentials.class_name),
        claim=claim_of(context, stored),
        pipelines=tuple(
            PipelineFacts(pipeline.key.name, pipeline.spec)
            for pipeline in pipelines
            if pipeline.spec is not None and not pipeline.is_deleting
        ),
        known_pipelines=frozenset(pipeline.key.name for pipeline in pipelines),
    )


async def for_pipeline(
    context: Context, scaler: Scaler, stored: StoredPipeline
) -> PipelineReferences:
    """Read what a DocumentPipeline refers to.

    Raises:
        TenantNotReady: its namespace belongs to no Tenant that can have pipelines now.
        ClassNotFound: the Tenant's class does not exist.
        InvalidSpec: the Tenant's class does not fit its model.
    """
    tenant = tenant_of(context, stored)
    name = tenant.key.name
    if tenant.is_deleting:
        raise TenantNotReady(f"Tenant {name} is being deleted")
    findings = context.findings.of_tenant(name, tenant.metadata.uid)
    if findings is None:
        raise TenantNotLookedAt(f"Tenant {name} has not been looked at since the operator started")
    return PipelineReferences(
        tenant=tenant,
        findings=findings,
        resolved=await context.classes.resolve(tenant.essentials.class_name),
        claim=claim_of(context, tenant),
        replicas=await _replicas(context, scaler, name, stored),
    )


async def for_deletion(context: Context, tenant: StoredTenant) -> DeletionReferences:
    """Read what a deletion of a Tenant, or of a pipeline of it, needs.

    What is gone is a value here: an object that is on its way out must not wait for ever for what
    was deleted before it.
    """
    claim, class_name = claim_of(context, tenant), tenant.essentials.class_name
    try:
        resolved = await context.classes.resolve(class_name)
    except InkwellError as error:
        return DeletionReferences(claim, class_name, None, error)
    return DeletionReferences(claim, class_name, resolved, None)


def tenant_of(context: Context, stored: StoredPipeline) -> StoredTenant:
    """Return the Tenant in whose namespace a pipeline is: it belongs to that one and to no other.

    Raises:
        TenantNotReady: there is none.
    """
    name = names.tenant_of_namespace(stored.key.namespace)
    if name is None:
        raise TenantNotReady(
            f"namespace {stored.key.namespace} belongs to no tenant; a DocumentPipeline belongs "
            "into the namespace tenant-NAME of the Tenant NAME"
        )
    tenant = context.store.tenant(name)
    if tenant is None:
        raise TenantNotReady(f"Tenant {name} does not exist; create it")
    return tenant


def claim_of(context: Context, tenant: StoredTenant) -> Claim:
    """Return the claim of a Tenant, with the mark of what is made for it."""
    mark = Mark(tenant.key.name, context.installation, tenant.metadata.uid)
    takes_back = context.settings.take_back
    if tenant.spec is None:
        return Claim(mark, takes_back=takes_back)
    return Claim(mark, tenant.spec.adopt, tenant.spec.retained_data, takes_back)


async def _replicas(
    context: Context, scaler: Scaler, tenant: str, stored: StoredPipeline
) -> dict[Stage, int]:
    name, spec = stored.key.name, stored.spec
    if spec is None:
        return {}
    if not scaler.is_tracked(tenant, name):
        scaler.resume_from(tenant, name, await context.workloads.replicas(tenant, name))
    return scaler.replicas(tenant, name, spec)


class TenantNotLookedAt(TenantNotReady):
    """Nothing is known of the Tenant yet; its pipelines wait without a word, and lose nothing."""
