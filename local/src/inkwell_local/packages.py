"""Installs Debian packages on this machine where they are missing."""

from __future__ import annotations

import os
import shutil
import threading
from typing import Final

from inkwell_local.errors import CommandFailed, LocalError
from inkwell_local.shell import Shell

_LOCK: Final = threading.Lock()  # apt takes one caller at a time


def missing(shell: Shell, *names: str) -> tuple[str, ...]:
    """Return those of the packages that are not fully installed."""
    query = ("dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n")
    try:
        listed = shell.read(*query, *names)
    except CommandFailed:
        # dpkg-query fails as a whole when it does not know one of the names: ask one by one.
        listed = "".join(shell.read(*query, name) for name in names if shell.succeeds(*query, name))
    installed = {line.split()[0] for line in listed.splitlines() if line.endswith(" installed")}
    return tuple(name for name in names if name not in installed)


def install(shell: Shell, *names: str) -> None:
    """Install the packages that are missing, healing an installation that was interrupted.

    Raises:
        LocalError: This is no Debian, not root, or the packages cannot be had.
    """
    with _LOCK:
        if not shutil.which("apt-get"):
            raise LocalError(
                f"{', '.join(names)} are needed, and this system has no apt-get to install them",
                "install them with this system's own package manager, or use Debian 12 or newer",
            )
        absent = missing(shell, *names)
        if not absent:
            return
        if os.geteuid() != 0:
            raise LocalError(
                f"these Debian packages are missing: {' '.join(absent)}",
                f"run as root: apt-get install {' '.join(absent)}",
            )
        command = (
            "apt-get", "install", "-y", "-qq", "--no-install-recommends",
            "-o", "DPkg::Lock::Timeout=300", *absent,
        )  # fmt: skip
        if shell.succeeds(*command):
            return
        # Old package lists and an interrupted dpkg are the two usual reasons; cure both.
        shell.succeeds("dpkg", "--configure", "-a")
        shell.succeeds("apt-get", "update", "-qq", "-o", "DPkg::Lock::Timeout=300")
        shell.run(*command)
