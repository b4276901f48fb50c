"""Judges whether the operator lives and is of use; what it judges by is given to it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

PULSE_SECONDS: Final = 30.0
"""Age of the loop's heartbeat from which the process is taken for dead."""
LOOK_SECONDS: Final = 20.0
"""Age of the last look at the Lease from which a standby is of no use."""


@dataclass(frozen=True, slots=True)
class Health:
    """What health is judged by; each is asked anew, from the thread of the probes.

    Attributes:
        pulse_age: seconds since the core's loop last ran.
        stalled_seconds: for how long the queue has not gone on though there is work.
        stuck_seconds: how much of that is too much.
        is_leading: whether this replica acts.
        look_age: seconds since it last saw the Lease.
        is_served: whether the API server knows our kinds.
        is_synced: whether every object of ours was listed.
    """

    pulse_age: Callable[[], float]
    stalled_seconds: Callable[[], float]
    stuck_seconds: float
    is_leading: Callable[[], bool]
    look_age: Callable[[], float]
    is_served: Callable[[], bool]
    is_synced: Callable[[], bool]

    def ailments(self) -> list[str]:
        """Return why the process is to be started anew; empty while it lives."""
        found = []
        if self.pulse_age() > PULSE_SECONDS:
            found.append("the event loop stands still")
        if self.is_leading() and self.stalled_seconds() > self.stuck_seconds:
            found.append("the queue does not go on though objects are due")
        return found

    def obstacles(self) -> list[str]:
        """Return why the replica neither acts nor could take over; empty while it can."""
        found = self.ailments()
        if not self.is_served():
            found.append("the API server does not know the kinds of inkwell.dev; apply the CRDs")
        elif not self.is_synced():
            found.append("not every object has been listed yet")
        if not self.is_leading() and self.look_age() > LOOK_SECONDS:
            found.append("the Lease has not been seen for a while")
        return found
