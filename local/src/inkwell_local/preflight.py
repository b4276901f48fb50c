"""What can be known to go wrong before anything is made, found in a second and said plainly."""

from __future__ import annotations

import os
import platform
import shutil
import socket
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from inkwell_local import cluster, engine, registries
from inkwell_local.errors import LocalError
from inkwell_local.session import Session

GIB: Final = 1024**3
DISK_TO_BUILD: Final = 25 * GIB
"""Free space for a first start that builds everything."""

DISK_TO_RUN: Final = 5 * GIB
"""Free space for a start from a full cache."""

MEMORY: Final = 10 * GIB
"""Memory of the whole machine, so that the services and their heaps fit."""


def check(session: Session) -> None:
    """Check system, privileges, disk, memory and ports.

    Raises:
        LocalError: The first thing that is not as it must be.
    """
    check_system(platform.system(), platform.machine())
    if registries.may_pull("docker.io"):
        session.progress.say("  a registry answers: images are pulled")
    else:
        session.progress.say("  no registry answers: images are built here, from packages")
        check_builder()
    free = shutil.disk_usage(session.places.cache).free
    first = not session.places.stamps.joinpath("up").exists()
    check_disk(free, DISK_TO_BUILD if first else DISK_TO_RUN, session.places.cache)
    check_memory(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    if engine.find(session) is None or not cluster.node_state(session):
        check_ports(cluster.PORTS, taken_on(cluster.ADDRESS))


def check_system(system: str, machine: str) -> None:
    """Refuse what images are not made for."""
    if (system, machine) != ("Linux", "x86_64"):
        raise LocalError(
            f"{system} on {machine} is not supported: the images are made for Linux on x86_64",
            "use a Linux machine or virtual machine (Debian 12 or newer is what is tested)",
        )


def check_builder() -> None:
    """Refuse to build from packages where that cannot work: it takes Debian's tools, and root."""
    if not shutil.which("apt-get"):
        raise LocalError(
            "no image registry answers, and without apt-get images cannot be built from packages",
            "use Debian 12 or newer, or make an image registry reachable",
        )
    if os.geteuid() != 0:
        raise LocalError(
            "no image registry answers, and only root can build images from packages",
            "run as root, or make an image registry reachable",
        )


def check_disk(free: int, needed: int, folder: Path) -> None:
    """Refuse a disk that would fill up on the way."""
    if free < needed:
        raise LocalError(
            f"{folder} has {free / GIB:.1f} GiB free, {needed / GIB:.0f} GiB are needed",
            "free some space, or set INKWELL_CACHE to a folder on a larger disk",
        )


def check_memory(total: int) -> None:
    """Refuse a machine on which the services would be killed."""
    if total < MEMORY:
        raise LocalError(
            f"this machine has {total / GIB:.1f} GiB of memory, {MEMORY / GIB:.0f} are needed",
            "use a machine with more memory",
        )


def check_ports(ports: Iterable[int], is_taken: Callable[[int], bool]) -> None:
    """Refuse ports that something else listens on."""
    taken = [str(port) for port in ports if is_taken(port)]
    if taken:
        raise LocalError(
            f"these ports of {cluster.ADDRESS} are taken: {', '.join(taken)}",
            f"stop what listens there; `ss -ltnp 'sport = :{taken[0]}'` names it",
        )


def taken_on(address: str) -> Callable[[int], bool]:
    """Return a test of whether a port of an address can be listened on."""

    def is_taken(port: int) -> bool:
        with socket.socket() as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                attempt.bind((address, port))
            except OSError:
                return True
            return False

    return is_taken
