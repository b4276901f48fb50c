"""The Kubernetes backends of one tenant on a real API server, and somebody who writes by hand."""

from dataclasses import replace
from typing import Any, Final

from inkwell_api import names
from inkwell_operator.backends.kubernetes_api import KubernetesClient
from inkwell_operator.backends.kubernetes_api.kinds import Kind, Manifest
from inkwell_operator.backends.namespace import NamespaceBackend
from inkwell_operator.backends.run import Outcome, converge
from inkwell_operator.backends.secrets import SecretsBackend
from inkwell_operator.backends.workloads import WorkloadsBackend
from inkwell_operator.model.validate import Subject, ValidatedPipeline, ValidatedTenant
from inkwell_operator.settings import Settings, WorkerSettings

HAND: Final = "kubectl-edit"


def unowned(pipeline: ValidatedPipeline) -> ValidatedPipeline:
    """Return a pipeline of which no object exists: Kubernetes would collect what it owns."""
    return replace(pipeline, uid="")


class Room:
    """The three backends of a tenant, and somebody who writes by hand."""

    def __init__(self, client: KubernetesClient, tenant: ValidatedTenant) -> None:
        self.client = client
        self.tenant = tenant
        self.namespace = names.namespace(tenant.name)
        self.backends: dict[str, Any] = {
            "namespace": NamespaceBackend(client, Settings()),
            "secrets": SecretsBackend(client),
            "workloads": WorkloadsBackend(client, WorkerSettings()),
        }

    async def bring(self, only: str = "") -> tuple[str, ...]:
        """Make one pass, and return what was done."""
        applied: list[str] = []
        for name in self.backends:
            if only in {"", name}:
                applied += (await self.converge(name)).applied
        return tuple(applied)

    async def by_hand(self, kind: Kind, name: str, *operations: tuple[str, str, Any]) -> None:
        """Change an object as a person with rights would."""
        await self.client._call(
            name,
            "patch",
            kind.path(self.namespace, name),
            body=[{"op": op, "path": path, "value": value} for op, path, value in operations],
            content_type="application/json-patch+json",
            field_manager=HAND,
        )

    async def there(self, kind: Kind, name: str) -> Manifest:
        """Return an object as it stands."""
        found = await self.client.get(kind, name, self.namespace)
        assert found is not None
        return found

    async def converge(self, name: str, subject: Subject | None = None) -> Outcome:
        """Make one pass of one backend."""
        backend = self.backends[name]
        backend.invalidate(self.tenant.name)
        return await converge(backend, backend.desire(subject or self.tenant))
