"""The Secrets backend: wires reads, diff and writes of credentials together.

Its Secrets hold the credentials that the other backends set, so it comes before them.
"""

from inkwell_api import names
from inkwell_api.conditions import ConditionType
from inkwell_operator.backends.kubernetes_api.client import KubernetesClient
from inkwell_operator.backends.kubernetes_api.kinds import SECRET
from inkwell_operator.backends.kubernetes_api.state import DesiredObjects, ObservedObjects, Scope
from inkwell_operator.backends.secrets.actions import SecretAction
from inkwell_operator.backends.secrets.apply import apply_secret
from inkwell_operator.backends.secrets.desire import decode, pipeline_secrets, tenant_secrets
from inkwell_operator.backends.secrets.diff import diff
from inkwell_operator.backends.secrets.observe import SecretReads
from inkwell_operator.backends.secrets.state import DesiredSecrets
from inkwell_operator.model.plan import Plan, Step
from inkwell_operator.model.validate import Absent, Subject, ValidatedPipeline, ValidatedTenant


class SecretsBackend:
    """The credentials: each random part is drawn once, and never overwritten."""

    condition = ConditionType.NAMESPACE_READY

    def __init__(self, client: KubernetesClient) -> None:
        """Read and write through `client`."""
        self._client = client
        self._reads = SecretReads(client)

    def invalidate(self, tenant: str) -> None:
        """Look afresh at a tenant: a Secret of it changed, by whomever."""
        self._reads.invalidate(tenant)

    def desire(self, subject: Subject) -> DesiredSecrets:
        """Say which Secrets there are; their random parts are only named."""
        pipelines: frozenset[str] | None = None
        match subject:
            case ValidatedTenant(name=tenant):
                pipeline, secrets = None, tenant_secrets(subject)
                pipelines = frozenset(subject.known_pipelines)
            case ValidatedPipeline(tenant=tenant):
                pipeline, secrets = subject.pipeline, pipeline_secrets(subject)
            case Absent(tenant, pipeline):
                secrets = {}
        scope = Scope(names.namespace(tenant), tenant, pipeline, (SECRET,))
        manifests = (manifest for manifest, _ in secrets.values())
        return DesiredSecrets(
            DesiredObjects.of(scope, manifests, pipelines=pipelines),
            {name: drawn for name, (_, drawn) in secrets.items()},
        )

    async def observe(self, desired: DesiredSecrets) -> ObservedObjects:
        """Read the Secrets of the namespace; none where there is no namespace of ours."""
        return await self._reads.observe(desired.objects)

    async def values(self, desired: DesiredSecrets) -> dict[str, dict[str, str]]:
        """Return by Secret name what our Secrets of the scope hold."""
        observed = await self.observe(desired)
        return {
            ref.name: {
                key: decode(secret.get("data") or {}, key) for key in secret.get("data") or {}
            }
            for ref, secret in observed.objects.items()
            if desired.objects.scope.owns(secret)
        }

    def diff(self, desired: DesiredSecrets, observed: ObservedObjects) -> Plan[SecretAction]:
        """Compare what is derived; only notice whether what is drawn is there."""
        return diff(desired, observed)

    async def apply(self, step: Step[SecretAction]) -> None:
        """Make one write."""
        await apply_secret(self._client, step.action)
        self.invalidate(step.action.tenant)
