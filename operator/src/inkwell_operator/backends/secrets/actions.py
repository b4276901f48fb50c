"""What may be done to a Secret."""

from dataclasses import dataclass, field
from typing import TypeAlias

from inkwell_operator.backends.kubernetes_api.actions import Remove
from inkwell_operator.backends.kubernetes_api.kinds import Manifest


@dataclass(frozen=True, slots=True)
class PutSecret:
    """Make or complete a Secret: `missing` keys get new random values."""

    manifest: Manifest = field(repr=False)
    missing: tuple[str, ...] = ()


SecretAction: TypeAlias = PutSecret | Remove
