"""What may be done to a Secret."""

from dataclasses import dataclass
from typing import TypeAlias

from inkwell_operator.backends.kubernetes_api.actions import Apply, Recreate, Remove, Restore


@dataclass(frozen=True, slots=True)
class PutSecret:
    """Make or complete a Secret: `missing` keys get new random values.

    Attributes:
        write: how, with a manifest that holds everything but the missing values.
        missing: keys whose values are drawn.
    """

    write: Apply | Restore | Recreate
    missing: tuple[str, ...] = ()

    @property
    def tenant(self) -> str:
        """Whose Secret it is."""
        return self.write.tenant


SecretAction: TypeAlias = PutSecret | Remove
