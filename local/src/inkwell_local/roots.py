"""Deletes folders that may hold mounts: what is mounted inside is never followed."""

from __future__ import annotations

import os
from pathlib import Path

from inkwell_local.shell import Shell


def mounts_below(folder: Path) -> tuple[Path, ...]:
    """Return what is mounted at or below a folder, deepest first."""
    found = []
    for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines():
        point = Path(line.split()[4].encode().decode("unicode_escape"))
        if point == folder or folder in point.parents:
            found.append(point)
    return tuple(reversed(found))


def unmount_below(shell: Shell, folder: Path) -> None:
    """Unmount everything at or below a folder."""
    for point in mounts_below(folder):
        shell.succeeds("umount", "--lazy", point)


def remove_tree(shell: Shell, folder: Path) -> None:
    """Unmount everything below a folder, then delete it without crossing into other filesystems."""
    if folder.exists() or folder.is_symlink():
        unmount_below(shell, folder)
        shell.run("rm", "-rf", "--one-file-system", folder)


def remove_abandoned(shell: Shell, parent: Path) -> None:
    """Delete the `*.partial-<pid>` folders whose process is gone."""
    for folder in parent.glob("*.partial-*"):
        pid = folder.name.rpartition("-")[2]
        if not Path("/proc", pid).exists():
            remove_tree(shell, folder)


def partial(final: Path) -> Path:
    """Return the path to build a folder at, before it is renamed to its final name."""
    return final.with_name(f"{final.name}.partial-{os.getpid()}")
