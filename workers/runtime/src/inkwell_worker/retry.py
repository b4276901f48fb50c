"""How long to wait before the next try: exponential, with jitter, bounded. Pure."""

import random
from collections.abc import Callable
from dataclasses import dataclass

Dice = Callable[[], float]
"""Returns a number from 0 to 1; a test passes its own."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """A growing delay.

    Attributes:
        first: seconds before the second try.
        limit: most seconds between two tries.
        factor: growth from one try to the next.
    """

    first: float
    limit: float
    factor: float = 2.0

    def delay(self, failures: int, dice: Dice = random.random) -> float:
        """Return the seconds to wait after `failures` failures in a row.

        It is drawn between half of the full delay and all of it.
        """
        exponent = min(failures - 1, 64)
        full = min(self.limit, self.first * self.factor**exponent)
        return full / 2 + full / 2 * dice()


DOCUMENT_BACKOFF = Backoff(first=2.0, limit=60.0)
"""Between two tries of one document that failed by itself."""

BACKEND_BACKOFF = Backoff(first=1.0, limit=30.0)
"""Between two tries while a backend is away."""
