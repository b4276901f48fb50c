"""How a container's memory is divided between a worker and the child processes that it starts.

The arithmetic is `divide` alone: what the parent keeps and what all children may take at their
worst is never more than the container has (docs/adr/0022).
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CGROUP: Final = Path("/sys/fs/cgroup")
_LIMITS: Final = ("memory.max", "memory/memory.limit_in_bytes")
"""The container's limit in cgroup v2 and v1, as both show it inside the container."""


class TooLittleMemoryError(Exception):
    """The container has not even room for one child."""


@dataclass(frozen=True, slots=True)
class Shares:
    """How many children may run, and how much memory each may take.

    Attributes:
        children: at the same time, at least one.
        child_bytes: of each, whatever it is given to do.
    """

    children: int
    child_bytes: int


def divide(container: int, *, parent: int, wanted: int, least: int, most: int) -> Shares:
    """Divide a container's memory; fewer children rather than too little for each.

    Args:
        container: its memory limit in bytes.
        parent: what the worker itself may need at its worst.
        wanted: children, where memory does not matter.
        least: without which a child is of no use.
        most: that a child has a use for.

    Raises:
        TooLittleMemoryError: there is no room for the parent and one child.
    """
    room = container - parent
    if room < least:
        msg = (
            f"a memory limit of {container} bytes is too small for this stage:"
            f" it needs {parent + least}"
        )
        raise TooLittleMemoryError(msg)
    children = max(1, min(wanted, room // least))
    return Shares(children, min(most, room // children))


def container_bytes(cgroup: Path = CGROUP) -> int:
    """Return the memory that this container may use: its limit, or the whole machine's."""
    found = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for name in _LIMITS:
        # Where there is no limit, v2 says "max" and v1 a number beyond all machines.
        with suppress(OSError, ValueError):
            found = min(found, int((cgroup / name).read_text(encoding="ascii")))
    return found
