"""What may be done to a namespace and the objects in it."""

from dataclasses import dataclass, field
from typing import TypeAlias

from inkwell_operator.backends.kubernetes_api.actions import ObjectAction
from inkwell_operator.backends.kubernetes_api.kinds import Manifest
from inkwell_operator.backends.kubernetes_api.state import tenant_of


@dataclass(frozen=True, slots=True)
class Recount:
    """Take the limits of these resources out of a quota and put them in again.

    A change of its spec makes Kubernetes count a quota; the other limits hold all the while.
    """

    manifest: Manifest = field(repr=False)
    resources: tuple[str, ...]

    @property
    def tenant(self) -> str:
        """Whose quota it is."""
        return tenant_of(self.manifest)


NamespaceAction: TypeAlias = ObjectAction | Recount
