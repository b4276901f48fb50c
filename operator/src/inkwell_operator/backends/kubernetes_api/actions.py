"""What may be done to an object that holds no secret."""

from dataclasses import dataclass, field
from typing import TypeAlias

from inkwell_api import names
from inkwell_operator.backends.kubernetes_api.kinds import Manifest
from inkwell_operator.backends.kubernetes_api.state import ObjectRef, tenant_of


@dataclass(frozen=True, slots=True)
class _Write:
    """Something that makes an object be as a manifest says."""

    manifest: Manifest = field(repr=False)

    @property
    def tenant(self) -> str:
        """Whose object it is."""
        return tenant_of(self.manifest)


@dataclass(frozen=True, slots=True)
class Apply(_Write):
    """Make an object be as the manifest says (server-side apply): what others added stays."""


@dataclass(frozen=True, slots=True)
class Restore(_Write):
    """Take away what others added to the object of this uid, then apply the manifest."""

    uid: str


@dataclass(frozen=True, slots=True)
class Recreate(_Write):
    """Delete the object of this uid and make it again: some fields are set at the making only."""

    uid: str


@dataclass(frozen=True, slots=True)
class Remove:
    """Delete an object; the uid keeps a new one of the same name safe."""

    ref: ObjectRef
    uid: str

    @property
    def tenant(self) -> str:
        """Whose object it is."""
        return names.tenant_of_namespace(self.ref.namespace or self.ref.name) or ""


ObjectAction: TypeAlias = Apply | Restore | Recreate | Remove
