"""What a Tenant of this installation lays claim on. Called by both reconcilers."""

from inkwell_api.tenant import Tenant
from inkwell_operator.context import Context
from inkwell_operator.model.ownership import Claim, Mark
from inkwell_operator.model.validate import claim_of


def claim_for(context: Context, tenant: Tenant) -> Claim:
    """Return the claim of a Tenant, with the mark of what is made for it."""
    mark = Mark(tenant.metadata.name, context.installation, tenant.metadata.uid)
    return claim_of(mark, tenant.spec, takes_back=context.settings.take_back)
