"""Looks at the processes of this machine."""

from pathlib import Path


def children_of(parent: int, module: str) -> list[int]:
    """Return the processes that run a module for this parent."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            command = (entry / "cmdline").read_bytes()
            status = (entry / "stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if module.encode() in command and int(status[1]) == parent:
            found.append(int(entry.name))
    return found
