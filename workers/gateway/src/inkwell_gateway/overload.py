"""How many uploads run at once: beyond that, callers are asked to come back.

This bounds memory, and keeps one caller from taking all slots.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from inkwell_gateway.problems import RETRY_SECONDS, ProblemError, unavailable

MAX_UPLOADS: Final = 32
MAX_UPLOADS_OF_ONE: Final = 16


@dataclass
class UploadSlots:
    """The slots for uploads; used within one event loop."""

    total: int = MAX_UPLOADS
    each: int = MAX_UPLOADS_OF_ONE
    _taken: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def take(self, caller: str) -> Iterator[None]:
        """Hold a slot for a caller.

        Raises:
            ProblemError: 429 when the caller holds all it may, 503 when none is left.
        """
        if self._taken[caller] >= self.each:
            raise ProblemError(
                HTTPStatus.TOO_MANY_REQUESTS,
                "too-many-requests",
                f"a client has at most {self.each} uploads under way at once",
                {"Retry-After": str(RETRY_SECONDS)},
            )
        if self._taken.total() >= self.total:
            raise unavailable("all places for uploads are taken; try again in some seconds")
        self._taken[caller] += 1
        try:
            yield
        finally:
            self._taken[caller] -= 1
            if not self._taken[caller]:
                del self._taken[caller]
