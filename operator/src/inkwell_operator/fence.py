"""The fence: no write without a Lease that was renewed a moment ago.

The thread that keeps the Lease renews it; whoever writes checks it right before. It looks at two
clocks, of which one goes on while the machine sleeps. A pause that neither of them shows (some
hypervisors stop both) is bounded by the next renewal alone.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from inkwell_operator.model.errors import NotLeading


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment on both clocks, in seconds.

    Attributes:
        running: stands still while the machine sleeps.
        booted: goes on meanwhile; the same clock where the system has no other.
    """

    running: float
    booted: float

    @classmethod
    def now(cls) -> "Instant":
        """Read both clocks."""
        running = time.monotonic()
        booted = getattr(time, "CLOCK_BOOTTIME", None)
        return cls(running, running if booted is None else time.clock_gettime(booted))

    def since(self, earlier: "Instant") -> float:
        """Return the seconds since `earlier`, by the clock that shows more."""
        return max(self.running - earlier.running, self.booted - earlier.booted)


class Fence:
    """Whether this replica may write; renewed in one thread and checked in others."""

    def __init__(self, bound_seconds: float, clock: Callable[[], Instant] = Instant.now) -> None:
        """Start closed.

        Args:
            bound_seconds: how old the last renewal may be; less than the Lease's duration, so that
                a write that was let through has time to end before anybody else may begin.
            clock: reads the time.
        """
        self._bound = bound_seconds
        self._clock = clock
        self._renewed: Instant | None = None

    @classmethod
    def open_for_ever(cls) -> "Fence":
        """Return the fence of an operator that has no other replicas."""
        fence = cls(float("inf"))
        fence.renew(Instant.now())
        return fence

    def renew(self, began: Instant) -> None:
        """Open it as of the moment in which a renewal that succeeded was sent."""
        self._renewed = began

    def close(self) -> None:
        """Let no more writes through."""
        self._renewed = None

    def age(self) -> float:
        """Return the seconds since the last renewal; infinite while it is closed."""
        renewed = self._renewed
        return float("inf") if renewed is None else self._clock().since(renewed)

    def check(self) -> None:
        """Let a write through.

        Raises:
            NotLeading: another replica may act by now; nothing may be written.
        """
        if self.age() > self._bound or self._renewed is None:
            raise NotLeading("this replica does not hold a fresh Lease; another one acts")
