"""What is desired of Secrets: objects, and which of their values are drawn."""

from collections.abc import Mapping
from dataclasses import dataclass

from inkwell_operator.backends.kubernetes_api.state import DesiredObjects


@dataclass(frozen=True, slots=True)
class DesiredSecrets:
    """Secrets that should be there; whatever else of the scope is there should not be.

    Attributes:
        objects: the Secrets, without the values that are drawn.
        drawn: by Secret name, the keys whose values are random and made once.
    """

    objects: DesiredObjects
    drawn: Mapping[str, tuple[str, ...]]
