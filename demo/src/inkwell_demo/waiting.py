"""Waits for something to become true, and says what was waited for when it did not."""

import time
from collections.abc import Callable
from typing import Final, TypeVar

T = TypeVar("T")
INTERVAL: Final = 0.5
"""Seconds between two looks."""


class WaitedInVain(TimeoutError):
    """What was waited for did not come; `diagnosis` holds the last look at the world."""

    def __init__(self, what: str, seconds: float, diagnosis: str) -> None:
        """Keep what a person needs to find out why."""
        super().__init__(f"waited {seconds:.0f} s for {what}\n{diagnosis}".rstrip())
        self.what = what
        self.diagnosis = diagnosis


def until(
    look: Callable[[], T | None],
    what: str,
    timeout: float,
    diagnose: Callable[[], str] = str,
    interval: float = INTERVAL,
) -> T:
    """Look again and again until there is something to see.

    Args:
        look: returns what was waited for; None, False or an empty list while it is not there.
        what: completes the sentence "waited for ...".
        timeout: seconds.
        diagnose: says in some lines how things stand, when time is up.
        interval: seconds between two looks.

    Raises:
        WaitedInVain: time is up.
    """
    end = time.monotonic() + timeout
    while True:
        if seen := look():
            return seen
        if time.monotonic() >= end:
            raise WaitedInVain(what, timeout, diagnose())
        time.sleep(interval)
