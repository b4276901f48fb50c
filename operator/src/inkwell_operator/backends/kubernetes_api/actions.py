"""What may be done to an object that holds no secret."""

from dataclasses import dataclass, field
from typing import TypeAlias

from inkwell_api import names
from inkwell_operator.backends.kubernetes_api.kinds import Manifest
from inkwell_operator.backends.kubernetes_api.state import ObjectRef, tenant_of


@dataclass(frozen=True, slots=True)
class Apply:
    """Make an object be as the manifest says (server-side apply)."""

    manifest: Manifest = field(repr=False)

    @property
    def tenant(self) -> str:
        """Whose object it is."""
        return tenant_of(self.manifest)


@dataclass(frozen=True, slots=True)
class Remove:
    """Delete an object; the uid keeps a new one of the same name safe."""

    ref: ObjectRef
    uid: str

    @property
    def tenant(self) -> str:
        """Whose object it is."""
        return names.tenant_of_namespace(self.ref.namespace or self.ref.name) or ""


@dataclass(frozen=True, slots=True)
class Replace:
    """Delete the object of this uid and make it again: some things happen at a birth only."""

    manifest: Manifest = field(repr=False)
    uid: str

    @property
    def tenant(self) -> str:
        """Whose object it is."""
        return tenant_of(self.manifest)


ObjectAction: TypeAlias = Apply | Remove | Replace
